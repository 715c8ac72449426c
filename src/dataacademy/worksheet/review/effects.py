"""Step 7: what changes, and what it costs."""

from __future__ import annotations

import re
from collections import defaultdict

from rapidfuzz import fuzz

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.words import plain, unquoted

_ALIKE = 85  # per cent of the letters, for the same outcome in other words
_MOST_COMPARED = 200  # outcomes of the same people


@rule("effect_double_counted", "other")
def effect_double_counted(c: Context):
    """The same people and the same outcome stand in two effects."""
    seen: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for effect in c.records("effect"):
        who, outcome = plain(effect.who), plain(effect.outcomes or effect.text)[:200]
        if not who or not outcome:
            continue
        earlier = seen[who, plain(effect.unit)]
        texts = [text for text, _ in earlier]
        other = next((id for text, id in earlier if text == outcome), None) or next(
            (id for text, id in earlier[:_MOST_COMPARED] if fuzz.ratio(text, outcome) >= _ALIKE), None
        )
        if other:
            yield found(effect, "who", other=other)
        elif outcome not in texts:
            earlier.append((outcome, effect.id))


_ACT = (
    "設置|開催|配布|配付|実施|作成|整備|導入|発送|郵送|訪問|掲載|発行|周知|研修|貸し?出し|巡回|増設|更新|改修|制作|派遣"
)
_DONE = re.compile(
    rf"(?:{_ACT})(?:件|回|か所|箇所|台|部|枚|冊)?(?:数|する|した|される|された|を行う|を行った|が終わる|が完了する|されている|されること)?(?:こと|数|回数|件数|台数|部数|箇所数)?[。\s]*$"
    rf"|(?:{_ACT})(?:回数|件数|数|台数|部数|か所数|箇所数)"
)


def is_output(text: str) -> bool:
    """Whether a text tells what the office did (設置数, 開催した) and not what changed for anybody.

    >>> is_output("説明会の開催回数"), is_output("説明会に来た人が避難所を言える")
    (True, False)
    """
    return bool(_DONE.search(unquoted(text).strip()))


@rule("effect_output_as_outcome")
def effect_output_as_outcome(c: Context):
    for effect in c.records("effect"):
        if effect.outcomes and (plain(effect.outcomes) == plain(effect.outputs) or is_output(effect.outcomes)):
            yield found(effect, "outcomes")


@rule("effect_before_start", "start")
def effect_before_start(c: Context):
    for effect in c.records("effect"):
        measure = c.get(effect.measure, "measure")
        if measure is not None and effect.by and measure.start and effect.by < measure.start:
            yield found(effect, "by", start=measure.start.isoformat())


@rule("effect_exceeds_finding", "finding", "number")
def effect_exceeds_finding(c: Context):
    """More people are to gain than the findings ever counted."""
    for effect in c.records("effect"):
        counted = [f for f in c.all(effect.findings, "finding") if f.value is not None]
        if effect.how_many is None or not counted:
            continue
        most = max(counted, key=lambda f: f.value)
        same = all(plain(f.unit) == plain(effect.unit) for f in counted)
        if effect.unit and same and effect.how_many > most.value:
            yield found(effect, "how_many", finding=most.id, number=f"{most.value:,}{most.unit}")


@rule("effect_no_indicator")
def effect_no_indicator(c: Context):
    if c.begun("indicator") and c.all_linked("indicator", "effect"):
        for effect in c.records("effect"):
            if not c.pointing("indicator", "effect", effect.id):
                yield found(effect, "text")


@rule("cost_unit_mismatch", "kind", "unit")
def cost_unit_mismatch(c: Context):
    for cost in c.records("cost"):
        if (cost.kind, cost.unit) in (("現金", "時間"), ("職員の時間", "円")):
            yield found(cost, "unit", kind=cost.kind, unit=cost.unit)


_HOURS = re.compile(r"職員の?人件費|人件費換算|人件費に換算|職員の時間|時給|時間単価|職員.{0,6}(?:時間|人日|人月)|人工")


@rule("cost_hours_as_cash")
def cost_hours_as_cash(c: Context):
    """Hours of staff who are paid anyway stand as money."""
    for cost in c.records("cost"):
        if cost.kind == "現金" and cost.unit != "時間" and _HOURS.search(f"{cost.text} {cost.basis}"):
            yield found(cost, "kind")


@rule("cost_twice", "other")
def cost_twice(c: Context):
    first = {}
    for cost in c.records("cost"):
        key = (cost.measure, plain(cost.text), cost.kind, cost.every)
        if cost.measure and key[1] and key in first:
            yield found(cost, "text", other=first[key])
        first.setdefault(key, cost.id)


@rule("cost_only_first")
def cost_only_first(c: Context):
    """Nothing is said of the years after the first."""
    for measure in c.records("measure"):
        costs = c.pointing("cost", "measure", measure.id)
        if costs and all(cost.every == "一度だけ" for cost in costs):
            yield found(costs[0], "every")


@rule("cost_no_hours")
def cost_no_hours(c: Context):
    for measure in c.records("measure"):
        costs = c.pointing("cost", "measure", measure.id)
        if measure.who == "自分で" and costs and all(cost.kind == "現金" for cost in costs):
            yield found(measure, "who")
