"""Headings: one spelling for comparison, no two alike, and which of them name things rather than count them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dataacademy.notes import Note
from dataacademy.tables.reading import quote

_KATAKANA = "ァ-ヺー"
_DASH = re.compile(f"(?<=[{_KATAKANA}])[\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d-](?=[{_KATAKANA}])")
_WAVE = str.maketrans("\u301c~", "\uff5e\uff5e")
_INVISIBLE = str.maketrans("", "", "\ufeff\u200b\u200c\u200d\u2060\u00ad")
_WIDE = "[^\x00-\x7f]"  # a Japanese letter, as against ASCII
_NEWLINE = re.compile(rf"(?<={_WIDE})\s*[\r\n]+\s*(?={_WIDE})")

_NAMES_THINGS = re.compile(
    "(?<!レ)コード|番号|電話|郵便|ファックス|ファクス|ファクシミリ|内線"
    "|phone|postal|postcode|zipcode|identification"
    r"|(?<![a-z])(?:fax|tel|code|id)(?![a-z])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?:[a-z](?:Code|CODE|Id|ID|No)|[A-Z]ID|KEY_?CODE\d*|[A-Z]CODE\d*)$")
_NUMBERING = re.compile(r"(?:no\.?|#property)", re.IGNORECASE)
_COUNTS = re.compile(r"件数|回数|人数|数(?:$|\()|率|割合|料金|平均")  # 電話相談件数 counts, 電話番号 names
_COORDINATE = re.compile(r"[XY]_CODE", re.IGNORECASE)  # e-Stat calls its coordinates so


def tidy_heading(text: object) -> str:
    """A heading in the one spelling used for comparison.

    NFKC (full-width letters, №, ㎡, half-width kana); spaces trimmed and collapsed; a line break inside Japanese
    removed; letters set apart one by one joined (``氏　　名``); any dash between katakana is the long-vowel mark ー;
    〜 and ~ are ～.  Doing it twice changes nothing.

    >>> tidy_heading("都道府県コ―ド"), tidy_heading("fax　number"), tidy_heading(" 面積（㎡） "), tidy_heading("№")
    ('都道府県コード', 'fax number', '面積(m2)', 'No')
    >>> tidy_heading("想定\\n収容人数"), tidy_heading("所 在 地")
    ('想定収容人数', '所在地')
    """
    text = unicodedata.normalize("NFKC", str(text).translate(_INVISIBLE)).translate(_WAVE)
    text = _NEWLINE.sub("", text.strip())
    words = text.split()
    spaced_out = len(words) > 1 and all(len(word) == 1 and not word.isascii() for word in words)
    return unicodedata.normalize("NFC", _DASH.sub("ー", ("" if spaced_out else " ").join(words)))


def names_things(heading: str) -> bool:
    """Whether a column so called holds names (codes, telephone numbers, ids …) even if they are written in digits.

    >>> [names_things(h) for h in ("市区町村コード", "№", "telephoneNumber", "prefCode", "KEY_CODE")]
    [True, True, True, True, True]
    >>> [names_things(h) for h in ("人口", "numberOfBeds", "電話相談件数", "width", "X_CODE")]
    [False, False, False, False, False]
    """
    heading = tidy_heading(heading)
    if _COORDINATE.fullmatch(heading) or _COUNTS.search(heading):
        return False
    return bool(_NUMBERING.fullmatch(heading) or _NAMES_THINGS.search(heading) or _CAMEL.search(heading))


def column_names(labels: Sequence[str]) -> tuple[list[str], list[Note]]:
    """One unique tidied name per label, and a note for each that differs from the label.

    A label that occurs again gets ``_2``, ``_3`` …; a column without label is called by its place, ``列3``.

    >>> names, notes = column_names(["氏　名", "男", "男", ""])
    >>> names, [note.kind for note in notes]
    (['氏名', '男', '男_2', '列4'], ['renamed', 'duplicate_heading', 'unnamed_column'])
    """
    names: list[str] = []
    notes: list[Note] = []
    tidied = [tidy_heading(label) for label in labels]
    for place, (label, tidy) in enumerate(zip(labels, tidied, strict=True), start=1):
        name, copy = tidy or f"列{place}", 1
        while name in names or (copy > 1 and name in tidied):
            copy += 1
            name = f"{tidy or f'列{place}'}_{copy}"
        names.append(name)
        if "\ufffd" in name:
            notes.append(
                Note(
                    "mojibake",
                    "見出しが文字化け（「\ufffd」）しています。元の文字はこのファイルからは戻せません。",
                    "The heading holds broken characters (U+FFFD); this file has lost the original ones.",
                    level="warning",
                    fix="もとのシステムからもう一度書き出してください。",
                    fix_en="Export the table again from its source.",
                    column=name,
                )
            )
        if not tidy:
            notes.append(
                Note(
                    "unnamed_column",
                    f"{place}列目に見出しがありません。「{name}」と呼びます。",
                    f"Column {place} has no heading; it is called {name!r}.",
                    level="warning",
                    fix="元のファイルに見出しを入れてください。",
                    fix_en="Give it a heading in the file.",
                    column=name,
                )
            )
        elif copy > 1:
            notes.append(
                Note(
                    "duplicate_heading",
                    f"見出し「{tidy}」が2つ以上あります。{place}列目を「{name}」と呼びます。",
                    f"The heading {tidy!r} occurs more than once; column {place} is called {name!r}.",
                    level="warning",
                    fix="元のファイルで、見出しを1つずつ違う名前にしてください。",
                    fix_en="Make the headings differ in the file.",
                    column=name,
                )
            )
        elif name != label:
            notes.append(
                Note(
                    "renamed",
                    f"見出し「{quote(label)}」の書き方をそろえ、「{name}」としました。",
                    f"The heading {quote(label)!r} is now spelled {name!r}.",
                    column=name,
                    value=quote(label),
                )
            )
    return names, notes
