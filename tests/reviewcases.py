"""For every rule of the review a small change to a good worksheet that it must name, and one that it must not."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from dataacademy.worksheet.model import Worksheet, kind_of
from dataacademy.worksheet.parsing import parse

HERE = Path(__file__).with_name("review")
TODAY = datetime.date(2026, 5, 20)


@dataclass(frozen=True)
class Case:
    """Changes by record to the good worksheet of flow ``base``; ``record`` is where the one comment must stand."""

    rule: str
    base: str
    wrong: dict
    record: str
    right: dict


@cache
def _good(flow: str) -> Worksheet:
    return parse((HERE / f"good_{flow.lower()}.yml").read_text(encoding="utf-8")).worksheet


def good(flow: str = "A") -> Worksheet:
    """A complete worksheet of which nothing is to be said."""
    return _good(flow).model_copy(deep=True)


def changed(worksheet: Worksheet, changes: dict) -> Worksheet:
    """The worksheet with fields changed; a record that is not there is added, one changed to null is taken out."""
    changes = dict(changes)
    for name in changes.pop("and", ()):
        changed(worksheet, _listed()[f"_{name}"])
    for id, fields in changes.items():
        if fields is None:
            worksheet.remove(id)
        elif id != "team" and id not in worksheet.index():
            worksheet.add(kind_of(id), id=id, **fields)
        else:
            record = worksheet.team if id == "team" else worksheet.get(id)
            for name, value in fields.items():
                setattr(record, name, value)
    return worksheet


@cache
def _listed() -> dict:
    return yaml.safe_load((HERE / "cases.yml").read_text(encoding="utf-8"))


def cases() -> list[Case]:
    """All cases of ``cases.yml``."""
    return [
        Case(rule, one.get("base", "A"), one["wrong"], one.get("record", next(iter(one["wrong"]))), one["right"])
        for rule, several in _listed().items()
        if not rule.startswith("_")
        for one in several
    ]
