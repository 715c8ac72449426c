"""Who wrote it: names, telephone numbers, addresses and e-mail in free text, found and masked before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dataacademy.finding import Finding
from dataacademy.text.engine import Morpheme, is_known, is_person, is_place, kind, morphemes
from dataacademy.text.inputs import texts_of
from dataacademy.text.reader import listed, readable

EMAIL, NUMBER, PHONE, ADDRESS, NAME = "メール", "個人番号など", "電話番号", "住所", "氏名"
NOT_FOUND = (
    "辞書にない名前で、手がかり（と申します、さん、住所や電話番号のとなり）のないものは見つかりません。",
    "呼び名、役職、家族のこと、病気、店の名など、組み合わせると人が分かる書き方は見つかりません。",
    "番地のない地名や自治会名は、地区についての意見として残しています。",
    "見つからないものが必ず残ります。外に出す前に、人が読んで確かめてください。",
)
AROUND = 12  # letters shown on each side of a find
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # full width, letter by letter
_FOLD |= dict.fromkeys(map(ord, "‐‑‒–—―−ｰ"), "-")
_N = "[0-9一二三四五六七八九十百〇]"
_FORMS = (
    (EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    (NUMBER, re.compile(r"(?<![\d-])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\d-])")),
    (PHONE, re.compile(r"(?<![\d-])(?:\+81[ -]?\d{1,4}|\(?0\d{1,4}\)?)[ ー-]?\(?\d{1,4}\)?[ ー-]?\d{3,4}(?![\d-])")),
    (PHONE, re.compile(r"電話(?:番号)?[はが: ]{0,2}(\d{1,4}[ ー-]\d{4})(?![\d-])")),
    (PHONE, re.compile(r"(?<!\d)0\d{9,10}(?!\d)")),
    (ADDRESS, re.compile(r"〒 ?\d{3}-?\d{4}|(?<![\d-])\d{3}-\d{4}(?![\d-])")),
)
_ROOM = "(?:[ の]?[0-9]+号室)?"
_HOUSE = re.compile(  # the part of an address that leads to one house
    rf"(?:{_N}+丁目)?{_N}+番地(?:[の-]?{_N}+(?:号|(?!{_N}|[年月日人円回件])))*{_ROOM}"
    rf"|(?:{_N}+丁目)?{_N}+番の?{_N}+号{_ROOM}"
    rf"|{_N}+丁目の?{_N}+(?:番(?!目)|[-の]{_N}+(?:-{_N}+)*){_ROOM}"
)
_SHORT_HOUSE = re.compile(rf"(?<![\d-])\d+(?:[-ー]\d+){{1,3}}{_ROOM}(?![\d-])")  # only after the name of a place
_HONORIFIC = re.compile("さん|様|さま|氏|くん|ちゃん|殿")
_IS_ME = re.compile("と申|ともうし|といいます|と言います|という者|といいまして")
_AND_ME = re.compile("です|と申|と言|とい|[（(。、]|より|$")
_OPENED = re.compile(r"\((?:電話|住所|TEL|Tel)?[ :]?$")
_LETTERS = re.compile("[一-龥々〆ヶ\U00020000-\U0003ffff]{1,8}|[ァ-ヴー]{2,12}")  # as names are written
_LETTERS_BEFORE = re.compile(f"(?:{_LETTERS.pattern})$")
_NAMED = re.compile("(?:名前は|氏名は?|名は)[ 、:：「]?$")
_PLACE = re.compile("[都道府県市区郡町村台丘目条]$")


@dataclass(frozen=True)
class PersonalInformation(Finding):
    """What was found; ``.masked`` is the table with the texts masked, to go on with."""

    masked: Any = None

    def _repr_html_(self) -> str:
        limits = "".join(f"<li>{escape(line)}</li>" for line in NOT_FOUND)
        return f"{super()._repr_html_()}<p>見つけられないもの</p><ul>{limits}</ul>"


def personal_information(
    data: pd.DataFrame, *, text: str, names: Iterable[str] = (), keep: Iterable[str] = ()
) -> PersonalInformation:
    """Find names, telephone numbers, addresses and e-mail addresses in a column of texts, and mask them.

    names
        Names to find besides those of the dictionary: surnames of a list of members, nicknames known to the office.
    keep
        Words that look like names but are none here: ``["川口"]`` for the mouth of a river.

    Table, one row a find: ``document`` (label of the row), ``kind`` (氏名, 電話番号, 住所, メール, 個人番号など),
    ``start`` (letter, from 1), ``length``, ``masked`` (the text around it, masked).  What was found is never shown.
    Value: the number of texts with a find.  ``.masked``: a copy of ``data`` with 【氏名】 and the like in its texts.

    Telephone numbers, numbers of twelve digits, e-mail and house numbers are found by their form; names by the
    dictionary (人名), by what stands beside them (〇〇さん, 〇〇と申します, an address or a telephone number), and
    ``names``.
    Rather too much is masked than too little: a shop named after its owner, too.
    Errors: not_text, all_missing, unknown_column, not_a_word, no_text_package.
    Checked against all comments of the sample town: those in which somebody says who they are, and all others.
    When not to use: as the only check before texts are published; what it cannot find is in :data:`NOT_FOUND` and
    printed below the result.

    >>> found = personal_information(pd.DataFrame({"意見": [
    ...     "本町三丁目12番地の山田太郎です。連絡は0123-45-6789まで。", "バスを増やしてほしい。"]}), text="意見")
    >>> found.masked["意見"].tolist()
    ['【住所】の【氏名】です。連絡は【電話番号】まで。', 'バスを増やしてほしい。']
    >>> import dataacademy as da
    >>> masked = personal_information(da.load("survey"), text="q12").masked
    >>> bool(masked["q12"].str.contains("0000-").any())
    False
    """
    known, none = listed(names, "names"), set(listed(keep, "keep"))
    used, left_out = texts_of(data.reset_index(drop=True) if isinstance(data, pd.DataFrame) else data, text)
    masked = data[text].astype(object).to_numpy().copy()
    rows, texts = [], 0
    for place, one in used[text].items():
        found = [span for span in spans(one, known) if one[span[0] : span[1]] not in none]
        if not found:
            continue
        texts += 1
        masked[place], shown_at = _masked(one, found)
        for (begin, end, what), at in zip(found, shown_at, strict=True):
            after = at + len(what) + 2
            shown = masked[place][max(0, at - AROUND) : after + AROUND]
            rows.append((data.index[place], what, begin + 1, end - begin, shown))
    table = pd.DataFrame(rows, columns=["document", "kind", "start", "length", "masked"])
    counts = table["kind"].value_counts()
    kept = "str" if isinstance(data[text].dtype, pd.CategoricalDtype) else data[text].dtype
    parts = "、".join(f"{what} {n:,}" for what, n in counts.items())
    return PersonalInformation(
        table,
        texts,
        f"{len(used):,} 件の記述のうち {texts:,} 件に、個人が分かりそうな書き方が {len(table):,} か所あり"
        f"{f'（{parts}）' if parts else ''}、伏せました。"
        "見つけられないものが残るので、外に出す前に必ず人が読んでください。",
        f"{texts:,} of {len(used):,} texts hold personal information ({len(table):,} places), now masked. "
        "Not everything can be found: let a person read the texts before they leave the office.",
        used={"記述": len(used)},
        left_out=left_out,
        masked=data.assign(**{text: pd.Series(masked, index=data.index, dtype=kept)}),
    )


def _masked(text: str, found: list[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """The text with every span replaced by its kind in brackets, and where these stand."""
    out, places, last = "", [], 0
    for begin, end, what in found:
        out += text[last:begin]
        places.append(len(out))
        out += f"【{what}】"
        last = end
    return out + text[last:], places


def blackened(text: str, names: Iterable[str] = ()) -> str:
    """The text with every letter of personal information replaced by ■: as long as before."""
    out = list(text)
    for begin, end, _ in spans(text, names):
        out[begin:end] = "■" * (end - begin)
    return "".join(out)


def spans(text: str, names: Iterable[str] = ()) -> list[tuple[int, int, str]]:
    """Begin, end and kind of every piece of personal information, in order, without overlaps.

    >>> spans("電話は0123-45-6789です。")
    [(3, 15, '電話番号')]
    """
    folded = text.translate(_FOLD)
    pieces = morphemes(readable(text))
    found: list[tuple[int, int, str]] = []
    for what, form in _FORMS:
        found += [(*m.span(m.lastindex or 0), what) for m in form.finditer(folded)]
    found += _houses(folded, pieces)
    found += [(*m.span(), NAME) for name in names if name for m in re.finditer(re.escape(name), text)]
    found += list(_neighbours(folded, found))
    found += list(_names(folded, pieces, [(b, e) for b, e, _ in found]))
    kept: list[tuple[int, int, str]] = []
    for begin, end, what in found:  # earlier rules are surer; of overlaps, what sticks out belongs to the sure one
        over = [k for k in kept if begin < k[1] and k[0] < end]
        if over:
            kept = [k for k in kept if k not in over]
            begin, end = min(begin, *(k[0] for k in over)), max(end, *(k[1] for k in over))
            what = over[0][2]
        kept.append((begin, end, what))
    return sorted(kept)


def _houses(text: str, pieces: list[Morpheme]) -> Iterator[tuple[int, int, str]]:
    for m in _HOUSE.finditer(text):
        yield _leftwards(text, pieces, m.start()), m.end(), ADDRESS
    for m in _SHORT_HOUSE.finditer(text):
        begin = _leftwards(text, pieces, m.start())
        before = text[begin : m.start()]
        if _PLACE.search(before) or any(is_place(p.kind) and p.end == m.start() for p in pieces):
            yield begin, m.end(), ADDRESS


def _leftwards(text: str, pieces: list[Morpheme], begin: int) -> int:
    """Where the address begins whose number begins at ``begin``: nouns without a gap before it."""
    for p in reversed([p for p in pieces if p.begin < begin]):
        k = kind(p.kind)
        if p.end < begin or not (k.noun or k.suffix or k.prefix or k.part == "数詞" or is_person(p.kind)):
            break
        begin = p.begin
    return begin


def _neighbours(text: str, sure: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Names by where they stand: （address or telephone number） after them, or 「address の」 before them."""
    for begin, end, _ in sure:
        opened = _OPENED.search(text[:begin])
        if opened and (name := _LETTERS_BEFORE.search(text[: opened.start()])):
            yield *name.span(), NAME
        name = _LETTERS.match(text, end + 1) if text[end : end + 1] == "の" else None
        if name and _AND_ME.match(text[name.end() :]):
            yield *name.span(), NAME


