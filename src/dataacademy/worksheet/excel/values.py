"""One value as a cell, and a cell as a value: what people can read and retype, and nothing lost on the way."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from dataacademy.errors import nearest_guess
from dataacademy.worksheet.fields import LONGEST, Field
from dataacademy.worksheet.model import KINDS, kind_of
from dataacademy.worksheet.parsing import date_of, number_of

HELD = "（長い文などのため、この欄は Excel では直せません）"  # stands for what only the hidden tab can hold
YES = "○"
MISSING = "（この番号の記録はありません）"
EXCEL_DAYS = datetime.date(1900, 3, 1)  # Excel has a 29 February 1900: earlier days would move
_LINE_FEEDS = 253  # that Excel takes in one cell
_LABEL = 20  # letters of a record's text behind its id
_YES = ("○", "〇", "◯", "◎", "o", "✓", "✔", "レ", "1", "true", "yes", "はい", "有", "あり")
_NO = ("", "×", "✕", "x", "-", "ー", "0", "false", "no", "いいえ", "無", "なし")
_ID = re.compile(r"([a-z]+[1-9]\d{0,6})(?![a-z0-9])")
# XlsxWriter leaves the second of two overlapping escapes as it is, and takes this frame for markup of its own
_NO_WRITER_CAN = re.compile(r"_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_|^<r>.*</r>$", re.DOTALL)


class Unreadable(ValueError):
    """What is wrong with a cell, as a sentence in Japanese; ``fix`` says the way out."""

    def __init__(self, ja: str, fix: str = ""):
        super().__init__(ja)
        self.fix = fix


class Records:
    """The records that links can name: by id, and by what is written in them."""

    def __init__(self, records: Iterable[tuple[str, str]]):
        self.texts = dict(records)
        self._ids: dict[tuple[str, str], list[str]] | None = None

    def show(self, id: str, kinds: tuple[str, ...]) -> str | None:
        """``goal1　高齢者が…``; None for what could not be read back."""
        if not _ID.fullmatch(id) or kind_of(id) not in kinds:
            return None
        if id not in self.texts:
            return f"{id}　{MISSING}"
        words = _one_line(self.texts[id])
        return f"{id}　{words[:_LABEL]}{'…' * (len(words) > _LABEL)}".rstrip("　")

    def find(self, typed: str, kinds: tuple[str, ...]) -> str:
        """The id that a line means: it begins with it, or is the text of a record."""
        plain = _plain(typed)
        named = _ID.match(plain)
        fits = named is not None and kind_of(named[1]) in kinds
        if fits and named[1] in self.texts:
            return named[1]
        found = [id for kind in kinds for id in self._by_text().get((plain, kind), ())]
        if not found and len(start := plain.rstrip(".")) >= 4:
            found = [
                id
                for (text, kind), ids in self._by_text().items()
                if kind in kinds and text.startswith(start)
                for id in ids
            ]
        if len(found) == 1:
            return found[0]
        sheets = "、".join(f"「{KINDS[kind][2]}」" for kind in kinds)
        if found:
            raise Unreadable(
                f"「{_short(typed)}」にあたる記録が、{'、'.join(found[:5])} とあります。", "番号で書きます。"
            )
        if fits:
            return named[1]
        if named and kind_of(named[1]) in KINDS:
            raise Unreadable(
                f"「{named[1]}」は「{KINDS[kind_of(named[1])][2]}」の番号です。", f"{sheets}の番号を書きます。"
            )
        texts = {_one_line(text): id for id, text in self.texts.items() if kind_of(id) in kinds and text}
        guess = nearest_guess(_one_line(typed), texts)
        raise Unreadable(
            f"「{_short(typed)}」という記録が{sheets}にありません。"
            + (f"もしかして {texts[guess]}「{_short(guess)}」ですか。" if guess else ""),
            f"一覧から選ぶか、{kinds[0]}1 のように番号を書きます。",
        )

    def _by_text(self) -> dict[tuple[str, str], list[str]]:
        if self._ids is None:
            self._ids = {}
            for id, text in self.texts.items():
                if plain := _plain(text):
                    self._ids.setdefault((plain, kind_of(id)), []).append(id)
        return self._ids


def show(field: Field, value: Any, records: Records) -> Any:
    """A value as the content of a cell: text, number, date, or None for an empty one."""
    if value is None or value == "" or (value == [] and field.type != "machine"):
        return None
    if field.type == "number":
        return value
    if field.type == "date":
        return value if value >= EXCEL_DAYS else value.isoformat()
    if field.type == "flag":
        return YES if value else None
    text = _text(field, value, records)
    long = len(text.encode("utf-16-le")) // 2 > LONGEST or text.count("\n") > _LINE_FEEDS
    return HELD if long or _NO_WRITER_CAN.search(text) else text


def _text(field: Field, value: Any, records: Records) -> str:
    if field.type == "machine":
        return value if isinstance(field.default, str) else json.dumps(value, ensure_ascii=False, default=_plain_data)
    if field.type == "link":
        return records.show(value, field.kinds) or _json([value])
    if field.type == "links":
        lines = [records.show(item, field.kinds) for item in value]
        return "\n".join(lines) if all(lines) and len(set(value)) == len(value) else _json(value)
    if field.type == "words":
        text = "\n".join(value)
        return text if _words(text) == value else _json(value)
    if field.type == "numbers":
        return "\n".join(map(repr, value))
    return value


def _plain_data(value: Any) -> Any:
    return value.model_dump(mode="json")


def _json(items: list[str]) -> str:
    return json.dumps(items, ensure_ascii=False)


def same(raw: Any, shown: Any) -> bool:
    """Whether a cell still holds what was written into it.  Numbers count by the 15 digits that Excel shows."""
    if isinstance(raw, float | int) and isinstance(shown, float | int) and not isinstance(raw, bool):
        return raw == shown or f"{raw:.15g}" == f"{shown:.15g}"
    return raw == shown


def read(field: Field, raw: Any, records: Records) -> Any:
    """The value that a cell holds.  Errors: :class:`Unreadable`; what no field may hold is for the model to refuse."""
    if raw is None:
        return [] if field.type in ("links", "words", "numbers") else _nothing(field)
    if raw == HELD:
        raise Unreadable(
            "この欄の中身は、控えのシートにだけありました。", "もとのワークシートから、もう一度書き出します。"
        )
    reader = _READERS.get(field.type)
    return reader(field, raw, records) if reader else as_text(raw)


def _nothing(field: Field) -> Any:
    if field.type == "machine":
        return field.default
    return {"number": None, "date": None, "flag": False}.get(field.type, "")


def as_text(raw: Any) -> str:
    """A cell as text: whole numbers without ``.0``, dates ``2026-04-01``."""
    from dataacademy.tables.excel import cell_text

    return cell_text(raw)


def _number(field: Field, raw: Any, records: Records) -> Any:
    if isinstance(raw, str):
        return _or_unreadable(number_of, raw, "数を入れてください。単位や「約」は付けません。", "例：1200")
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Unreadable(
            "数の欄に、日付や時刻、TRUE が入っています。", "セルの書式を「標準」にして、数を入れ直します。"
        )
    return raw


def _date(field: Field, raw: Any, records: Records) -> Any:
    if isinstance(raw, datetime.datetime):
        raise Unreadable("日付に時刻が付いています。", "日付だけを入れます。例：2026-04-01")
    if isinstance(raw, datetime.date):
        return raw
    if isinstance(raw, float | int) and not isinstance(raw, bool) and 61 <= raw < 110_000 and raw == int(raw):
        return datetime.date(1899, 12, 30) + datetime.timedelta(days=int(raw))
    fix = "例：2026-04-01、令和8年4月1日"
    return _or_unreadable(date_of, as_text(raw), "日付として読めません。年、月、日をすべて入れます。", fix)


def _or_unreadable(reader, text: str, ja: str, fix: str) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise Unreadable(ja, fix) from error


def _flag(field: Field, raw: Any, records: Records) -> bool:
    plain = _plain(as_text(raw))
    if plain in _YES or raw is True:
        return True
    if plain in _NO or raw is False:
        return False
    raise Unreadable("○か、空のままにします。", "あてはまるなら ○ を入れます。")


def _choice(field: Field, raw: Any, records: Records) -> str:
    text = as_text(raw)
    plain = {_plain(choice): choice for choice in field.choices}
    return text if text in field.choices else plain.get(_plain(text), text)


def _link(field: Field, raw: Any, records: Records) -> str:
    items = _links(field, raw, records)
    if len(items) > 1:
        raise Unreadable(f"一つだけ書く欄に、{'、'.join(items)} と書いてあります。", "一つにします。")
    return items[0] if items else ""


def _links(field: Field, raw: Any, records: Records) -> list[str]:
    text = as_text(raw)
    listed = _listed(text)
    if listed is not None:
        return listed
    plain = unicodedata.normalize("NFKC", text).lower()
    parts = [part for part in re.split(r"[\s,、，・;]+", plain) if part]
    lines = parts if parts and all(_ID.fullmatch(part) for part in parts) else _words(text)
    return list(dict.fromkeys(records.find(line, field.kinds) for line in lines))


def _words_of(field: Field, raw: Any, records: Records) -> list[str]:
    return _words(as_text(raw))


def _words(text: str) -> list[str]:
    """One word or sentence a line, unless the cell holds a list as a program writes it."""
    listed = _listed(text)
    return listed if listed is not None else [line.strip() for line in text.split("\n") if line.strip()]


def _listed(text: str) -> list[str] | None:
    if not text.startswith("["):
        return None
    try:
        items = json.loads(text)
    except ValueError:
        return None
    return items if isinstance(items, list) and all(isinstance(item, str) for item in items) else None


def _numbers(field: Field, raw: Any, records: Records) -> list[int | float]:
    if not isinstance(raw, str):
        return [_number(field, raw, records)]
    text = unicodedata.normalize("NFKC", raw)
    if re.search(r"\d,\d{3}(?!\d)", text):
        raise Unreadable("「1,200」のような書き方は、一つの数か二つの数か分かりません。", "1行に一つずつ書きます。")
    parts = [part for part in re.split(r"[\s,、;/]+", text) if part]
    return [
        _or_unreadable(number_of, part, f"「{_short(part)}」は数ではありません。", "1行に一つ、数だけを書きます。")
        for part in parts
    ]


def _machine(field: Field, raw: Any, records: Records) -> Any:
    if isinstance(field.default, str):
        return as_text(raw)
    try:
        return json.loads(as_text(raw))
    except ValueError as error:
        raise Unreadable("道具が書いた欄が、書き換えられています。") from error


_READERS = {
    "number": _number,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "link": _link,
    "links": _links,
    "words": _words_of,
    "numbers": _numbers,
    "machine": _machine,
}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return _one_line(unicodedata.normalize("NFKC", text)).lower()


def _short(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= 30 else line[:29] + "…"
