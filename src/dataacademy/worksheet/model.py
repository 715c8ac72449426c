"""The worksheet: all records of one team, in the order of the steps, with ids that hold them together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.worksheet import records
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.records import Record, Team

VERSION = 1

# kind (also the front of every id) → class, section in the file, name of the sheet
KINDS: dict[str, tuple[type[Record], str, str]] = {
    "goal": (records.Goal, "goals", "目標"),
    "problem": (records.Problem, "problems", "問題"),
    "issue": (records.Issue, "issues", "課題"),
    "hypothesis": (records.Hypothesis, "hypotheses", "仮説"),
    "data": (records.DataItem, "data", "データ一覧"),
    "process": (records.Process, "processes", "業務フロー"),
    "crud": (records.Crud, "crud", "CRUD表"),
    "design": (records.Design, "designs", "分析設計書"),
    "prototype": (records.Prototype, "prototypes", "プロトタイプ"),
    "finding": (records.FindingRecord, "findings", "発見"),
    "fact": (records.Fact, "facts", "事実"),
    "verdict": (records.Verdict, "verdicts", "判定"),
    "measure": (records.Measure, "measures", "施策"),
    "effect": (records.Effect, "effects", "効果"),
    "cost": (records.Cost, "costs", "費用"),
    "indicator": (records.Indicator, "indicators", "指標"),
}
SECTIONS = {section: kind for kind, (_, section, _) in KINDS.items()}
FLOW_B_ONLY = ("process", "crud", "prototype")
READ_ONLY = ("finding",)  # written by the toolbox: forms and workbooks show it and never change it


class Worksheet(BaseModel):
    """One team's worksheet.  Ids are unique; links may dangle while work goes on (the review names them).

    removed
        By kind, the highest number ever given out, where no record has it any more: it never comes back, so that
        nothing that still names the old record ever means a new one.
    """

    model_config = ConfigDict(extra="forbid")

    version: int = VERSION
    removed: dict[str, int] = {}
    team: Team = Field(default_factory=Team)
    goals: list[records.Goal] = []
    problems: list[records.Problem] = []
    issues: list[records.Issue] = []
    hypotheses: list[records.Hypothesis] = []
    data: list[records.DataItem] = []
    processes: list[records.Process] = []
    crud: list[records.Crud] = []
    designs: list[records.Design] = []
    prototypes: list[records.Prototype] = []
    findings: list[records.FindingRecord] = []
    facts: list[records.Fact] = []
    verdicts: list[records.Verdict] = []
    measures: list[records.Measure] = []
    effects: list[records.Effect] = []
    costs: list[records.Cost] = []
    indicators: list[records.Indicator] = []

    @model_validator(mode="after")
    def _ids(self):
        for kind, (_, section, name) in KINDS.items():
            seen = set()
            for record in getattr(self, section):
                if kind_of(record.id) != kind:
                    raise ValueError(f"「{name}」の番号は {kind}1 の形にします（{record.id} とあります）")
                if record.id in seen:
                    raise ValueError(f"「{name}」に同じ番号 {record.id} が二つあります")
                seen.add(record.id)
        return self

    def __iter__(self) -> Iterator[Record]:
        """All records in the order of the steps."""
        for section in SECTIONS:
            yield from getattr(self, section)

    def section(self, kind: str) -> list[Record]:
        """The records of one kind, as the list that holds them."""
        check_choice("記録の種類", kind, KINDS, en="Kind of record")
        return getattr(self, KINDS[kind][1])

    def index(self) -> dict[str, Record]:
        """Every record by its id."""
        return {record.id: record for record in self}

    def get(self, id: str) -> Record:
        """The record with this id.  Errors: ``no_record``."""
        kind = kind_of(id)
        for record in self.section(kind) if kind in KINDS else ():
            if record.id == id:
                return record
        raise DataAcademyError(
            "no_record",
            f"番号「{id}」の記録はありません。",
            f"There is no record {id!r}.",
            fix="番号は、シートの左端にあります。例：fact1",
            fix_en="Ids stand at the left of each sheet, for example fact1.",
        )

    def next_id(self, kind: str) -> str:
        """The id that a new record of this kind takes: one more than the highest ever given out."""
        return f"{kind}{max(self._in_use(kind), self.removed.get(kind, 0)) + 1}"

    def highest(self) -> dict[str, int]:
        """The highest number ever given out, by kind."""
        return {kind: max(self._in_use(kind), self.removed.get(kind, 0)) for kind in KINDS}

    def remember(self, *given: dict[str, int]) -> None:
        """Take over what numbers others gave out (their :meth:`highest`); what a record has needs no remembering."""
        known = {kind: max(one.get(kind, 0) for one in (self.removed, *given)) for kind in KINDS}
        self.removed = {kind: number for kind, number in known.items() if number > self._in_use(kind)}

    def _in_use(self, kind: str) -> int:
        return max((int(record.id[len(kind) :]) for record in self.section(kind)), default=0)

    def add(self, kind: str, /, **values) -> Record:
        """A new record at the end of its section."""
        section = self.section(kind)
        record = KINDS[kind][0](**{"id": self.next_id(kind)} | values)
        section.append(record)
        return record

    def remove(self, id: str) -> Record:
        """Take a record out; links to it then dangle and the review names them.  Its number does not come back."""
        record, given = self.get(id), self.highest()
        self.section(kind_of(id)).remove(record)
        self.remember(given)
        return record


def kind_of(id: str) -> str:
    """The kind in front of an id.

    >>> kind_of("fact3")
    'fact'
    """
    return re.sub(r"\d+$", "", id)


def links_of(record: Record) -> list[tuple[str, str]]:
    """``(field, id)`` for everything a record points to, empty links left out."""
    found = []
    for field in fields_of(type(record)):
        if field.type == "link" and getattr(record, field.name):
            found.append((field.name, getattr(record, field.name)))
        elif field.type == "links":
            found += [(field.name, id) for id in getattr(record, field.name)]
    return found
