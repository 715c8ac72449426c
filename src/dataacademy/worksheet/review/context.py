"""What the rules look at: the worksheet with its links turned round, once for all rules; and the list of rules."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet, links_of
from dataacademy.worksheet.records import Record

if TYPE_CHECKING:
    from dataacademy.worksheet.review.bank import Bank

TEAM = "team"  # where a comment on the cover stands
SMALLEST = 10  # people that may be shown, as in privacy.suppress_table


@dataclass(frozen=True)
class Found:
    """What a rule found: the record, the field, and what its text in the comment bank may name."""

    record: str
    field: str = ""
    details: dict[str, str] = dataclasses.field(default_factory=dict)


def found(record: Record | str, field: str = "", **details) -> Found:
    """A :class:`Found` for a record or an id."""
    named = record if isinstance(record, str) else record.id
    return Found(named, field, {name: str(value) for name, value in details.items()})


@dataclass(frozen=True)
class Rule:
    """One rule: ``find(context)`` gives what it found; ``gives`` are the names its texts may use."""

    id: str
    find: Callable[[Context], Iterator[Found]]
    gives: tuple[str, ...] = ()


RULES: dict[str, Rule] = {}


def rule(id: str, *gives: str):
    """Register a function of a :class:`Context` as the rule ``id``."""

    def register(function):
        RULES[id] = Rule(id, function, gives)
        return function

    return register


class Context:
    """A worksheet as the rules see it.  Records in which nothing is filled in yet are left out."""

    def __init__(self, worksheet: Worksheet, path: Path | None, bank: Bank, today: datetime.date):
        self.worksheet, self.path, self.bank, self.today = worksheet, path, bank, today
        self.flow = worksheet.team.flow
        self.index: dict[str, Record] = worksheet.index()
        self._digests: dict[Path, str] = {}
        self._records = {kind: [r for r in worksheet.section(kind) if not is_blank(r)] for kind in KINDS}

    def records(self, kind: str) -> list:
        """The records of one kind in which something is filled in."""
        return self._records[kind]

    def begun(self, *kinds: str) -> bool:
        """Whether there is anything of one of these kinds."""
        return any(self._records[kind] for kind in kinds)

    def get(self, id: str, kind: str):
        """The record of this id if there is one of this kind, else None."""
        record = self.index.get(id)
        return record if record is not None and isinstance(record, KINDS[kind][0]) else None

    def all(self, ids: list[str], kind: str) -> list:
        """The records of these ids that are there."""
        return [record for id in ids if (record := self.get(id, kind)) is not None]

    def words(self, name: str) -> list[str]:
        """A list of words of the comment bank."""
        return self.bank.words[name]

    @cached_property
    def _pointing(self) -> dict[tuple[str, str, str], list[Record]]:
        turned = defaultdict(list)
        for kind, records in self._records.items():
            for record in records:
                for name, id in links_of(record):
                    turned[kind, name, id].append(record)
        return turned

    def pointing(self, kind: str, name: str, id: str) -> list:
        """The records of ``kind`` whose field ``name`` names ``id``."""
        return self._pointing.get((kind, name, id), [])

    def all_linked(self, kind: str, name: str) -> bool:
        """Whether every record of a kind names one that is there: else who has none is not the first question."""
        return all(getattr(record, name) in self.index for record in self._records[kind])

    @cached_property
    def decisions(self) -> dict[str, str]:
        """What was last decided on each hypothesis: 支持, 棄却 or 保留."""
        last: dict[str, tuple] = {}
        for place, verdict in enumerate(self.records("verdict")):
            if verdict.decision and verdict.hypothesis:
                when = (verdict.decided or datetime.date.min, place)
                if verdict.hypothesis not in last or when >= last[verdict.hypothesis][0]:
                    last[verdict.hypothesis] = (when, verdict.decision)
        return {id: decision for id, (_, decision) in last.items()}

    @cached_property
    def quoted(self) -> set[str]:
        """The findings that a fact quotes or lists."""
        from dataacademy.worksheet.quotes import PLACEHOLDER

        facts = self.records("fact")
        return {id for f in facts for id in f.findings} | {m[1] for f in facts for m in PLACEHOLDER.finditer(f.text)}

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file, read once however many findings rest on it."""
        if path not in self._digests:
            with path.open("rb") as stream:
                self._digests[path] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._digests[path]

    def beside(self, name: str) -> Path | None:
        """A file of the worksheet's own folder of records, None while the worksheet has no place yet."""
        from dataacademy.worksheet.store import beside

        return None if self.path is None else beside(self.path) / name


def is_blank(record: Record) -> bool:
    """Whether nothing was filled in yet."""
    return all(getattr(record, f.name) == f.default for f in fields_of(type(record)))


def label(kind: str, name: str) -> str:
    """The Japanese name of a field."""
    return next(f.label for f in fields_of(KINDS[kind][0]) if f.name == name)
