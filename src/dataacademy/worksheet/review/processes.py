"""Flow B: the flow of work as it is and as it should be."""

from __future__ import annotations

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.goals import cycles
from dataacademy.worksheet.review.words import plain

NOW, THEN = "現状", "あるべき姿"


def _flow(c: Context, flow: str) -> list:
    return [p for p in c.records("process") if p.flow == flow]


@rule("process_circle")
def process_circle(c: Context):
    for id in cycles({p.id: p.after for p in c.records("process")}):
        yield found(id, "after")


@rule("process_crosses_flows", "other")
def process_crosses_flows(c: Context):
    """A step of one flow follows a step of the other."""
    for process in c.records("process"):
        other = [p.id for p in c.all(process.after, "process") if p.flow and process.flow and p.flow != process.flow]
        if other:
            yield found(process, "after", other="、".join(other))


@rule("process_alone")
def process_alone(c: Context):
    """Nothing comes before it and nothing after, while others of its flow are joined."""
    for flow in (NOW, THEN):
        steps = _flow(c, flow)
        joined = {id for p in steps for id in ([p.id, *p.after] if p.after else [])}
        if joined:
            for process in steps:
                if process.id not in joined:
                    yield found(process, "after")


@rule("asis_missing")
def asis_missing(c: Context):
    then = _flow(c, THEN)
    if then and not _flow(c, NOW):
        yield found(then[0], "flow")


@rule("tobe_missing")
def tobe_missing(c: Context):
    """Something is tried already, and nobody drew what should be."""
    now = _flow(c, NOW)
    if now and not _flow(c, THEN) and c.begun("prototype", "measure", "effect"):
        yield found(now[0], "flow")


def _time(steps: list) -> float | None:
    """Minutes a month, or None where a step lacks its minutes; steps without a count are done once for each case."""
    if not steps or any(p.minutes is None for p in steps):
        return None
    counts = [p.count for p in steps if p.count is not None]
    usual = max(counts, default=1)
    return sum((p.minutes + (p.waiting or 0)) * (p.count if p.count is not None else usual) for p in steps)


@rule("tobe_longer", "now", "then")
def tobe_longer(c: Context):
    """The work as it should be takes as long as it does now, for the same number of cases."""
    now, then = _flow(c, NOW), _flow(c, THEN)
    before, after = _time(now), _time(then)
    if before is None or after is None or _same_steps(now, then):
        return
    if all(p.count is None for p in then):  # measured for one case each, like the steps of today
        most = max((p.count for p in now if p.count is not None), default=1)
        after *= most
    if after >= before:
        yield found(then[0], "minutes", now=f"{before:,.0f}", then=f"{after:,.0f}")


def _same_steps(now: list, then: list) -> bool:
    def told(steps):
        return [(plain(p.text), plain(p.office), p.minutes) for p in steps]

    return told(now) == told(then)


@rule("tobe_same_as_asis")
def tobe_same_as_asis(c: Context):
    now, then = _flow(c, NOW), _flow(c, THEN)
    if now and _same_steps(now, then):
        yield found(then[0], "text")


@rule("process_no_trouble")
def process_no_trouble(c: Context):
    """The work of today gives nobody any trouble, and is to be changed."""
    now = _flow(c, NOW)
    if now and _flow(c, THEN) and not any(p.trouble for p in now):
        yield found(now[0], "trouble")
