"""The lessons: the map of the course, ``notebooks/course.yml``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataacademy import paths
from dataacademy.course.notebooks import lesson_id
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.town.contract import TABLES

MAP_CELL = "start-map"  # the cell of start.ipynb with the list of lessons, which ``lessons build`` writes
FLOWS = ("a", "b", "c", "methods", "cases", "none")
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where PyYAML has it
_WHAT = {"lesson": "授業", "file": "ファイル", "field": "項目", "value": "値"}

Table = Literal[tuple(TABLES)]


class Title(BaseModel):
    """A lesson's name in Japanese and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ja: str
    en: str


class Lesson(BaseModel):
    """One line of the map.

    needs, uses
        Tables; without one of ``needs`` a town gets no such lesson, ``uses`` are taken if they are there.
    minutes
        Time planned in class.
    exercise
        Folder in ``solutions/`` and ``exercises/``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    file: Annotated[str, Field(pattern=r"^([a-z0-9_]+/)*[a-z0-9_]+\.ipynb$")]
    title: Title
    flow: Literal[FLOWS] = "none"
    step: int | None = None
    minutes: Annotated[int, Field(gt=0)]
    sheet: str = ""
    needs: tuple[Table, ...] = ()
    uses: tuple[Table, ...] = ()
    after: tuple[str, ...] = ()
    exercise: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] | None = None
    points: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _one_name(self):
        if lesson_id(Path(self.file)) != self.id:
            raise ValueError(f"the file of lesson {self.id} must be named {self.id.replace('-', '_')}.ipynb")
        return self

    @property
    def path(self) -> Path:
        """The source notebook."""
        return paths.home() / "notebooks" / self.file


def course() -> list[Lesson]:
    """All lessons in the order of the map.  Raises DataAcademyError naming lesson, field and nearest guess."""
    file = paths.home() / "notebooks" / "course.yml"
    return _read_map(file.read_text(encoding="utf-8-sig"), file.parent)


def lesson(id: str) -> Lesson:
    """The lesson with this id."""
    found = {entry.id: entry for entry in course()}
    if id not in found:
        raise _unknown("lesson", "", "id", id, found)
    return found[id]


def _read_map(text: str, folder: Path) -> list[Lesson]:
    try:
        content = yaml.load(text, YAML)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        raise _bad(f"YAML として読めません（{getattr(error, 'problem', '')}）。", "Not valid YAML.", row=row) from error
    entries = content.get("lessons") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _bad("「lessons:」の下に授業が並んでいません。", "There is no list under `lessons:`.")
    lessons = [_read_lesson(entry, number) for number, entry in enumerate(entries, 1)]
    ids = Counter(entry.id for entry in lessons)
    for entry in lessons:
        if ids[entry.id] > 1:
            raise _bad(f"授業「{entry.id}」が二つあります。", f"Lesson {entry.id} twice.", column="id", value=entry.id)
        for before in entry.after:
            if before not in ids:
                raise _unknown("lesson", entry.id, "after", before, ids)
        if not (folder / entry.file).is_file():
            files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.ipynb"))]
            raise _unknown("file", entry.id, "file", entry.file, files)
    return lessons


def _read_lesson(entry: dict, number: int) -> Lesson:
    name = str(entry.get("id", f"{number}番目"))
    try:
        return Lesson(**entry)
    except ValidationError as error:
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")  # a misspelt field is also missing
    field = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
    value = "" if isinstance(first["input"], dict) else str(first["input"])
    if first["type"] == "extra_forbidden":
        raise _unknown("field", name, field, field, Lesson.model_fields)
    if first["type"] == "literal_error":
        raise _unknown("value", name, field, value, TABLES if field in ("needs", "uses") else FLOWS)
    if first["type"] == "missing":
        raise _bad(f"授業「{name}」に項目「{field}」がありません。", f"Lesson {name} has no {field}.", column=field)
    raise _bad(
        f"授業「{name}」の項目「{field or 'file'}」の値が使えません。",
        f"Lesson {name}: {first['msg']}",
        column=field,
        value=value,
    )


def _unknown(what, name, field, value, allowed) -> DataAcademyError:
    guess = nearest_guess(value, allowed)
    return _bad(
        (f"授業「{name}」：" if name else "")
        + f"{_WHAT[what]}「{value}」はありません。"
        + (f"もしかして「{guess}」ですか。" if guess else ""),
        (f"Lesson {name}: " if name else "")
        + f"unknown {what} {value!r}."
        + (f" Did you mean {guess!r}?" if guess else ""),
        fix="使えるのは " + "、".join(allowed) + " です。",
        fix_en="Allowed: " + ", ".join(allowed),
        column=field,
        value=str(value),
    )


def _bad(ja, en, **where) -> DataAcademyError:
    return DataAcademyError("bad_course", ja, en, file="notebooks/course.yml", **where)
