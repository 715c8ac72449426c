"""What keeps the numbers of a column from being numbers, and numbers that cannot be."""

from __future__ import annotations

import re

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.lint.dates import speaks_of_dates
from dataacademy.tables.lint.numbers import COMMA, FULL, MARK, OTHER, PLAIN, SEVERAL, TRIANGLE, UNIT, Numbers
from dataacademy.tables.lint.sheet import TEXT
from dataacademy.tables.lint.table import FEW, Field, Table
from dataacademy.tables.values import UNITS

_SPELLINGS = {
    SEVERAL: ("several_values", "1つのセルに数字が2つ以上入っています", "Two numbers in one cell"),
    TRIANGLE: ("triangle_negative", "マイナスが「▲」「△」で書かれています", "Negative numbers written with a triangle"),
    UNIT: ("unit_in_cell", "数値に単位が付いています", "Numbers with a unit"),
    COMMA: ("thousands_separator", "数値に桁区切りのコンマが入っています", "Numbers with thousands separators"),
    FULL: ("full_width_digits", "数字が全角で書かれています", "Full-width digits"),
}
_LABELS = re.compile(
    "番地|地番|号室?$|階$|室$|棟名|区分|種別|等級|組$|学年|クラス|曜|時間帯|フラグ|flag", re.IGNORECASE
)
_DECORATED = re.compile(r"[^0-9０-９]{0,3}[0-9０-９]+(?:[.,．，][0-9０-９]+)*[^0-9０-９]{0,4}")
_ABOUT = re.compile("約|およそ|程度|以上|以下|未満|弱|強|ほど|前後|余|超|[?？]|概数|推定")
_AMOUNT = re.compile(
    "(?:価格|単価|料金|費|額|面積|距離|延長|重量|体重|身長|(?<!数)量|予算|決算|歳入|歳出|収入|支出|売上|工賃|幅員|長さ|深さ|水深"
    "|(?<!開始)(?<!終了)(?<!開館)(?<!閉館)(?<!発生)(?<!営業)時間)$"
)
_UNIT_AT_END = re.compile(rf"(?:{UNITS}|％|平米|坪|グラム|キロ|リットル|ℓ|L|kl|kL)$")
_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]+)[)）\]】]")
_STATED = re.compile(rf"単位|[(（]\s*(?:{UNITS}|％)\s*[)）]")
_USUAL = (  # units that an example may show, by the words of a heading
    ("時間", "分"),
    ("面積", "㎡"),
    ("距離|延長|長さ|幅員|水深|深さ", "m"),
    ("重量|体重", "kg"),
    ("身長", "cm"),
    ("量$", "t"),
)
_A_KIND = (
    "区分ならこのままでよく、数値として使うなら空欄にしてください。",
    "Fine if it is a class; leave the cells empty if the column is to be computed with.",
)
_AGE = re.compile(r"年齢$|^歳$|(?:^|_)age$", re.IGNORECASE)
_COUNT = re.compile(
    "(?:人口|人数|世帯数?|件数|回数|戸数|棟数|台数|者数|定員|席数|床数|校数|所数|施設数|死亡|出生|転入|転出)$"
    "|(?:^|_)(?:count|population|residents|households|capacity)$",
    re.IGNORECASE,
)
_AROUND = 60  # rows at the top and at the end among which titles and remarks are looked for
_CHANGE = re.compile("増減|増加|差|異動|純|収支|変化|過不足|超過|前年|比較|推移")
_SHARE = re.compile(
    "割合|構成比|高齢化率|受診率|回収率|投票率|接種率|普及率|加入率|進学率|就学率|空き家率|percent|share"
)


def is_quantity(field: Field) -> bool:
    """Whether a column holds quantities: numbers in nearly all cells, none of them a name.

    Marks count as missing numbers; texts like 約10 do no harm if at least half are numbers.
    """
    numbers = field.numbers
    total, n, other = numbers.counts.sum(), numbers.number_rows, numbers.counts[OTHER]
    if not n or field.names_things or _LABELS.search(field.last) or _leading_zero(field, numbers):
        return False
    if n >= 0.2 * total and other <= 0.2 * total:
        return True
    return bool(n >= 0.5 * total and all(_is_about(field.column.stripped[i]) for i in _words(numbers, OTHER)))


def _words(numbers: Numbers, kind: int) -> list[int]:
    return np.flatnonzero(numbers.kinds == kind).tolist()


def _is_about(text: str) -> bool:
    return bool(_ABOUT.search(text) and _DECORATED.fullmatch(text))


def _leading_zero(field: Field, numbers: Numbers) -> bool:
    return any(re.match(r"0\d", field.column.stripped[i]) for i in _words(numbers, PLAIN))


def values(table: Table, skip: set[int]) -> list[Note]:
    """Notes on the columns of numbers; ``skip`` are the places of dates and coordinates."""
    notes = []
    for field in table.fields:
        if field.place in skip:
            notes += _as_text(table, field) if is_quantity(field) else []
        elif is_quantity(field):
            notes += _spelling(table, field)
            notes += _unit_missing(table, field)
            notes += _range(table, field)
    return notes


