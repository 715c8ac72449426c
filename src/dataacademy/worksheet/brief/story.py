"""What the briefs tell, in order: facts by strength, hypotheses with their verdict, measures, and what is added up."""

from __future__ import annotations

from functools import cached_property

from dataacademy.worksheet.brief.drawings import drawings
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.sums import Total, Work, crud_of, totals_of, works_of
from dataacademy.worksheet.diagrams import Diagram
from dataacademy.worksheet.records import Cost, Fact, FindingRecord, Hypothesis, Indicator, Record, Verdict

STRENGTHS = ("強い", "ややある", "弱い", "", "ない")


class Story:
    """The records of a worksheet as they are told."""

    def __init__(self, material: Material):
        self.material = material
        self.sheet = material.worksheet

    def told(self, kind: str) -> list[Record]:
        """The records of a kind that have a text, in the order of the sheet."""
        return [record for record in self.sheet.section(kind) if record.text.strip()]

    def of(self, kind: str, field: str, id: str) -> list[Record]:
        """The records of a kind whose link ``field`` names ``id``."""
        return [record for record in self.sheet.section(kind) if getattr(record, field) == id]

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts, those that bear most on the issue first."""
        return sorted(self.told("fact"), key=lambda fact: STRENGTHS.index(fact.strength))

    @cached_property
    def findings(self) -> list[FindingRecord]:
        """The findings in the order in which the facts rest on them, then the others."""
        named = list(dict.fromkeys(id for fact in self.facts for id in fact.findings))
        order = {id: at for at, id in enumerate(named)}
        return sorted(self.sheet.findings, key=lambda finding: order.get(finding.id, len(named)))

    @cached_property
    def judged(self) -> list[tuple[Hypothesis, Verdict | None]]:
        """Every hypothesis with its last verdict."""
        last = {verdict.hypothesis: verdict for verdict in self.sheet.verdicts}
        return [(hypothesis, last.get(hypothesis.id)) for hypothesis in self.told("hypothesis")]

    @cached_property
    def costs(self) -> list[Cost]:
        """The costs, cash first; those that say nothing at all are left out."""
        told = [cost for cost in self.sheet.costs if cost.text.strip() or cost.amount is not None]
        return sorted(told, key=lambda cost: ("現金", "職員の時間", "").index(cost.kind))

    @cached_property
    def totals(self) -> list[Total]:
        return totals_of(self.costs)

    def total(self, anchor: str) -> Total | None:
        return next((total for total in self.totals if total.anchor == anchor), None)

    @cached_property
    def works(self) -> list[Work]:
        return works_of(self.sheet)

    @cached_property
    def drawings(self) -> list[Diagram]:
        return drawings(self.material)

    @cached_property
    def crud(self) -> list[Total]:
        return crud_of(self.sheet)

    @cached_property
    def sums(self) -> list[Total]:
        """Everything that is added up, for the trace page."""
        return [*self.totals, *(total for w in self.works for total in (w.minutes, w.hours, w.cost)), *self.crud]

    @cached_property
    def indicators(self) -> list[Indicator]:
        return self.told("indicator")

    @property
    def empty(self) -> bool:
        """Whether nothing has been written that a brief could tell."""
        return not any(record.text.strip() for record in self.sheet)
