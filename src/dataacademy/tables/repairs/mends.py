"""What can be mended without guessing: each kind of fault, and the function that mends its cells in a draft."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

import numpy as np

from dataacademy.codes import complete_codes
from dataacademy.coordinates import parse_degrees
from dataacademy.distinct import plain_text
from dataacademy.eras import parse_date
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.lint.dates import speaks_of_dates
from dataacademy.tables.repairs.draft import HEADING, Draft, Spots, Why
from dataacademy.tables.repairs.opening import add_unit
from dataacademy.tables.values import EXACT, HALF, NUMBER

_WIDE = "[^\x00-\x7f]"
_BREAK_BETWEEN = re.compile(rf"(?<={_WIDE})\s*[\r\n]+\s*(?={_WIDE})")
_SPACES = re.compile("([ \u3000])[ \u3000]+")
_CIRCLED = re.compile("[\u2460-\u2473]")  # ①–⑳
_ODD = re.compile("[\u2116\u2121\u2160-\u217f\u2474-\u249b\u3200-\u32ff\u3300-\u3357\u337b-\u337f]")  # № ℡ Ⅳ ㈱ ㌔ ㍻
_OUTSIDE = re.compile("[\ue000-\uf8ff]")  # 外字
_IN_UNICODE = Why("machine_dependent", "UTF-8では、そのまま使える文字です。", "In UTF-8 this letter is as good as any.")
_WIDTHS = {"都道府県(?:コード|番号)$": 2, "(?i)郵便番号|〒|postal|zip": 7, "町字ID$": 7}
_ERA_YEAR = re.compile(
    r"(?:明治|大正|昭和|平成|令和)\s*(?:元|[0-9０-９]{1,2})\s*年(?:度|(?:[0-9０-９]{1,2}月(?:[0-9０-９]{1,2}日)?)?)"
    r"|(?<![A-Za-z])[MTSHR](?:元|[0-9]{1,2})(?:年度?)?(?![A-Za-z0-9])"
)


# --- numbers -------------------------------------------------------------------------------------------------------


def plain_number(text: str) -> tuple[str, str]:
    """A number plainly written, and its unit; ("", "") if the text is no number.

    >>> plain_number("▲１，２００円"), plain_number("12.50"), plain_number("約10")
    (('-1200', '円'), ('12.50', ''), ('', ''))
    """
    found = NUMBER.fullmatch(text.translate(HALF).strip())
    if not found or not (found["whole"] or found["part"]) or (found["yen"] and found["unit"]):
        return "", ""
    digits = re.sub("[, ]", "", found["whole"] or "0")
    if len(digits) > EXACT:
        return "", ""
    sign = "-" if found["sign"] in ("-", "△", "▲") else ""
    return f"{sign}{digits}{found['part'] or ''}{found['power'] or ''}", "円" if found["yen"] else found["unit"] or ""


def _numbers(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "数値だけの書き方に直しました。", "Written as a plain number.")
    for c, rows in spots.items():
        read = {row: plain_number(draft.columns[c][row]) for row in rows if row != HEADING}
        units = {unit for _, unit in read.values() if unit}
        if units and not _one_unit(draft, c, units):
            read = {row: pair for row, pair in read.items() if not pair[1]}
        else:
            for unit in units:
                add_unit(
                    draft, Why(note.kind, "単位を見出しに移しました。", "The unit went into the heading."), c, unit
                )
        done = [row for row, (number, _) in read.items() if number]
        draft.put(why, c, done, [read[row][0] for row in done])


def _one_unit(draft: Draft, c: int, units: set[str]) -> bool:
    """Whether every number of the column carries the same unit, or the heading states it."""
    if len(units) != 1 or not draft.headings[c]:
        return False
    if draft.headings[c].rstrip("）)]】").endswith(next(iter(units))):
        return True
    numbers = [plain_number(text) for text in set(draft.columns[c].tolist())]
    return all(unit in units for number, unit in numbers if number)


def _as_text(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "文字として入っていた数字を、数値として書きました。", "A number that was stored as text.")
    for c, rows in spots.items():
        for row in rows:
            text = "" if row == HEADING else draft.columns[c][row]
            cells = draft.original({c: [row]})
            draft.tell(why, cells, column=draft.headings[c], before=f"'{text}", after=text)


# --- texts and headings --------------------------------------------------------------------------------------------


def _tidied(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "見た目のための空白や改行、見かけだけ同じ文字を直しました。", "Tidied for machines.")

    for c, rows in spots.items():
        head, cells = draft.headings[c], draft.columns[c]
        head = tidy_heading(head) if note.kind == "heading_character" else _tidy_text(head, 2)
        draft.put(why, c, rows, [head if row == HEADING else _tidy_text(cells[row], 3) for row in rows])


def _tidy_text(text: str, letters: int) -> str:
    r"""A text without line breaks; at least so many letters set apart stand together, other spaces are single.

    >>> [_tidy_text(text, 3) for text in ("所 在 地", "本町\n二丁目", "合計  （人）", "北 町")], _tidy_text("名 称", 2)
    (['所在地', '本町二丁目', '合計 （人）', '北 町'], '名称')
    """
    text = re.sub(r"\s*[\r\n]+\s*", " ", _BREAK_BETWEEN.sub("", text))
    words = text.split()
    if len(words) >= letters and all(len(word) == 1 and not word.isascii() for word in words):
        return "".join(words)
    return _SPACES.sub(r"\1", text).strip()


def _letters(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "どのパソコンでも読める文字に直しました。", "Letters that every computer shows.")
    for c, rows in spots.items():
        for row in rows:
            before = draft.headings[c] if row == HEADING else draft.columns[c][row]
            text = _everywhere(before)
            draft.put(why, c, [row], [text])
            if text == before and not _OUTSIDE.search(text):
                cells = draft.original({c: [row]})
                draft.tell(_IN_UNICODE, cells, column=draft.headings[c], before=text, after=text)


def _everywhere(text: str) -> str:
    """A text without letters that some computers lack; letters made by somebody (外字) stay, for nobody can tell them.

    >>> _everywhere("①速報値㈱№Ⅳ㌔")
    '(1)速報値(株)NoIVキロ'
    """
    text = _CIRCLED.sub(lambda found: f"({ord(found[0]) - 0x245F})", text)
    return _ODD.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _filled_down(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "「上と同じ」の空欄に、上の文字を入れました。", "Blanks that meant 'as above' were filled.")
    for c, rows in spots.items():
        for row in sorted(rows):
            if row > 0:
                draft.put(why, c, [row], [draft.columns[c][row - 1]])


# --- dates ---------------------------------------------------------------------------------------------------------


def _dates(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "西暦の年-月-日の書き方にしました。", "Written as year-month-day.")
    for c, rows in spots.items():
        if HEADING in rows:
            draft.put(why, c, [HEADING], [_ERA_YEAR.sub(lambda found: _western(found[0]), draft.headings[c])])
        cells = [row for row in rows if row != HEADING]
        if cells and note.kind == "date_mixed":
            cells = [*range(len(draft.rows))]
        draft.put(why, c, cells, [_iso(draft.columns[c][row], draft.headings[c]) for row in cells])


def _iso(text: str, heading: str) -> str:
    """A date in the one form of ISO 8601; as it is if it cannot be told, or could be read in two ways.

    >>> _iso("令和6年4月1日", ""), _iso("R6.4", ""), _iso("令和6年度", "年度"), _iso("4/1/2023", ""), _iso("不明", "")
    ('2024-04-01', '2024-04', '2024', '4/1/2023', '不明')
    """
    when = _when(text)
    if when is None:
        return text
    if when.kind == "day":
        return when.start.isoformat()
    if when.kind == "month":
        return f"{when.start:%Y-%m}"
    plain = speaks_of_dates(heading) and (when.kind == "year" or "年度" in heading)
    return f"{when.start.year}" + ("" if plain else "年度" if when.kind == "fiscal_year" else "年")


def _western(text: str) -> str:
    """An era year in a heading: 令和5年度 → 2023年度."""
    when = _when(text)
    if when is None:
        return text
    start: date = when.start
    month = f"{start.month}月" if when.kind in ("month", "day") else ""
    day = f"{start.day}日" if when.kind == "day" else ""
    return f"{start.year}年{'度' if when.kind == 'fiscal_year' else ''}{month}{day}"


def _when(text: str):
    try:
        when = parse_date(text)
    except DataAcademyError:
        return None
    doubtful = {"month_first", "era_overrun", "excel_serial"}
    return None if when is None or doubtful & {note.kind for note in when.notes} else when


# --- codes and coordinates -----------------------------------------------------------------------------------------


def _codes(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "決まった桁数や検査数字から、欠けた数字を補いました。", "Its width or check digit proves it.")
    for c, rows in spots.items():
        heading = tidy_heading(draft.headings[c])
        texts = [plain_text(draft.columns[c][row]) for row in rows]
        if width := next((width for pattern, width in _WIDTHS.items() if re.search(pattern, heading)), 0):
            texts = [text.zfill(width + ("-" in text)) for text in texts]
        elif all(sum(map(str.isdigit, text)) > 6 for text in texts):  # telephone numbers begin with 0
            texts = ["0" + text for text in texts]
        else:
            texts = _town_codes(draft.columns[c], rows)
        draft.put(why, c, rows, texts)


def _town_codes(column: np.ndarray, rows: list[int]) -> list[str]:
    """Codes made whole where only one reading makes sense; the others as they are."""
    import pandas as pd

    whole, notes = complete_codes(pd.Series(column), rows=range(len(column)))
    refused = {note.value for note in notes if note.level == "error"}
    return [column[row] if column[row] in refused else str(whole.iloc[row]) for row in rows]


def _swapped(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "緯度と経度を入れかえました（逆なら日本にありません）。", "Only the other order is in Japan.")
    if len(spots) == 2:
        (a, rows), (b, _) = sorted(spots.items())
        texts = draft.columns[a][rows].tolist(), draft.columns[b][rows].tolist()
        draft.put(why, a, rows, texts[1])
        draft.put(why, b, rows, texts[0])


def _degrees(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, "度・分・秒を、十進の度に直しました。", "Degrees, minutes and seconds became decimal degrees.")
    for c, rows in spots.items():
        texts = []
        for row in rows:
            degrees, sexagesimal = parse_degrees(draft.columns[c][row])
            texts.append(f"{degrees:.7f}".rstrip("0") if sexagesimal else draft.columns[c][row])
        draft.put(why, c, rows, texts)


# --- rows, columns and whole files ---------------------------------------------------------------------------------

_ASIDE = {
    "title_row": ("表題の行を除きました。", "Titles were left out."),
    "note_row": ("表の下の注記を除きました。", "Remarks below the table were left out."),
    "total_row": ("合計の行を除きました。必要なときに計算できます。", "Totals were left out; they can be computed."),
    "blank_row": ("空の行を除きました。", "Blank rows were left out."),
    "duplicate_row": ("すべて同じ行を1つにしました。", "Of rows that are all alike one was kept."),
}
_TOLD = {
    "blank_column": ("空の列を除きました。", "Blank columns were left out."),
    "not_utf8": ("文字コードをUTF-8にしました。", "The encoding is now UTF-8."),
    "formula": ("計算式の結果だけを値として書きました。", "Formulas became the values they gave."),
    "object": ("図や図形は表に含めません。", "Pictures and shapes are not part of the table."),
    "macro": ("マクロは含めません。", "Macros are not part of the table."),
    "split_table": ("分けて置かれた表を、1つにつなぎました。", "The pieces were put below one another."),
    "file_type": ("中身に合わせてExcelとして読みました。", "Read as the workbook that it is."),
}


def _rows_out(draft: Draft, note: Note, spots: Spots) -> None:
    why = Why(note.kind, *_ASIDE[note.kind])
    rows = {row for rows in spots.values() for row in rows if row != HEADING}
    if rows:
        draft.drop(why, rows)


MENDS: dict[str, Callable[[Draft, Note, Spots], None]] = {
    **dict.fromkeys(("triangle_negative", "thousands_separator", "full_width_digits", "unit_in_cell"), _numbers),
    **dict.fromkeys(("spaces_for_looks", "line_break", "heading_character"), _tidied),
    **dict.fromkeys(("era_date", "date_mixed"), _dates),
    **dict.fromkeys(("lost_zero", "bad_code"), _codes),
    **dict.fromkeys(_ASIDE, _rows_out),
    "number_as_text": _as_text,
    "machine_dependent": _letters,
    "omitted_label": _filled_down,
    "swapped": _swapped,
    "degrees_minutes_seconds": _degrees,
}
TOLD = {kind: Why(kind, *texts) for kind, texts in (_ASIDE | _TOLD).items()}
