"""Whose a file is and which notebook of which assignment: told by its cells, else by names."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from nbformat import NotebookNode

from dataacademy.course.grade.names import TEAMS, TEAMS_DRAFTS, Told, safe_id, same_person, told, version
from dataacademy.course.grade.normalise import shown, trim
from dataacademy.course.grade.records import Assignment

Key = tuple[str, str]  # assignment, notebook
_GROUP = re.compile(
    r"\w{2,}[課係室局]|.*(班|組|期|クラス|グループ|チーム)|(クラス|グループ|チーム|班)\s*\w{1,2}"
)  # no person's
_ENOUGH = 0.25  # of an assignment's cells must be in a file


class Which:
    """What tells the notebooks of some assignments apart."""

    def __init__(self, assignments: list[Assignment]):
        self.notebooks = {(a.name, n.name): n for a in assignments for n in a.notebooks}
        self.words = tuple(sorted({word for key in self.notebooks for word in key}))
        numbers = defaultdict(set)
        for name in {assignment for assignment, _ in self.notebooks}:
            if number := re.search(r"(\d+)\D*$", name):
                numbers[int(number[1])].add(name)
        self.numbers = {number: names.pop() for number, names in numbers.items() if len(names) == 1}
        self.grade_ids, self.cell_ids, self.texts = {}, {}, {}
        for key, notebook in self.notebooks.items():
            self.grade_ids[key] = {cell.grade_id for cell in notebook.cells if cell.grade_id}
            self.cell_ids[key] = {cell.id for cell in notebook.cells if not cell.id.startswith("source-")}
            texts = (trim(shown(cell.source)) for cell in notebook.cells)
            self.texts[key] = {text for text in texts if len(text) >= 20}

    def by_content(self, notebook: NotebookNode, assignment: str = "") -> list[Key]:
        """The notebooks with most of the file's cells: by grade_id, else by cell id, else by text; several on a tie.

        ``assignment`` is the one to try before all others.
        """
        if assignment:
            among = {key for key in self.notebooks if key[0] == assignment}
            return self._most_cells(notebook, among) or self._most_cells(notebook, set(self.notebooks) - among)
        return self._most_cells(notebook, set(self.notebooks))

    def _most_cells(self, notebook: NotebookNode, among: set[Key]) -> list[Key]:
        marks = {str(cell.metadata.get("nbgrader", {}).get("grade_id", "")) for cell in notebook.cells}
        ids, texts = {cell.id for cell in notebook.cells}, {trim(cell.source) for cell in notebook.cells}
        for there, known in ((marks, self.grade_ids), (ids, self.cell_ids), (texts, self.texts)):
            common = {key: len(mine & there) for key, mine in known.items() if key in among}
            best = max(common.values(), default=0)
            found = [key for key, n in common.items() if n == best and n >= _ENOUGH * len(known[key])]
            if best and found:
                return found
        return []

    def by_name(self, names: list[Told]) -> list[Key]:
        """The notebooks that a file's name and its folders' names (deepest first) speak of."""
        score: Counter[Key] = Counter()
        for assignment, notebook in self.notebooks:
            key = assignment, notebook
            score[key] += 2 * (notebook in names[0].words)
            score[key] += any(assignment in (self.numbers.get(one.number), *one.words) for one in names)
        best = max(score.values(), default=0)
        return [key for key, points in score.items() if points == best > 0]

    def other_version(self, key: Key, notebook: NotebookNode) -> bool:
        """Whether the file was made from another release: its checksums are not today's."""
        today = {c.grade_id: c.metadata.get("nbgrader", {}).get("checksum") for c in self.notebooks[key].cells}
        for cell in notebook.cells:
            marks = cell.metadata.get("nbgrader", {})
            checksum = today.get(str(marks.get("grade_id", "")))
            if checksum and marks.get("checksum", checksum) != checksum:
                return True
        return False


@dataclass(frozen=True)
class Owner:
    """Who handed in, as far as names tell."""

    label: str = ""  # as written
    number: str = ""  # Moodle's, which tells people of one name apart
    group: str = ""  # the class's folder, which does so too
    exact: bool = False  # an nbgrader id: spellings are not joined

    @property
    def key(self) -> tuple[bool, str]:
        return self.exact, self.label if self.exact else same_person(self.label)


@dataclass(frozen=True)
class Path:
    """What the names on the way to one file tell."""

    names: list[Told]  # the file's, then its folders' from the deepest up
    teams: str = ""  # the folder below Teams' "Submitted files"
    draft: bool = False  # in Teams' "Working files"
    version: int = 0

    @classmethod
    def of(cls, parts: tuple[str, ...], words: tuple[str, ...]) -> Path:
        folders = parts[:-1]
        if "work" in folders:  # a learner's whole workspace: work/<town>/exercises/…
            town = folders.index("work") + 1
            parts = (*parts[:town], *parts[town + 1 :]) if town < len(folders) else parts
        at = next((i for i, part in enumerate(folders[:-1]) if TEAMS.fullmatch(part)), None)
        return cls(
            [told(part, words) for part in reversed(parts)],
            folders[at + 1] if at is not None else "",
            any(TEAMS_DRAFTS.fullmatch(part) for part in folders),
            max((version(part) for part in folders), default=0),
        )

    def owner(self, *, of_class: bool, of_person: bool) -> Owner:
        """Who handed in.  ``of_class``: the folder holds files of several people; ``of_person``: a folder of many."""
        for one in self.names:
            if one.moodle:
                return Owner(one.person, one.moodle)
        if self.teams:
            return Owner(self.teams)
        file, folders = self.names[0].person, [one.person for one in self.names[1:] if one.person]
        folder = next((name for name in folders if not _GROUP.fullmatch(name)), "")
        group = next((name for name in folders if _GROUP.fullmatch(name)), "")
        if not file or not folder:
            return Owner(file or folder, group=group)
        if same_person(file) in same_person(folder):
            return Owner(folder, group=group)
        if same_person(folder) in same_person(file):
            return Owner(file, group=group)
        speaks = bool(self.names[0].words) or self.names[0].number is not None
        if of_class or (speaks and not of_person):
            return Owner(file, group=group or folder)
        return Owner(folder, group=group)


def student_ids(owners: list[Owner]) -> tuple[dict[tuple[bool, str], str], dict[str, str]]:
    """A student id for every person, and the name behind each id: safe folder names, different without case too."""
    ids, names, taken = {}, {}, set()
    for owner in sorted(owners, key=lambda one: (not one.exact, one.label)):
        if owner.key not in ids:
            id = safe_id(owner.label)
            if id.casefold() in taken:
                id = f"{id}-{hashlib.sha256(repr(owner.key).encode()).hexdigest()[:6]}"
            taken.add(id.casefold())
            ids[owner.key], names[id] = id, owner.label
    return ids, dict(sorted(names.items()))
