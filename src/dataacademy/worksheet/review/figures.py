"""Numbers in prose: which were typed where a finding should speak, and what two thresholds leave between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from dataacademy.worksheet.review.words import MOST, unquoted

_KANJI = "一二三四五六七八九十百千万億〇零"
_COUNTERS = (
    "人|名|件|世帯|か所|ヶ所|カ所|ヵ所|箇所|割|倍|円|回|台|戸|校|棟|％|%|パーセント|ポイント|点|時間|分|秒|日|週間|か月|ヶ月|カ月"
    "|年|歳|才|m|km|kg|g|t|ha|メートル|キロ|トン|平方|リットル|地区|施設|つ|枚|冊|票|頭|匹|本|位|番目"
)
_UNIT = re.compile(rf"({_COUNTERS})")
_NUMBER = r"\d[\d,]{0,20}(?:\.\d{1,9})?[十百千万億兆]{0,4}"

# What carries a digit and is no result: dates, ages as classes, names, order, what something is counted per.
_NO_RESULT = re.compile(
    "|".join(
        [
            r"(?:令和|平成|昭和|大正|明治|[RHS])\s?(?:\d{1,9}|元)(?:年度?|[./-]\d{1,9}(?:[./-]\d{1,9})?)?(?:[、〜~からと]+\d{1,2}年度?)*",
            r"\d{4}[./-]\d{1,2}(?:[./-]\d{1,2})?(?!\d)",
            r"\d{4}(?:[〜~\-–からと]+\d{4})?年度?",
            r"\d{1,9}年度",
            r"\d{1,9}(?:年間?|[かヶカヵ箇]月間?|週間?|日間?)(?:前|後|ごと|おき|連続|目|以内|間)",
            r"(?:過去|直近|この|今後|向こう)\d{1,9}(?:年|[かヶカヵ箇]月|週間|日)間?",
            r"\d{1,9}(?:年間|[かヶカヵ箇]月間|日間)",
            r"\d{1,2}月(?:\d{1,2}日|末|上旬|中旬|下旬|分|号|期)?(?!\d)",
            r"\d{1,2}日(?=[(（にのからま、は付時])(?<!間)",
            r"(?:午前|午後)?\d{1,2}(?::\d{2}|時(?!間)(?:\d{1,2}分|半|台)?)",
            rf"{_NUMBER}\s?(?:{_COUNTERS})?"
            r"(?:以上|以内|以下|未満|を超える|より遠[いく]|より近[いく]|より長[いく])"
            r"(?:の(?=[^。、])|[^。、がはもで\d]{0,6}"
            r"(?:人|世帯|方|家|施設|地区|件|住宅|建物|高齢者|子ども|住民|場所))",
            r"築\d{1,9}年|震度\d{1,9}|[上下]位\d{1,9}[^\s、。]{0,2}|\d{1,9}年生|\d{1,9}人家族|\d{1,9}[〜~\-–]\d{1,9}月",
            r"24時間|365日|21世紀|\d{1,9}世紀",
            r"\d{1,9}(?:歳|才)?\s?[〜~\-–から]+\s?\d{1,9}(?:歳|才)(?:代|児|の)?",
            r"\d{1,9}(?:歳|才)(?:以上|以下|未満|まで|から|代|児|の(?!人口は)|[〜~\-–]|を超える人|になる|に達)",
            r"\d{1,9}代(?!わ)",
            r"第\s?\d{1,9}[^\s、。0-9]?",
            r"\d{1,9}(?:番目|回目|年目|度目|人目|件目|日目|か月目|週目|番地|号線?|丁目|条|項|級|類|種|型|階|班|区(?!域)|組|番(?!台)|位)",
            r"(?:問|設問|図|表|別表|様式|資料|項目|ステップ|No\.?|#|＃)\s?\d{1,9}(?:-\d{1,9})?",
            r"\d{1,9}次(?:産業|予防|救急|医療|計画|産品|避難)",
            r"\d{1,9}割負担|\d{1,9}割引",
            r"\d{1,9}人(?:世帯|暮らし|乗り|学級|部屋|制|用|親)",
            r"\d{1,9}(?:本柱|[か箇ヶカ]年計画|か年|カ年|択|段階|区分|種類|分類|分位|列|行政区)",
            rf"(?:\d{{1,9}}(?:人|世帯|戸))?{_NUMBER}(?:人|名|件|世帯|日|年|[かヶカ]月|戸|台|時間|回|平方キロ(?:メートル)?|km2|ha)?(?:当たり|あたり|につき|ごと|おき|中(?=[○\d]))",
            r"[A-Za-z][A-Za-z.]*[ -]?\d{1,9}(?:\.\d{1,9})?",
            r"\d{1,9}(?=[A-Za-z])(?!(?:m|km|cm|mm|kg|g|t|ha|kWh|L|MB|GB)(?![A-Za-z]))[A-Za-z]+",
            r"(?:110|118|119|188|189|171)番?(?=通報|番|への|に)",
        ]
    )
)
_KANJI_NO_RESULT = re.compile(
    "|".join(
        [
            r"一人(?:当|暮|親|一人|ひとり|っ子|も|ずつ|用)|一人で|二人世帯|二人暮らし|[一二三]世帯住宅|[二三]世代|[一二]戸建",
            r"(?:一人|一世帯)一(?:日|月|年)|[一二三四五六七八九十百千万]{1,9}(?:人|件|世帯|時間|回|日)(?:当たり|あたり|につき|ごと|ずつ)",
            r"十分|一日(?:中|も)|一(?:か|箇|カ|ヶ)所に集|一円|万人|百人一首|千葉|八王子|[一-九十]{1,3}日市|二〇|一件一件|一名以上",
            r"第[一二三四五六七八九十百]{1,9}.?|[一二三四五六七八九十]{1,9}(?:番|丁目|次|級|類|条|項|号|月|年度|年生|回目|人目|件目|割負担)",
            r"[一二三四五六七八九十百]{1,9}歳(?:以上|以下|未満|代|児|の)",
            r"[一二三四五六七八九十]{1,9}分(?:の|類|野|科|校|館|団|署|庁|室|別)",
        ]
    )
)
_TYPED = re.compile(rf"[約計]?({_NUMBER})\s?({_COUNTERS})?")
_TYPED_KANJI = re.compile(
    rf"([{_KANJI}]{{1,12}})\s?"
    "(割|人|名|件|世帯|か所|ヶ所|カ所|箇所|倍|円|台|戸|校|棟|％|%|パーセント|ポイント|時間|分|歳|メートル|キロ|トン)"
)


def value_of(number: str) -> float:
    """The value of Arabic or Chinese figures, also mixed.

    >>> value_of("1,200"), value_of("三百二十"), value_of("3万"), value_of("二〇")
    (1200.0, 320.0, 30000.0, 20.0)
    """
    digits = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
    tens, myriads = {"十": 10, "百": 100, "千": 1000}, {"万": 10**4, "億": 10**8, "兆": 10**12}
    total, part, held = 0.0, 0.0, ""
    for c in number.replace(",", ""):
        if c in tens or c in myriads:
            figure = float(held) if held else None
            held = ""
            if c in tens:
                part += (1.0 if figure is None else figure) * tens[c]
            else:
                total += (part + (figure or 0.0) or 1.0) * myriads[c]
                part = 0.0
        else:
            held += str(digits.get(c, c))
    return total + part + (float(held) if held else 0.0)


def _same(number: str, unit: str) -> tuple[float, str]:
    """Number and unit in one form: 3割 is 30%."""
    value = value_of(number)
    if unit == "割":
        return value * 10, "%"
    return value, {"％": "%", "パーセント": "%", "名": "人", "才": "歳", "メートル": "m"}.get(unit, unit)


def numbers_in(text: str) -> set[tuple[float, str]]:
    """Every number of a text with its unit, names and dates too."""
    bare = unicodedata.normalize("NFKC", text[:MOST])
    found = {_same(m[1], m[2] or "") for m in _TYPED.finditer(bare)}
    return found | {_same(m[1], m[2]) for m in _TYPED_KANJI.finditer(bare)}


def typed_numbers(text: str, agreed: Iterable[tuple[float, str]] = ()) -> list[str]:
    """The numbers of a sentence that look like results and were typed.

    agreed
        Numbers fixed before the analysis (classes, thresholds), as :func:`numbers_in` gives them; with no unit they
        are allowed with any.

    Dates, years, ages as classes (75歳以上), names (3丁目, 第2次計画, 24時間), order and "per" are no results.

    >>> typed_numbers("2025年度、75歳以上の３２０人が圏外です。")
    ['320人']
    >>> typed_numbers("三百人が、500m以内に住んでいる。", numbers_in("500m以内"))
    ['三百人']
    """
    agreed = set(agreed)
    bare = unquoted(text)
    arabic = _NO_RESULT.sub("○", bare)
    kanji = _KANJI_NO_RESULT.sub("○", bare)
    found = []
    for text, pattern in ((arabic, _TYPED), (kanji, _TYPED_KANJI)):
        for match in pattern.finditer(text):
            if match.start(1) and text[match.start(1) - 1].isdigit():
                continue
            value, unit = _same(match[1], match[2] or "")
            if (value, unit) not in agreed and (value, "") not in agreed:
                found.append(match[1] + (match[2] or ""))
    return found


_HALF = re.compile(r"半数|過半|半分|ゼロ|皆無|全員|[一二三四五六七八九十]分の")


def has_number(text: str) -> bool:
    """Whether a condition says how much: a figure with its age classes left aside, 三割, 半数.

    >>> has_number("75歳以上の人が多い"), has_number("３割より多い"), has_number("半数に満たない")
    (False, True, True)
    """
    bare = unicodedata.normalize("NFKC", text[:MOST])
    without = re.sub(r"\d+(?:歳|才)[^\s、。]?|第\d+\S|\d{4}年度?|(?:令和|平成)\d+年度?", "○", bare)
    return bool(re.search(r"\d", without) or _HALF.search(bare) or _TYPED_KANJI.search(_KANJI_NO_RESULT.sub("○", bare)))


@dataclass(frozen=True)
class Range:
    """What one threshold allows: from ``low`` to ``high``, in ``unit``, of what the rest of the text says."""

    low: float
    high: float
    unit: str
    of: str
    low_in: bool = True
    high_in: bool = True


_UP = r"以上|より(?:も)?(?:多|大|高|長)[いくき]?|を?超え[るた]?|を上回[るっ]て?|超"
_DOWN = r"以下|より(?:も)?(?:少|小|低|短)[なくいさ]*|を下回[るっ]て?|未満|を切[るっ]|に満たない|に届かない|にとどま"
_LIMIT = re.compile(rf"(少なくとも)?\s*({_NUMBER}|[{_KANJI}]{{1,12}})\s?({_COUNTERS})?(?:の人|の差)?({_UP}|{_DOWN})?")


_MINUS = re.compile(r"(?:(?<!\d)[-−]|マイナス)\s?$")  # 5-10 has none


def range_of(text: str) -> Range | None:
    """The one range that a threshold names; None if it names none, or several.

    >>> r = range_of("圏外が3割より多い")
    >>> r.low, r.unit, r.low_in
    (30.0, '%', False)
    >>> range_of("相関係数が−0.3以下").high
    -0.3
    """
    bare = unicodedata.normalize("NFKC", text[:MOST])
    bare = re.sub(r"\d+(?:歳|才)(?:以上|以下|未満|代)?|\d+代|第\d+\S|\d{4}年度?|(?:令和|平成)\d+年度?", "○", bare)
    found = []
    for match in _LIMIT.finditer(bare):
        if match[2][0] in _KANJI and not match[3]:
            continue
        found.append(match)
    if len(found) != 1 or not (found[0][4] or found[0][1]):
        return None
    match = found[0]
    value, unit = _same(match[2], match[3] or "")
    before = bare[: match.start(2)]
    if minus := _MINUS.search(before):
        value, before = -value, before[: minus.start()]
    rest = re.sub(r"[\s。、がはをにでと]", "", before + bare[match.end() :])[:100]
    if match[1] or re.fullmatch(_UP, match[4]):
        return Range(value, float("inf"), unit, rest, low_in=bool(match[1]) or match[4] == "以上")
    return Range(float("-inf"), value, unit, rest, high_in=match[4] == "以下")


_OPPOSITES = ("内外", "増減", "男女", "有無", "前後", "上下", "新旧", "多少", "公私", "東西", "南北", "若老")


def same_subject(a: Range, b: Range) -> bool:
    """Whether two ranges speak of the same thing, as far as their words tell."""
    if any((x in a.of) != (x in b.of) and (y in a.of) != (y in b.of) for x, y in _OPPOSITES):
        return False
    return not a.of or not b.of or SequenceMatcher(None, a.of, b.of, autojunk=False).ratio() >= 0.6


def overlap(a: Range, b: Range) -> bool:
    """Whether one number could lie in both ranges."""
    low, high = max(a.low, b.low), min(a.high, b.high)
    if low != high:
        return low < high
    return all((r.low_in or r.low != low) and (r.high_in or r.high != low) for r in (a, b))
