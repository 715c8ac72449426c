"""Step 6: measures: do they remove a confirmed cause, and what becomes of what there is."""

from __future__ import annotations

import re

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.words import plain, unquoted


def _bases(c: Context, measure) -> set[str]:
    """The hypotheses that a measure rests on: through its facts, else through its issue."""
    facts = c.all(measure.facts, "fact")
    if facts:
        return {fact.hypothesis for fact in facts if fact.hypothesis}
    issue = measure.issue
    return {h.id for h in c.pointing("hypothesis", "issue", issue)} if issue else set()


@rule("measure_on_rejected", "hypothesis")
def measure_on_rejected(c: Context):
    for measure in c.records("measure"):
        bases = _bases(c, measure)
        if bases and all(c.decisions.get(id) == "棄却" for id in bases):
            yield found(measure, "facts", hypothesis="、".join(sorted(bases)))


@rule("measure_on_open", "hypothesis")
def measure_on_open(c: Context):
    """Nothing it rests on is supported, and something is still open."""
    for measure in c.records("measure"):
        decided = {id: c.decisions.get(id) for id in _bases(c, measure)}
        if "支持" not in decided.values() and "保留" in decided.values():
            open_ = sorted(id for id, decision in decided.items() if decision == "保留")
            yield found(measure, "facts", hypothesis="、".join(open_))


@rule("measure_on_weak_facts")
def measure_on_weak_facts(c: Context):
    """What rests on rejected hypotheses only is said by that rule."""
    for measure in c.records("measure"):
        rated = [fact.strength for fact in c.all(measure.facts, "fact") if fact.strength]
        rejected = all(c.decisions.get(id) == "棄却" for id in _bases(c, measure))
        if rated and not rejected and all(strength in ("弱い", "ない") for strength in rated):
            yield found(measure, "facts")


@rule("measure_same_as_plan")
def measure_same_as_plan(c: Context):
    for measure in c.records("measure"):
        same = plain(measure.plan) and plain(measure.plan) == plain(measure.text)
        if same and measure.plan_relation == "新しく行う":
            yield found(measure, "plan_relation")


_VAGUE = re.compile(
    r"(?:周知|啓発|連携|普及|意識|理解|推進|取組|取り組み|体制|支援)(?:を|の)?(?:徹底|強化|推進|促進|図る|深める|高める|充実)(?:する|を図る|に努める)?"
    r"[。\s]*$|(?:検討|努め|働きかけ|呼びかけを強化)(?:する|る|ていく)?[。\s]*$"
)


@rule("measure_vague")
def measure_vague(c: Context):
    for measure in c.records("measure"):
        if _VAGUE.search(unquoted(measure.text)):
            yield found(measure, "text")


@rule("measure_other_issue", "issue")
def measure_other_issue(c: Context):
    for measure in c.records("measure"):
        issues = {h.issue for f in c.all(measure.facts, "fact") if (h := c.get(f.hypothesis, "hypothesis")) and h.issue}
        if measure.issue and issues and measure.issue not in issues:
            yield found(measure, "issue", issue="、".join(sorted(issues)))


@rule("issue_no_measure")
def issue_no_measure(c: Context):
    """A cause is confirmed, others have measures, this one has none."""
    if not c.begun("measure") or not c.all_linked("measure", "issue"):
        return
    for issue in c.records("issue"):
        causes = c.pointing("hypothesis", "issue", issue.id)
        if any(c.decisions.get(h.id) == "支持" for h in causes) and not c.pointing("measure", "issue", issue.id):
            yield found(issue, "text")


@rule("measure_no_effect")
def measure_no_effect(c: Context):
    if c.begun("effect") and c.all_linked("effect", "measure"):
        for measure in c.records("measure"):
            if not c.pointing("effect", "measure", measure.id):
                yield found(measure, "text")


@rule("measure_no_cost")
def measure_no_cost(c: Context):
    if c.begun("effect", "cost", "indicator") and c.all_linked("cost", "measure"):
        for measure in c.records("measure"):
            if not c.pointing("cost", "measure", measure.id):
                yield found(measure, "text")
