"""Fitting what a learner handed in to the source: cells in source order, the learner's own cells where they stood."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from dataacademy.course.grade.records import ANSWER, PLAIN, TEST, WRITTEN, SourceCell, SourceNotebook

LIKE = 80  # per cent of the text that must agree for a locked or plain cell that lost its names
LIKE_STUB = 50  # the same for an answer, of which the learner changed some
_COMPARED = 2_000  # characters of a cell that are compared
_BOUND = re.compile(r"^[ \t]*(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)
_HIDDEN = re.compile(r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME).*?END \1[^\n]*\n?", re.MULTILINE | re.DOTALL)
_OWN = (ANSWER, WRITTEN, PLAIN)  # kinds whose text is the learner's


@dataclass(frozen=True)
class SubmittedCell:
    """One cell of a submission as it is run: a source cell with the learner's text, or a cell of the learner's own."""

    source: SourceCell | None  # None: added by the learner
    text: str
    cell_type: str
    id: str
    attachments: dict[str, Any] = field(default_factory=dict)  # pictures pasted into a text cell

    @property
    def blank(self) -> bool:
        """Whether the text is the source's own, or none."""
        return trim(self.text) in ("", trim(self.source.source if self.source else ""))


def fit(notebook: NotebookNode, source: SourceNotebook) -> tuple[list[SubmittedCell], list[str]]:
    """The submission in run order, and notes in Japanese on what was repaired.

    Every cell of the source is there once, in its order: locked cells and tests as the source has them, answers and
    plain cells as the learner left them, missing ones as released.  Cells added by the learner follow the cell they
    followed.  Cells are recognised by grade_id, then cell id, then their text, then their place between others.

    Several cells with one grade_id come from copying or splitting a cell.  The answer is the last one above its test
    that is not blank (what the test saw when the learner ran the notebook); of written answers it is the longest.  The
    others are run where they stand if they differ, and left out if they are blank or the same.
    """
    found = _Fit(notebook.cells, source.cells)
    found.by_grade_id()
    found.by_cell_id()
    found.by_text()
    found.by_place()
    return found.arranged(), found.notes