def _names(text: str, pieces: list[Morpheme], sure: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    starts, ends = {b for b, _ in sure}, {e for _, e in sure}
    for run in _runs(text, pieces, sure):
        begin, end = run[0].begin, run[-1].end
        stretches = _stretches(text, run)
        after, opened = text[end:], text[end : end + 1] in ("(", "（")
        beside = end + 1 in starts or (opened and text[end + 1 :].startswith(("電話", "TEL", "Tel", "住所")))
        lives = begin >= 1 and text[begin - 1] == "の" and begin - 1 in ends and _AND_ME.match(after)
        if end - begin <= 8 and (_IS_ME.match(after) or (opened and beside) or lives or _NAMED.search(text[:begin])):
            yield begin, end, NAME
            continue
        yield from ((*stretch, NAME) for stretch in stretches)
        proper = not is_known(text[run[-1].begin : run[-1].end]) and not stretches
        if _HONORIFIC.match(after) and proper and run[-1].end - run[-1].begin > 1:
            yield run[-1].begin, end, NAME


def _stretches(text: str, run: list[Morpheme]) -> list[tuple[int, int]]:
    """Begin and end of every stretch of names in a run, with the rare characters (𠮷) that belong to them."""
    out: list[list[int]] = []
    named = False  # whether the stretch at the end of ``out`` holds a name
    for p in run:
        name, rare = is_person(p.kind), _rare(text[p.begin : p.end])
        if not (name or rare):
            continue
        if out and out[-1][1] == p.begin:
            out[-1][1], named = p.end, named or name
        else:
            out, named = out if named or not out else out[:-1], name
            out.append([p.begin, p.end])
    return [(b, e) for b, e in (out if named else out[:-1])]


def _rare(piece: str) -> bool:
    """Whether all characters are rare ones that the dictionary does not know (beyond U+20000)."""
    return all(ord(c) >= 0x20000 for c in piece)


def _runs(text: str, pieces: list[Morpheme], sure: list[tuple[int, int]]) -> Iterator[list[Morpheme]]:
    """Every run of nouns, names and numbers outside of what is already found."""
    run: list[Morpheme] = []
    for p in pieces:
        what = kind(p.kind)
        word = what.noun or what.suffix or what.part == "数詞" or is_person(p.kind) or _rare(text[p.begin : p.end])
        honorific = _HONORIFIC.fullmatch(text[p.begin : p.end])
        if word and not honorific and not any(p.begin < e and b < p.end for b, e in sure):
            run.append(p)
        elif run:
            yield run
            run = []
    if run:
        yield run
