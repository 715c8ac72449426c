"""The chain as a whole: links that lead somewhere, steps that were not passed over, the cover."""

from __future__ import annotations

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import FLOW_B_ONLY, KINDS, kind_of
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.review.context import TEAM, Context, found, rule
from dataacademy.worksheet.review.missing import is_empty
from dataacademy.worksheet.review.words import plain

_COVER = ("name", "section", "flow", "theme", "question", "members")

# step → what must be there before it; of several one is enough
_BEFORE = {
    "problem": ("goal",),
    "issue": ("problem",),
    "hypothesis": ("issue",),
    "design": ("hypothesis",),
    "finding": ("design",),
    "fact": ("finding",),
    "verdict": ("fact",),
    "measure": ("fact",),
    "effect": ("measure",),
    "cost": ("measure",),
    "indicator": ("effect",),
}
_BEFORE_B = {
    "problem": ("goal",),
    "issue": ("problem",),
    "process": ("issue",),
    "crud": ("process",),
    "prototype": ("process",),
    "fact": ("finding",),
    "verdict": ("fact",),
    "measure": ("prototype", "fact"),
    "effect": ("measure",),
    "cost": ("measure",),
    "indicator": ("effect",),
}


def _links(record):
    """``(field, label, allowed kinds, id)`` for every link."""
    for field in fields_of(type(record)):
        if field.kinds:
            value = getattr(record, field.name)
            for id in [value] if isinstance(value, str) else value:
                if id:
                    yield field.name, field.kinds, id


@rule("link_broken", "missing")
def link_broken(c: Context):
    for kind in KINDS:
        for record in c.records(kind):
            lost = {}
            for name, kinds, id in _links(record):
                if id not in c.index and not (kind_of(id) in KINDS and kind_of(id) not in kinds):
                    lost.setdefault(name, []).append(id)
            for name, ids in lost.items():
                yield found(record, name, missing="、".join(ids))


@rule("link_wrong_kind", "other", "wanted")
def link_wrong_kind(c: Context):
    for kind in KINDS:
        for record in c.records(kind):
            for name, kinds, id in _links(record):
                if kind_of(id) in KINDS and kind_of(id) not in kinds:
                    yield found(record, name, other=id, wanted="か".join(KINDS[k][2] for k in kinds))


@rule("record_no_text")
def record_no_text(c: Context):
    for kind in KINDS:
        for record in c.records(kind):
            if not record.text.strip():
                yield found(record, "text")


@rule("same_record_twice", "other")
def same_record_twice(c: Context):
    """The same sentence stands in two records, of any kind in which that is a slip."""
    for kind in ("goal", "problem", "issue", "hypothesis", "data", "design", "fact", "measure", "indicator"):
        first: dict[str, str] = {}
        for record in c.records(kind):
            text = plain(record.text)
            if text and text in first:
                yield found(record, "text", other=first[text])
            first.setdefault(text, record.id)


@rule("step_skipped", "missing")
def step_skipped(c: Context):
    """There are records of a step, and none of the step before."""
    for kind, before in (_BEFORE_B if c.flow == "B" else _BEFORE).items():
        if c.begun(kind) and not c.begun(*before):
            yield found(c.records(kind)[0], "", missing="か".join(KINDS[k][2] for k in before))


@rule("team_incomplete", "missing")
def team_incomplete(c: Context):
    labels = {field.name: field.label for field in fields_of(Team)}
    empty = [labels[name] for name in _COVER if is_empty(getattr(c.worksheet.team, name))]
    if empty:
        yield found(TEAM, "", missing="・".join(empty))


@rule("flow_mismatch", "flow")
def flow_mismatch(c: Context):
    """The cover says one flow, the records are all of the other."""
    of_a, of_b = c.begun("hypothesis", "design", "verdict"), c.begun(*FLOW_B_ONLY)
    if c.flow == "A" and of_b and not of_a:
        yield found(TEAM, "flow", flow="B")
    elif c.flow == "B" and of_a and not of_b:
        yield found(TEAM, "flow", flow="A")