def _spelling(table: Table, field: Field) -> list[Note]:
    numbers, notes = field.numbers, []
    for kind, (name, ja, en) in _SPELLINGS.items():
        rows = field.column.rows_of(_words(numbers, kind))
        if not len(rows) or (kind in (UNIT, SEVERAL) and speaks_of_dates(field.name)):
            continue
        fix = None
        if kind == UNIT:
            units = list(dict.fromkeys(numbers.units[i] for i in _words(numbers, UNIT)))
            ja = f"数値に単位「{'」「'.join(units)}」が付いています"
            shown = f"{_bare(field)}（{units[0]}）"
            fix = (
                f"単位は見出しに「{shown}」のように書き、セルは数字だけにしてください。",
                f"Put it into the heading: {shown}.",
            )
        elif kind == TRIANGLE:
            word = _words(numbers, TRIANGLE)[0]
            right = f"{numbers.values[word]:.15g}{numbers.units.get(word, '')}"
            fix = f"「{field.column.stripped[word]}」は「{right}」と書いてください。", f"Write {right}."
        n = f"{len(rows):,}"
        notes.append(table.field_note(name, f"{ja}（{n}セル）。", f"{en} ({n} cells).", field, rows, fix=fix))
    if not notes:
        notes += _as_text(table, field)
    marks = field.column.rows_of(_words(numbers, MARK))
    if len(marks):
        shown = "」「".join(field.column.stripped[i] for i in _words(numbers, MARK)[:3])
        ja, en = f"数値の列に記号「{shown}」があります（{len(marks):,}セル）。", f"{len(marks):,} cells hold a symbol."
        notes.append(table.field_note("special_symbol", ja, en, field, marks))
    others = field.column.rows_of(_words(numbers, OTHER))
    same = field.column.stripped[field.column.codes[others[0]]] if len(others) > FEW else ""
    if same and (alike := _alike(field, others, same)):
        ja = f"{len(others):,}セル{'のほとんど' * (alike < len(others))}が同じ言葉「{same}」です。"
        en = f"{len(others):,} cells hold no number, {alike:,} of them {same!r}."
        return [*notes, table.field_note("not_a_number", ja, en, field, others, fix=_A_KIND)]
    return notes + table.cell_notes(
        "not_a_number",
        lambda value, n: (f"数値の列に、数値でない値があります（{n:,}セル）。", f"{n:,} cells hold no number."),
        field,
        others,
    )


def _alike(field: Field, rows: np.ndarray, word: str) -> int:
    """How many of the rows hold the word, if nearly all do; else 0."""
    n = sum(field.column.stripped[code] == word for code in field.column.codes[rows].tolist())
    return n if n >= 0.9 * len(rows) else 0


def _bare(field: Field) -> str:
    """The heading without what it says in brackets."""
    return _BRACKETS.sub("", field.last).strip()


def _as_text(table: Table, field: Field) -> list[Note]:
    """Numbers that a workbook holds as text; flags and years are names rather than quantities."""
    types, column = field.column.types, field.column
    if types is None or set(column.stripped) <= {"0", "1"} or speaks_of_dates(field.name):
        return []
    plain = np.zeros(len(column.codes), dtype=bool)
    plain[column.rows_of(_words(field.numbers, PLAIN))] = True
    rows = np.flatnonzero(plain & (types == TEXT))
    if not len(rows):
        return []
    ja, en = f"数値が文字として入っています（{len(rows):,}セル）。", f"{len(rows):,} numbers are stored as text."
    return [table.field_note("number_as_text", ja, en, field, rows)]


def _unit_missing(table: Table, field: Field) -> list[Note]:
    levels = field.name.split("_")
    bare = [_BRACKETS.sub("", level).strip() for level in levels]
    if not any(_AMOUNT.search(level) for level in bare) or field.numbers.counts[UNIT]:
        return []
    within = [text for level in levels for text in _BRACKETS.findall(level)]
    told = [*within, *(level for level in bare if not level.endswith("時間"))]  # 待ち時間 may be in minutes
    if any(_UNIT_AT_END.search(text) for text in told) or _stated(table):
        return []
    ja = f"「{field.name}」の単位が、見出しにも表題にも注記にもありません。"
    rows = {field.place: [field.heading_row]}
    unit = next((unit for words, unit in _USUAL if re.search(words, field.last)), "円")
    shown = f"{_bare(field)}（{unit}）"
    fix = f"見出しに「{shown}」のように単位を書いてください。", f"State the unit in the heading, as in {shown}."
    return [table.note("unit_missing", ja, "The unit is stated nowhere.", rows, field=field, fix=fix)]


def _stated(table: Table) -> bool:
    """Whether a title, a remark or a row of units states the unit for the whole table."""
    if any(note.kind == "unit_row" for note in table.grid.notes):
        return True
    inside = {*table.rows.tolist(), *table.heading}
    top, bottom = table.box[0], table.box[2]
    outside = {*range(top, min(top + _AROUND, bottom + 1)), *range(max(top, bottom - _AROUND), bottom + 1)} - inside
    return any(_STATED.search(table.cell(row, c)) for row in outside for c in table.used)


def _range(table: Table, field: Field) -> list[Note]:
    numbers = field.numbers
    low, high, what = -np.inf, np.inf, ""
    if _AGE.search(field.last):
        low, high, what = 0, 130, "年齢"
    elif _SHARE.search(field.name) and not _CHANGE.search(field.name) and re.search("[%％]|percent", field.name):
        low, high, what = 0, 100, "割合"
    elif _COUNT.search(_BRACKETS.sub("", field.last)) and not _CHANGE.search(field.name):
        low, what = 0, "人数や件数"
    if not what:
        return []
    known = ~np.isnan(numbers.values) & (numbers.kinds != TRIANGLE)
    wrong = np.flatnonzero(known & ~((numbers.values >= low) & (numbers.values <= high)))
    return table.cell_notes(
        "out_of_range",
        lambda value, n: (
            f"{what}としてありえない値「{value}」です（{n:,}セル）。",
            f"{value} is impossible ({n:,} cells).",
        ),
        field,
        field.column.rows_of(wrong),
    )