class _Fit:
    def __init__(self, handed: list[NotebookNode], source: tuple[SourceCell, ...]):
        self.handed, self.source = handed, source
        self.texts = [trim(cell.source) for cell in handed]
        self.names = [_names(text[:_COMPARED]) for text in self.texts]
        self.found: dict[int, int] = {}  # index in the source -> index in what was handed in
        self.left_out: set[int] = set()
        self.nameless: list[str] = []
        self.ids = {cell.id for cell in source}  # of the cells as they will run
        self.notes: list[str] = []

    def free(self) -> list[int]:
        used = {*self.found.values(), *self.left_out}
        return [at for at in range(len(self.handed)) if at not in used]

    def missing(self) -> list[int]:
        return [at for at in range(len(self.source)) if at not in self.found]

    def by_grade_id(self) -> None:
        places = defaultdict(list)
        for at, cell in enumerate(self.handed):
            if grade_id := _marks(cell).get("grade_id"):
                places[str(grade_id)].append(at)
        for at, cell in enumerate(self.source):
            if there := places.get(cell.grade_id):
                self.found[at] = there[0] if len(there) == 1 else self._choose(at, there, places)

    def _choose(self, at: int, there: list[int], places: dict[str, list[int]]) -> int:
        """Which of several cells with one grade_id is the answer."""
        cell, texts = self.source[at], self.texts
        blank = {"", trim(cell.source), trim(shown(cell.source))}
        filled = [one for one in there if texts[one] not in blank] if cell.kind in _OWN else []
        if not filled:
            chosen = there[0]
        elif cell.kind == WRITTEN:
            chosen = max(filled, key=lambda one: len(texts[one]))
        else:
            tests = (places.get(c.grade_id) for c in self.source[at:] if c.kind == TEST)
            test = next((one[0] for one in tests if one), len(self.handed))
            chosen = ([one for one in filled if one < test] or filled[:1])[-1]
            chosen = next(one for one in there if texts[one] == texts[chosen])  # of equal ones the first
        alike = {one for one in there if one != chosen and texts[one] in blank | {texts[chosen]}}
        self.left_out |= alike
        kept = len(there) - 1 - len(alike)
        self.notes.append(
            f"「{cell.grade_id}」のセルが {len(there)} 個ありました（写すか分けるかしたようです）。"
            + (f"違うことが書いてある {kept} 個も、元の場所で実行します。" if kept else "1個だけを使います。")
        )
        return chosen

    def by_cell_id(self) -> None:
        free = {self.handed[at].id: at for at in self.free()}
        for at in self.missing():
            if self.source[at].id in free:
                self.found[at] = free.pop(self.source[at].id)

    def by_text(self) -> None:
        """Locked and plain cells whose names were lost: the same text first, then the most alike."""
        from rapidfuzz import fuzz

        wanted = [at for at in self.missing() if self.source[at].kind not in (ANSWER, WRITTEN)]
        same = defaultdict(list)
        for at in reversed(self.free()):
            same[self.texts[at]].append(at)
        for at in wanted:
            text = trim(shown(self.source[at].source))
            if text and same[text]:
                self.found[at] = same[text].pop()
        pairs = []
        for at in wanted:
            text = trim(shown(self.source[at].source))[:_COMPARED]
            if at in self.found or len(text) < 20:  # short texts are alike by chance
                continue
            for one in self.free():
                like = fuzz.ratio(text, self.texts[one][:_COMPARED], score_cutoff=LIKE)
                if like:
                    pairs.append((-like, at, one))
        self._take(sorted(pairs))

    def by_place(self) -> None:
        """Answers whose names were lost: between the cells around them, by the names they bind and by their stub."""
        from rapidfuzz import fuzz

        pairs, nameless = [], not any(_marks(cell) for cell in self.handed)
        for at in self.missing():
            cell = self.source[at]
            if cell.kind not in (ANSWER, WRITTEN):
                continue
            low = next((self.found[i] for i in range(at - 1, -1, -1) if i in self.found), -1)
            high = next((self.found[i] for i in range(at + 1, len(self.source)) if i in self.found), len(self.handed))
            here = [one for one in self.free() if low < one < high and self._may_be(cell, one)]
            names = _names(cell.source)
            for one in here if here else self.free():
                binds = bool(names & self.names[one])
                like = fuzz.ratio(trim(cell.source)[:_COMPARED], self.texts[one][:_COMPARED])
                only = len(here) == 1 and nameless
                if binds or (here and (only or cell.kind == WRITTEN or like >= LIKE_STUB)):
                    pairs.append((not binds, -like, at, one))
        self._take(sorted(pairs))

    def _may_be(self, cell: SourceCell, one: int) -> bool:
        return (self.handed[one].cell_type == "code") == (cell.cell_type == "code") and bool(self.texts[one])

    def _take(self, pairs: list[tuple]) -> None:
        """The best pairs first, no cell twice."""
        free = set(self.free())
        for *_, at, one in pairs:
            if at not in self.found and one in free:
                self.found[at] = one
                free.discard(one)
                if name := self.source[at].grade_id:
                    self.nameless.append(name)

    def arranged(self) -> list[SubmittedCell]:
        after = defaultdict(list)  # index of the matched cell before (-1: none) -> cells of the learner
        anchor, matched = -1, set(self.found.values())
        for at, cell in enumerate(self.handed):
            if at in matched:
                anchor = at
            elif at not in self.left_out and self.texts[at]:
                after[anchor].append(self._added(cell))
        cells, waiting = [], after[-1]
        for at, cell in enumerate(self.source):
            # a cell put back comes before what the learner wrote there, a test after it
            if at in self.found or cell.kind == TEST:
                cells, waiting = cells + waiting, []
            cells.append(self._of_source(at))
            if at in self.found:
                waiting = after[self.found[at]]
        if self.nameless:
            names = "、".join(self.nameless)
            self.notes.append(f"名前（grade_id）の消えたセルを、内容と場所から見分けました：{names}")
        order = [self.found[at] for at in sorted(self.found)]
        if order != sorted(order):
            self.notes.append("セルの順番が変わっていたので、元の順番に戻しました。")
        return cells + waiting

    def _added(self, cell: NotebookNode) -> SubmittedCell:
        marks = _marks(cell)
        name = str(marks.get("grade_id", ""))
        if (marks.get("grade") or marks.get("points")) and name not in {c.grade_id for c in self.source}:
            self.notes.append(f"採点するしるしのあるセル「{name[:60]}」は、この課題にありません。点は付きません。")
        return SubmittedCell(None, cell.source, cell.cell_type, self._free_id(cell.id), cell.get("attachments", {}))

    def _free_id(self, id: str) -> str:
        """An id for a cell of the learner's own: a copied cell has the one of the source, which will be there too."""
        number = 0
        while id in self.ids:
            number += 1
            id = f"own-{number}"
        self.ids.add(id)
        return id

    def _of_source(self, at: int) -> SubmittedCell:
        cell = self.source[at]
        if at not in self.found:
            self._tell_missing(cell)
            return SubmittedCell(cell, cell.source, cell.cell_type, cell.id)
        handed = self.handed[self.found[at]]
        if cell.cell_type != handed.cell_type and cell.kind != PLAIN:
            self.notes.append(f"「{cell.grade_id}」のセルの種類が変わっていたので、元に戻しました。")
        if any(_marks(handed).get(key, value) != value for key, value in _own_marks(cell).items()):
            self.notes.append(f"「{cell.grade_id}」の点数かしるしが変わっていました。元の課題のとおりに採点します。")
        if cell.kind in _OWN:
            kind = handed.cell_type if cell.kind == PLAIN else cell.cell_type
            return SubmittedCell(cell, handed.source, kind, cell.id, handed.get("attachments", {}))
        if not _is_unchanged(handed.source, cell):
            self.notes.append(f"「{cell.grade_id}」は変えられないセルなので、元の内容に戻しました。")
        return SubmittedCell(cell, cell.source, cell.cell_type, cell.id)

    def _tell_missing(self, cell: SourceCell) -> None:
        name = cell.grade_id or cell.id
        if cell.kind in (ANSWER, WRITTEN):
            self.notes.append(f"答えのセル「{name}」がありません。空の答えとして扱います。")
        elif cell.kind != PLAIN or cell.cell_type == "code":
            self.notes.append(f"セル「{name}」が消えていたので、元に戻しました。")


