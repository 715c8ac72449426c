"""Step 5: facts without judgement, and what they say about each hypothesis."""

from __future__ import annotations

from dataacademy.worksheet.model import kind_of
from dataacademy.worksheet.quotes import PLACEHOLDER, quotes
from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.designs import evaluating
from dataacademy.worksheet.review.figures import numbers_in, typed_numbers
from dataacademy.worksheet.review.words import bare_comparison, claims_cause


def _cited(fact) -> list[str]:
    """The findings a fact names, in its list or in its sentence."""
    return list(dict.fromkeys([*fact.findings, *(m[1] for m in PLACEHOLDER.finditer(fact.text))]))


@rule("fact_typed_number", "number")
def fact_typed_number(c: Context):
    agreed = _Agreed(c)
    for fact in c.records("fact"):
        if numbers := typed_numbers(fact.text):
            numbers = typed_numbers(fact.text, agreed.of(fact)) if numbers else []
            if numbers:
                yield found(fact, "text", number="、".join(dict.fromkeys(numbers)))


class _Agreed:
    """Numbers fixed before the analysis: in the hypothesis, its thresholds and its designs."""

    def __init__(self, c: Context):
        self._c, self._known = c, {}

    def of(self, fact) -> set[tuple[float, str]]:
        c = self._c
        designs = {f.design for f in c.all(_cited(fact), "finding")}
        designs |= {d.id for d in c.pointing("design", "hypothesis", fact.hypothesis)} if fact.hypothesis else set()
        found = set(self._numbers(fact.hypothesis))
        return found.union(*(self._numbers(id) for id in designs))

    def _numbers(self, id: str) -> set[tuple[float, str]]:
        if id not in self._known:
            record, texts, classes = self._c.index.get(id), [], set()
            if record is not None and kind_of(id) == "hypothesis":
                texts = [record.text, record.confirmed_if, record.refuted_if, *record.crossed]
            elif record is not None and kind_of(id) == "design":
                texts = [record.text, record.x, record.y, record.base, record.if_true, record.if_false]
                classes = {(float(number), "") for number in record.classes}
            self._known[id] = classes.union(*(numbers_in(text) for text in texts))
        return self._known[id]


@rule("fact_evaluates", "word")
def fact_evaluates(c: Context):
    for fact in c.records("fact"):
        if word := evaluating(c, fact.text):
            yield found(fact, "text", word=word)


@rule("fact_bare_comparison", "word")
def fact_bare_comparison(c: Context):
    for fact in c.records("fact"):
        if word := bare_comparison(fact.text):
            yield found(fact, "text", word=word)


@rule("fact_claims_cause", "word")
def fact_claims_cause(c: Context):
    for fact in c.records("fact"):
        if word := claims_cause(fact.text):
            yield found(fact, "text", word=word)


@rule("fact_no_finding")
def fact_no_finding(c: Context):
    if c.begun("finding"):
        for fact in c.records("fact"):
            if not _cited(fact):
                yield found(fact, "findings")


@rule("fact_no_number")
def fact_no_number(c: Context):
    """It rests on a finding and says no number of it; a typed one is named by its own rule."""
    for fact in c.records("fact"):
        if fact.findings and fact.text and not PLACEHOLDER.search(fact.text) and not typed_numbers(fact.text):
            yield found(fact, "text")


@rule("fact_quote_broken", "problem")
def fact_quote_broken(c: Context):
    """A placeholder that no number can fill, or braces that are none."""
    for fact in c.records("fact"):
        wrong = [q.problem for q in quotes(fact.text, c.worksheet) if q.shown is None] if "{" in fact.text else []
        rest = PLACEHOLDER.sub("", fact.text)
        if not wrong and any(brace in rest for brace in "{}｛｝"):
            wrong = ["波かっこの書き方が、{finding1} の形ではありません"]
        if wrong:
            yield found(fact, "text", problem="。".join(wrong))


@rule("fact_finding_unlisted", "finding")
def fact_finding_unlisted(c: Context):
    for fact in c.records("fact"):
        quoted = dict.fromkeys(m[1] for m in PLACEHOLDER.finditer(fact.text) if c.get(m[1], "finding"))
        if missing := [id for id in quoted if id not in fact.findings]:
            yield found(fact, "findings", finding="、".join(missing))


@rule("fact_other_hypothesis", "finding", "hypothesis")
def fact_other_hypothesis(c: Context):
    """All its findings were drawn for another hypothesis."""
    for fact in c.records("fact"):
        drawn = {}
        for finding in c.all(_cited(fact), "finding"):
            design = c.get(finding.design, "design")
            if design is not None and design.hypothesis:
                drawn[design.hypothesis] = finding.id
        if fact.hypothesis and drawn and fact.hypothesis not in drawn:
            hypothesis, finding = next(iter(drawn.items()))
            yield found(fact, "hypothesis", finding=finding, hypothesis=hypothesis)


@rule("hypothesis_no_verdict")
def hypothesis_no_verdict(c: Context):
    """Facts are there and others are judged already, or measures are being made."""
    if not c.begun("verdict"):
        return
    for hypothesis in c.records("hypothesis"):
        judged = c.pointing("verdict", "hypothesis", hypothesis.id)
        if not judged and c.pointing("fact", "hypothesis", hypothesis.id):
            yield found(hypothesis, "text")


_STRENGTHS = {"ない": 0, "弱い": 1, "ややある": 2, "強い": 3}


def _strengths(c: Context, ids: list[str]) -> list[int]:
    return [_STRENGTHS[f.strength] for f in c.all(ids, "fact") if f.strength]


@rule("verdict_contradicts", "decision", "strength")
def verdict_contradicts(c: Context):
    """支持 where no fact is related at all, 棄却 where all are strongly."""
    for verdict in c.records("verdict"):
        rated = _strengths(c, verdict.facts)
        if rated and verdict.decision == "支持" and max(rated) == 0:
            yield found(verdict, "decision", decision="支持", strength="ない")
        elif rated and verdict.decision == "棄却" and min(rated) == 3:
            yield found(verdict, "decision", decision="棄却", strength="強い")


@rule("verdict_on_weak_facts")
def verdict_on_weak_facts(c: Context):
    for verdict in c.records("verdict"):
        rated = _strengths(c, verdict.facts)
        if rated and verdict.decision == "支持" and max(rated) == 1:
            yield found(verdict, "decision")


@rule("verdict_loops_to_itself")
def verdict_loops_to_itself(c: Context):
    for verdict in c.records("verdict"):
        if verdict.next_hypothesis and verdict.next_hypothesis == verdict.hypothesis:
            yield found(verdict, "next_hypothesis")


@rule("verdict_twice", "other")
def verdict_twice(c: Context):
    """Two decisions on one hypothesis of which nobody can tell the later."""
    first = {}
    for verdict in c.records("verdict"):
        if not (verdict.hypothesis and verdict.decision):
            continue
        key = (verdict.hypothesis, verdict.decided)
        if key in first and first[key].decision != verdict.decision:
            yield found(verdict, "decision", other=first[key].id)
        first.setdefault(key, verdict)


@rule("verdict_facts_of_other", "fact")
def verdict_facts_of_other(c: Context):
    for verdict in c.records("verdict"):
        other = [f.id for f in c.all(verdict.facts, "fact") if f.hypothesis and f.hypothesis != verdict.hypothesis]
        if other and verdict.hypothesis:
            yield found(verdict, "facts", fact="、".join(other))
