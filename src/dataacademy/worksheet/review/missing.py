"""Rules about fields left empty: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dataacademy.worksheet.review.context import RULES, Context, Rule, found, label


def _always(c: Context, record) -> bool:
    return True


@dataclass(frozen=True)
class Missing:
    """Rule ``id`` speaks where one of ``fields`` of a record is empty.

    after
        Kinds of which one must be there for the question to make sense: while there are no goals at all, nobody is
        asked which goal a problem belongs to (the rule on skipped steps says it once).
    when
        Which records are asked; all of them by default.
    """

    id: str
    kind: str
    fields: tuple[str, ...]
    after: tuple[str, ...] = ()
    when: Callable[[Context, object], bool] = _always


def _not_b(c: Context, record) -> bool:
    return c.flow != "B"


def _must_be_processed(c: Context, record) -> bool:
    on_it = c.pointing("finding", "data", record.id)
    tried = c.pointing("prototype", "data", record.id)
    used = c.pointing("design", "data", record.id) or tried
    raw = on_it or any(p.result or p.decision for p in tried)  # said where it happened
    return record.handling == "個人情報の加工が必要" and bool(used) and not raw


def _rests_on_facts(c: Context, measure) -> bool:
    """Flow B may also rest on a prototype that was tried and goes on."""
    return not (c.flow == "B" and any(p.decision == "進む" and p.result for p in c.records("prototype")))


def _has_axes(c: Context, design) -> bool:
    return design.kind not in ("その他", "")


def _handed_over(c: Context, design) -> bool:
    return design.who in ("他部署に依頼", "外注")


def _looped(c: Context, verdict) -> bool:
    """Whether a verdict sends back to step 1 and nothing came of it yet."""
    again = c.pointing("hypothesis", "replaces", verdict.hypothesis)
    return (
        verdict.decision in ("棄却", "保留") and c.decisions.get(verdict.hypothesis) == verdict.decision and not again
    )


def _used_in_the_new_flow(c: Context, row) -> bool:
    step = c.get(row.process, "process")
    return step is not None and step.flow == "あるべき姿" and (row.read or row.update)


def _both_unknown(c: Context, measure) -> bool:
    return not measure.plan and not measure.plan_relation


MISSING = (
    Missing("goal_no_viewpoint", "goal", ("viewpoint",)),
    Missing("problem_no_goal", "problem", ("goal",), ("goal",)),
    Missing("problem_no_figures", "problem", ("present", "desired")),
    Missing("issue_no_problem", "issue", ("problem",), ("problem",)),
    Missing("issue_no_owner", "issue", ("owner",)),
    Missing("issue_no_why", "issue", ("why",)),
    Missing("hypothesis_no_issue", "hypothesis", ("issue",), ("issue",)),
    Missing("data_no_handling", "data", ("handling",)),
    Missing("data_no_owner", "data", ("owner",)),
    Missing("data_no_ground", "data", ("legal_ground",)),
    Missing("data_not_processed", "data", ("processed",), when=_must_be_processed),
    Missing("design_no_hypothesis", "design", ("hypothesis",), ("hypothesis",), when=_not_b),
    Missing("design_no_data", "design", ("data",), ("data",)),
    Missing("design_no_kind", "design", ("kind",)),
    Missing("design_no_axes", "design", ("x", "y"), when=_has_axes),
    Missing("design_no_unit", "design", ("unit",)),
    Missing("design_no_base", "design", ("base",)),
    Missing("design_no_who", "design", ("who",)),
    Missing("design_no_why_who", "design", ("why_who",), when=_handed_over),
    Missing("finding_no_design", "finding", ("design",), ("design",)),
    Missing("finding_no_alt", "finding", ("alt",), when=lambda c, finding: bool(finding.figure)),
    Missing("fact_no_hypothesis", "fact", ("hypothesis",), ("hypothesis",), when=_not_b),
    Missing("fact_no_strength", "fact", ("strength",)),
    Missing("verdict_no_hypothesis", "verdict", ("hypothesis",), ("hypothesis",)),
    Missing("verdict_no_decision", "verdict", ("decision",)),
    Missing("verdict_no_facts", "verdict", ("facts",), ("fact",)),
    Missing("verdict_no_loop", "verdict", ("next_hypothesis",), when=_looped),
    Missing("measure_no_issue", "measure", ("issue",), ("issue",)),
    Missing("measure_no_fact", "measure", ("facts",), ("fact",), when=_rests_on_facts),
    Missing("measure_no_plan", "measure", ("plan",), when=_both_unknown),
    Missing("measure_plan_no_relation", "measure", ("plan_relation",), when=lambda c, measure: bool(measure.plan)),
    Missing("measure_no_owner", "measure", ("owner",)),
    Missing("measure_no_start", "measure", ("start",)),
    Missing("effect_no_measure", "effect", ("measure",), ("measure",)),
    Missing("effect_no_who", "effect", ("who",)),
    Missing("effect_no_number", "effect", ("how_many", "unit")),
    Missing("effect_no_date", "effect", ("by",)),
    Missing("effect_logic_gaps", "effect", ("inputs", "activities", "outputs", "outcomes")),
    Missing("effect_unfounded", "effect", ("findings",), ("finding",), when=lambda c, e: e.how_many is not None),
    Missing("cost_no_measure", "cost", ("measure",), ("measure",)),
    Missing("cost_no_kind", "cost", ("kind",)),
    Missing("cost_no_amount", "cost", ("amount", "unit")),
    Missing("cost_no_basis", "cost", ("basis",)),
    Missing("cost_no_period", "cost", ("every",)),
    Missing("cost_no_years", "cost", ("years",), when=lambda c, cost: cost.every == "毎年"),
    Missing("indicator_no_effect", "indicator", ("effect",), ("effect",)),
    Missing("indicator_no_definition", "indicator", ("definition",)),
    Missing("indicator_no_numerator", "indicator", ("numerator",)),
    Missing("indicator_no_denominator", "indicator", ("denominator",)),
    Missing("indicator_no_owner", "indicator", ("owner",)),
    Missing("indicator_no_source", "indicator", ("source",)),
    Missing("indicator_no_period", "indicator", ("period",), when=lambda c, i: bool(i.source)),
    Missing("indicator_no_frequency", "indicator", ("frequency",)),
    Missing("indicator_no_base", "indicator", ("base", "base_date")),
    Missing("indicator_no_target", "indicator", ("target",)),
    Missing("indicator_no_date", "indicator", ("target_date",)),
    Missing("indicator_no_direction", "indicator", ("better",)),
    Missing("process_no_flow", "process", ("flow",)),
    Missing("process_no_office", "process", ("office",)),
    Missing("process_no_time", "process", ("minutes", "count"), when=lambda c, p: p.flow != "あるべき姿"),
    Missing("tobe_no_time", "process", ("minutes",), when=lambda c, p: p.flow == "あるべき姿"),
    Missing("crud_no_process", "crud", ("process",), ("process",)),
    Missing("crud_no_office", "crud", ("office",)),
    Missing("crud_no_use", "crud", ("use", "who"), when=_used_in_the_new_flow),
    Missing("prototype_no_process", "prototype", ("process",), ("process",)),
    Missing("prototype_no_data", "prototype", ("data",), ("data",)),
    Missing("prototype_no_cases", "prototype", ("cases",)),
    Missing("prototype_no_rule", "prototype", ("go_if", "stop_if")),
    Missing("prototype_no_decision", "prototype", ("decision",), when=lambda c, p: bool(p.result)),
    Missing("prototype_untested", "prototype", ("result",), when=lambda c, p: bool(p.decision)),
)


def is_empty(value) -> bool:
    """Whether a field is still to be filled in; 0 and False are answers."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _finder(one: Missing):
    def find(c: Context):
        if one.after and not c.begun(*one.after):
            return
        for record in c.records(one.kind):
            empty = [name for name in one.fields if is_empty(getattr(record, name))]
            if empty and one.when(c, record):
                yield found(record, empty[0], missing="・".join(label(one.kind, name) for name in empty))

    return find


for _one in MISSING:
    RULES[_one.id] = Rule(_one.id, _finder(_one), ("missing",))

ABOUT_EMPTY = {one.id for one in MISSING}
# How many of them can speak of one record of a kind.  Where all do, the record has only just been begun.
BY_KIND: dict[str, tuple[Missing, ...]] = {}
for _one in MISSING:
    BY_KIND[_one.kind] = (*BY_KIND.get(_one.kind, ()), _one)


def just_begun(c: Context, kind: str, spoken: set[str]) -> bool:
    """Whether every question about empty fields came up, three or more: then one word is better than many."""
    asked = {m.id for m in BY_KIND.get(kind, ()) if m.when is _always and (not m.after or c.begun(*m.after))}
    return len(asked) >= 3 and asked <= spoken
