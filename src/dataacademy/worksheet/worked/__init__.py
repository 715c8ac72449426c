"""The worked worksheet: what an example team wrote in each lesson, for any town, with the town's own numbers.

The texts stand in ``flow_a.yml``, ``flow_b.yml``, ``flow_c.yml`` and ``capstone.yml``, the analyses in the modules of
the same names.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from string import Template

import yaml

from dataacademy.errors import check_choice
from dataacademy.paths import SAMPLE_TOWN
from dataacademy.worksheet import store
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, VERSION, kind_of
from dataacademy.worksheet.sheet import Sheet
from dataacademy.worksheet.worked.ground import Ground

FLOWS = ("flow_a", "flow_b", "flow_c")
WORKED = (*FLOWS, "capstone")  # the last needs a town with check-ups
FOLDER, FILE = "お手本", "お手本の班.yml"
_OURS = ("id", "lesson", "needs", "made_by", "decide", "again")  # keys of the texts that are no fields of a record


def example(lesson: str, *, town: str = SAMPLE_TOWN, folder: Path | str | None = None) -> Sheet:
    """The example team's worksheet as it stands at the end of a lesson (``a5``).

    folder
        Where it is written, ``お手本/<lesson>`` in the working folder by default.  What an earlier call wrote there is
        written anew.

    What the town lacks (ages, hazards, tables) is left out with everything that rests on it.  Errors:
    ``unknown_choice`` for a lesson that writes nothing, those of ``da.load``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     sheet = example("a1", folder=place)
    ...     [record.id for record in sheet.worksheet.section("hypothesis")]
    ['hypothesis1', 'hypothesis2']
    """
    lessons = {name: flow for flow in WORKED for name in _texts(flow)["lessons"]}
    check_choice("レッスン", lesson, lessons, en="Lesson")
    flow = lessons[lesson]
    texts = _texts(flow)
    place = Path(folder) if folder is not None else Path(FOLDER) / lesson
    module = import_module(f"{__name__}.{flow}")
    town = getattr(module, "TOWN", town)
    sheet = _begin(place / FILE, texts["team"] | {"town": town})
    writer = _Writer(sheet, Ground(town), module)
    written = texts["lessons"][: texts["lessons"].index(lesson) + 1]
    for record in texts["records"]:
        if record["lesson"] in written:
            writer.write(record)
    sheet.save()
    return sheet


@cache
def _texts(flow: str) -> dict:
    """What stands in ``<flow>.yml``; shared, so never changed."""
    text = files(__name__).joinpath(f"{flow}.yml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # in C where it can


def _begin(file: Path, team: dict) -> Sheet:
    """A fresh worksheet with its cover filled in."""
    shutil.rmtree(store.beside(file), ignore_errors=True)
    file.unlink(missing_ok=True)
    sheet = Sheet(store.create(file, f"version: {VERSION}\n"))
    for name, value in team.items():
        setattr(sheet.worksheet.team, name, value)
    return sheet


class _Writer:
    """Writes the records one after the other, as far as the town has what they need."""

    def __init__(self, sheet: Sheet, ground: Ground, flow):
        self.sheet, self.ground, self.flow = sheet, ground, flow
        self.left_out: set[str] = set()
        self.words = {"shelter": ground.place.shelter_label or "避難所", "who": ground.place.counted_label}

    def write(self, record: dict) -> None:
        id, kind = record["id"], kind_of(record["id"])
        fields = {key: self._filled(value) for key, value in record.items() if key not in _OURS}
        if not self._possible(record, kind, fields):
            self.left_out.add(id)
            return
        if "decide" in record:
            fields |= self._decided(kind, record["decide"], fields)
        if "made_by" in record:
            self._record(record, fields)
        elif "again" in record:
            for name, value in self._kept(kind, fields).items():
                setattr(self.sheet.worksheet.get(id), name, value)
        else:
            self.sheet.worksheet.add(kind, **{"id": id} | self._kept(kind, fields))

    def _possible(self, record: dict, kind: str, fields: dict) -> bool:
        if "needs" in record and not self.flow.NEEDS[record["needs"]](self.ground):
            return False
        rests_on = [fields.get(f.name) for f in fields_of(KINDS[kind][0]) if f.type == "link"]
        rests_on += [found for found in re.findall(r"finding\d+", str(record)) if found != record["id"]]
        return not self.left_out.intersection(filter(None, rests_on))

    def _filled(self, value):
        """The value with the town's words, and with a finding's number where it asks for one."""
        if isinstance(value, str):
            return Template(value).safe_substitute(self.words)
        if value == {"of": "people"}:
            return self.ground.people_date
        if isinstance(value, dict) and "from" in value:
            return self._number(value["from"], value.get("digits", 0))
        if isinstance(value, dict):
            return {key: self._filled(part) for key, part in value.items()}
        return [self._filled(part) for part in value] if isinstance(value, list) else value

    def _number(self, name: str, digits: int):
        id, _, part = name.partition(".")
        if id in self.left_out:
            return None
        finding = self.sheet.get(id)
        number = finding.values[part] if part else finding.value
        return round(number, digits)

    def _decided(self, kind: str, rule: dict, fields: dict) -> dict:
        """What the threshold of the hypothesis gives: the verdict, and fields that are worded for each."""
        value = self._number(rule["of"], 12)
        decision = "支持" if value >= rule["at_least"] else "棄却" if value < rule["below"] else "保留"
        worded = {name: words[decision] for name, words in fields.items() if isinstance(words, dict)}
        if kind != "verdict":
            return worded
        return worded | {"decision": decision} | ({"next_hypothesis": ""} if decision == "支持" else {})

    def _record(self, record: dict, fields: dict) -> None:
        result = getattr(self.flow, record["made_by"])(self.ground)
        how = self._kept("finding", fields)
        recorded = how.pop("recorded")  # the example's day, so that it reads the same whenever it is made
        self.sheet.record(result.finding, ax=result.ax, values=result.values, id=record["id"], **how)
        self.sheet.worksheet.get(record["id"]).recorded = recorded
        if result.ax is not None:
            from matplotlib import pyplot

            pyplot.close(result.ax.figure)

    def _kept(self, kind: str, fields: dict) -> dict:
        """Without links to what was left out."""
        many = [field.name for field in fields_of(KINDS[kind][0]) if field.type == "links"]
        return fields | {n: [id for id in fields[n] if id not in self.left_out] for n in many if n in fields}


def build(folder: Path, *, town: str = SAMPLE_TOWN) -> list[Path]:
    """The finished example of each flow in ``folder``; without its history, which is different every time."""
    made = []
    for flow in FLOWS:
        sheet = example(_texts(flow)["lessons"][-1], town=town, folder=folder / flow)
        shutil.rmtree(store.beside(sheet.path) / "履歴")
        (store.beside(sheet.path) / ".lock").unlink()
        made.append(sheet.path)
    return made