def shown(text: str) -> str:
    """The text of a source cell as learners see it: hidden tests and mark schemes cut.

    >>> shown("a = 1\\n### BEGIN HIDDEN TESTS\\nassert a\\n### END HIDDEN TESTS\\nb = 2")
    'a = 1\\nb = 2'
    """
    return _HIDDEN.sub("", text)


def _marks(cell: NotebookNode) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def _own_marks(cell: SourceCell) -> dict[str, Any]:
    marks = cell.metadata.get("nbgrader", {})
    return {key: marks[key] for key in ("grade", "solution", "locked", "points", "task") if key in marks}


def _is_unchanged(text: str, cell: SourceCell) -> bool:
    if trim(text) in (trim(cell.source), trim(shown(cell.source))):
        return True
    from nbgrader.utils import compute_checksum

    # hidden tests with delimiters of the course's own: the released cell is known by its checksum
    released = NotebookNode(source=text, cell_type=cell.cell_type, metadata=NotebookNode(cell.metadata))
    marks = cell.metadata.get("nbgrader", {})
    released.metadata["nbgrader"] = NotebookNode(marks)
    return "checksum" in marks and compute_checksum(released) == marks["checksum"]


def trim(text: str) -> str:
    """The text without what editors change on their own: spaces at line ends, empty lines around."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _names(text: str) -> set[str]:
    """Names that the code defines or assigns, without running or parsing it (it may not be Python)."""
    return {function or variable for function, variable in _BOUND.findall(text)}
