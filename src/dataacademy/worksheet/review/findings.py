"""Step 4: what the toolbox wrote down: does it rest on what it says, and is it what was drawn before."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from dataacademy.worksheet.records import FIGURES
from dataacademy.worksheet.review.context import SMALLEST, Context, found, rule
from dataacademy.worksheet.review.designs import evaluating
from dataacademy.worksheet.review.words import counts_people

_PEOPLE = ("人", "名")
_DRAWN = tuple(kind for kind in FIGURES if kind not in ("クロス表", "その他"))
_MOST_BYTES = 20_000_000  # of a table that is looked through for small cells


@rule("finding_not_quoted")
def finding_not_quoted(c: Context):
    """Facts were written, and none of them says anything of this result."""
    if not c.begun("fact"):
        return
    for finding in c.records("finding"):
        if finding.id not in c.quoted and not c.pointing("effect", "findings", finding.id):
            yield found(finding, "text")


@rule("finding_other_data", "data")
def finding_other_data(c: Context):
    for finding in c.records("finding"):
        design = c.get(finding.design, "design")
        if design is None or not design.data:
            continue
        other = [id for id in finding.data if id not in design.data and c.get(id, "data")]
        if other:
            yield found(finding, "data", data="、".join(other))


@rule("finding_evaluates", "word")
def finding_evaluates(c: Context):
    for finding in c.records("finding"):
        title = finding.picture.title if finding.picture else ""
        for name, text in (("text", finding.text), ("alt", finding.alt), ("picture", title)):
            if word := evaluating(c, text):
                yield found(finding, name, word=word)
                break


@rule("finding_no_figure", "kind")
def finding_no_figure(c: Context):
    """The design drew a figure, and none was recorded."""
    for design in c.records("design"):
        made = c.pointing("finding", "design", design.id)
        if made and design.kind in _DRAWN and not any(f.figure or f.picture for f in made):
            yield found(made[0], "figure", kind=design.kind)


@rule("finding_differs_from_design", "design", "difference")
def finding_differs_from_design(c: Context):
    from dataacademy.worksheet.picture import differences

    for finding in c.records("finding"):
        design = c.get(finding.design, "design")
        if design is None or finding.picture is None:
            continue
        if notes := differences(design, finding.picture):
            yield found(finding, "picture", design=design.id, difference=" ".join(note.ja for note in notes))


@rule("finding_source_changed", "file")
def finding_source_changed(c: Context):
    for finding in c.records("finding"):
        changed = [s for s, path in _sources(c, finding) if path is not None and c.digest(path) != s.sha256]
        if changed:
            yield found(finding, "sources", file="、".join(Path(s.path).name for s in changed))


@rule("finding_source_missing", "file")
def finding_source_missing(c: Context):
    """Files of offices that are gone; a town's own tables may not be on this machine and are not asked for."""
    lost = []
    for finding in c.records("finding"):
        if names := [s.path for s, path in _sources(c, finding) if path is None and not s.table]:
            lost.append((finding, names))
    yield from _lost(c, lost, "sources", {s.path for f in c.records("finding") for s in f.sources if not s.table})


@rule("finding_file_missing", "file")
def finding_file_missing(c: Context):
    lost = []
    for finding in c.records("finding") if c.path is not None else ():
        if names := [name for name in (finding.figure, finding.table) if name and not _written(c, name)]:
            lost.append((finding, names))
    yield from _lost(c, lost, "figure", {name for f in c.records("finding") for name in (f.figure, f.table) if name})


def _lost(c: Context, lost: list, field: str, every: set[str]):
    """One word for each finding; where nothing at all is there, as when only the sheet was sent, one word for all."""
    gone = {name for _, names in lost for name in names}
    if len(lost) > 1 and gone == every:
        yield found(lost[0][0], field, file=f"{Path(min(gone)).name} など {len(gone)} 個")
        return
    for finding, names in lost:
        yield found(finding, field, file="、".join(Path(name).name for name in names))


def _sources(c: Context, finding):
    """Every source with its file, None where it is gone; only where the worksheet itself is a file."""
    for source in finding.sources if c.path is not None else ():
        place = c.path.parent / source.path
        yield source, place if place.is_file() else None


def _written(c: Context, name: str) -> Path | None:
    """A file of the finding: written from the worksheet, or from its folder of records."""
    return next((place for place in (c.beside(name), c.path.parent / name) if place.is_file()), None)


@rule("small_cell", "number")
def small_cell(c: Context):
    """Counts of one to nine people in what facts, and so the briefs, show.

    The table of a finding that rests on open data only is not searched: its small counts are public already.
    """
    for finding in c.records("finding"):
        if finding.id not in c.quoted:
            continue
        people = finding.unit.strip() in _PEOPLE
        small = [finding.value] if people and _is_small(finding.value) else []
        small += [value for name, value in finding.values.items() if _is_small(value) and _of_people(name, people)]
        items = c.all(finding.data, "data")
        public = bool(items) and all(data.handling == "そのまま使える" for data in items)
        if not small and not public and finding.table and c.path is not None:
            small = _small_in(_written(c, finding.table))
        if small:
            yield found(finding, "value", number=f"{len(small)}か所")


_NOT_PEOPLE = re.compile(
    r"割合|率|％|%|地区|施設|か所|件|回|年|月|日|位|距離|時間|分|歳|倍|世帯|戸|当たり|あたり|平均|差|係数|数$"
)


def _of_people(name: str, people: bool) -> bool:
    """Whether a named number counts people: it says so, or its finding is in people and it says nothing else."""
    return counts_people(name) or (people and not _NOT_PEOPLE.search(name))


def _is_small(value) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < SMALLEST and value == int(value)
    )


def _small_in(path: Path | None) -> list[float]:
    """The small counts in the columns of a CSV that count people."""
    if path is None or path.suffix.lower() != ".csv" or path.stat().st_size > _MOST_BYTES:
        return []
    small = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        columns = [i for i, name in enumerate(next(rows, [])) if counts_people(name)]
        for row in rows if columns else ():
            for i in columns:
                try:
                    value = float(row[i].replace(",", "")) if i < len(row) and row[i] else 0.0
                except ValueError:
                    continue
                if _is_small(value):
                    small.append(value)
    return small
