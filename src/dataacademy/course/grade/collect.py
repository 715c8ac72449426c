"""Collecting a class: from whatever lies in a folder to one submission a person and assignment, every file told."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path

from dataacademy.course.grade import which
from dataacademy.course.grade.assignment import names_of_course
from dataacademy.course.grade.finding import Found, find, is_archive
from dataacademy.course.grade.names import TEAMS
from dataacademy.course.grade.normalise import fit
from dataacademy.course.grade.reading import read_notebook
from dataacademy.course.grade.records import ANSWER, WRITTEN, Assignment, Submission
from dataacademy.course.grade.which import Key, Owner, Which
from dataacademy.errors import DataAcademyError

_LARGEST_FILE = 50 * 1024**2  # bytes of an attached file
_COURSE = {"source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"}  # nbgrader's own
_UNNAMED = "だれの提出か分かりません。ファイル名かフォルダ名に氏名を入れてください。"
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Account:
    """What became of one file."""

    path: str  # folders, archives and name, as found
    used: bool
    reason: str  # in Japanese
    student: str = ""  # as named by the file; see Collected.names for ids
    assignment: str = ""
    notebook: str = ""

    def __str__(self) -> str:
        return f"{self.path}：{self.student + '：' if self.student else ''}{self.reason}"


@dataclass(frozen=True)
class Collected:
    """All submissions by student and assignment, and one account for every file found."""

    submissions: tuple[Submission, ...]
    accounted: tuple[Account, ...]
    names: dict[str, str]  # student id -> the name as it was written
    notes: tuple[str, ...]  # what a person should look at: names that may be one or two people, equal files


@dataclass(frozen=True)
class _HandIn:
    found: Found
    path: which.Path
    key: Key
    owner: Owner = field(default_factory=Owner)
    refused: str = ""  # why it cannot be read
    blank: bool = False
    notes: tuple[str, ...] = ()
    stamp: datetime | None = None  # when it was handed in, where that is said
    time: datetime = _EARLIEST  # the same, else when the file was written

    @property
    def age(self) -> tuple:
        """What tells which of several is the later one; unreadable ones come first of all."""
        as_asked = self.owner.exact and self.found.name == f"{self.key[1]}.ipynb"  # what nbgrader itself would take
        return not self.refused, as_asked, self.path.version, self.time, self.path.names[0].copy

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.found.file.read_bytes()).hexdigest()


def collect(place: Path, assignments: list[Assignment], *, work: Path) -> Collected:
    """What was handed in for ``assignments`` in ``place``: nbgrader's course folder, any folder, archive or file.

    Taken in are nbgrader's ``submitted/`` tree, exports of Moodle, Google Classroom and Teams, and files named by
    people.  The notebook is told by its cells and only then by names.  Of several hand-ins of one person the latest
    readable one counts; names that may be one or two people are never joined without a note.  Originals are not
    changed; archives are opened in ``work``.
    """
    if not place.exists():
        raise DataAcademyError(
            "no_hand_ins",
            f"「{place.name}」がありません。",
            f"There is no {place.name}.",
            fix="提出物のフォルダか ZIP ファイルの名前を確かめてください。",
            fix_en="Name the folder or archive of what was handed in.",
            file=place.name,
        )
    tree = place / "submitted"
    is_course = tree.is_dir() and not tree.is_symlink()
    found = find(tree if is_course else place, work)
    others = set(names_of_course(place) if is_course else ()) - {one.name for one in assignments}
    return _Collector(assignments, is_course, others).collect(found)


class _Collector:
    def __init__(self, assignments: list[Assignment], is_course: bool, other_assignments: set[str]):
        self.which, self.assignments, self.is_course = Which(assignments), assignments, is_course
        self.other_assignments = other_assignments
        self.accounted: dict[Found, Account] = {}
        self.notes: list[str] = []

    def collect(self, found: list[Found]) -> Collected:
        hand_ins, others = [], []
        for one in found:
            if not one.file:
                self._tell(one, False, one.told)
            elif not self.is_course and one.parts[0] in _COURSE:
                self._tell(one, False, "採点の道具が使うファイルなので、提出物としては見ません。")
            elif _is_notebook(one):
                hand_ins += self._hand_in(one)
            else:
                others.append(one)
        hand_ins = self._one_name_two_people(self._owned(hand_ins))
        stamps = self._stamps(others)
        hand_ins = [self._timed(one, stamps) for one in hand_ins]
        chosen = self._choose(hand_ins)
        ids, names = which.student_ids([one.owner for one in chosen])
        self._alike(chosen)
        files = self._attach(others, chosen, hand_ins)
        submissions = self._submissions(chosen, ids, files)
        accounted = tuple(self.accounted[one] for one in found)
        return Collected(submissions, accounted, names, tuple(self.notes))

    def _tell(self, found: Found, used: bool, reason: str, hand_in: _HandIn | None = None) -> None:
        assignment, notebook = hand_in.key if hand_in else ("", "")
        student = hand_in.owner.label if hand_in else self._owner_of_other(found).label
        self.accounted[found] = Account(found.shown, used, reason, student, assignment, notebook)

    def _owner_of_other(self, found: Found) -> Owner:
        """Whose a file is that is no hand-in, as far as its own names tell."""
        if self.is_course:
            return Owner(found.parts[0] if len(found.parts) > 1 else "")
        path = which.Path.of((*found.parts[:-1], Path(found.name).stem), self.which.words)
        return path.owner(of_class=False, of_person=False)

    def _hand_in(self, found: Found) -> list[_HandIn]:
        path, notes = which.Path.of(found.parts, self.which.words), []
        if path.draft:
            self._tell(found, False, "Teams の作業中のファイルで、提出されていません。")
            return []
        folder = found.parts[1] if self.is_course and len(found.parts) > 2 else ""
        if folder in self.other_assignments:
            self._tell(found, False, f"ほかの課題「{folder}」の提出です。")
            return []
        notebook, refused, keys = None, "", []
        try:
            notebook = read_notebook(found.file, notes)
            keys = self.which.by_content(notebook, folder)
        except DataAcademyError as error:
            refused = error.note.ja
        named = self.which.by_name(path.names)
        if len(keys) > 1:
            keys = [key for key in keys if key in named] or keys
        elif refused:
            keys = named or (list(self.which.notebooks) if len(self.which.notebooks) == 1 else [])
        elif not keys and (keys := self.which.by_name(path.names[:1])):
            notes.append("中身が課題のノートブックと合いません。ファイルの名前から判断しました。")
        if len(keys) != 1:
            why = "どの課題のものか決められません" if keys else "どの課題のノートブックでもありません"
            self._tell(found, False, f"{why}。" + (f"読めません：{refused}" if refused else ""))
            return []
        blank = False
        if notebook:
            cells, _ = fit(notebook, self.which.notebooks[keys[0]])
            blank = all(cell.blank for cell in cells if cell.source and cell.source.kind in (ANSWER, WRITTEN))
            if self.which.other_version(keys[0], notebook):
                notes.append("この課題の別の版（古い版など）から作られています。今の版で採点します。")
        if folder and folder != keys[0][0]:
            notes.append(f"フォルダ「{folder}」にありましたが、中身は課題 {keys[0][0]} です。")
        if Path(unicodedata.normalize("NFKC", found.name)).suffix.lower() != ".ipynb":
            notes.append(f"「{found.name}」を {keys[0][1]}.ipynb として扱いました。")
        return [_HandIn(found, path, keys[0], refused=refused, blank=blank, notes=tuple(notes))]

    def _owned(self, hand_ins: list[_HandIn]) -> list[_HandIn]:
        """Who each is from, and without those of nobody."""
        people, beside = defaultdict(set), defaultdict(set)
        for one in hand_ins:
            folder = one.found.parts[:-1]
            people[folder, one.key].add(one.path.names[0].person)
            beside[folder[:-1]].add(folder)
        classes = {folder for (folder, _), names in people.items() if len(names - {""}) > 1}
        owned = []
        for one in hand_ins:
            parts, folder = one.found.parts, one.found.parts[:-1]
            alike = beside[folder[:-1]]
            of_person = len(alike) > 1 and not classes & {*alike, folder[:-1]}
            owner = one.path.owner(of_class=folder in classes, of_person=of_person)
            export = is_archive(parts[0]) or TEAMS.fullmatch(parts[0])
            if self.is_course and len(parts) > 2 and not export:  # submitted/<student>/<assignment>/…
                owner = Owner(parts[0], exact=True)
            if owner.label:
                owned.append(replace(one, owner=owner))
            else:
                self._tell(one.found, False, _UNNAMED + (f"読めません：{one.refused}" if one.refused else ""))
        return owned

    def _one_name_two_people(self, hand_ins: list[_HandIn]) -> list[_HandIn]:
        """People of one name get Moodle's number or their class behind it; names inside longer names are told."""
        apart = defaultdict(set)
        for one in hand_ins:
            apart[one.owner.key, one.key].add(one.owner.number or one.owner.group)
        double = {person for (person, _), marks in apart.items() if len(marks - {""}) > 1}
        marked, told = [], set()
        for one in hand_ins:
            mark = one.owner.number or one.owner.group
            if one.owner.key in double and mark:
                told.add(one.owner.label)
                one = replace(one, owner=replace(one.owner, label=f"{one.owner.label}（{mark}）"))
            marked.append(one)
        self.notes += [f"「{label}」という人が2人以上いるようです。別の人として扱います。" for label in sorted(told)]
        labels = {one.owner.key[1]: one.owner.label for one in marked if not one.owner.exact}
        for key, label in sorted(labels.items()):
            longer = sorted(
                labels[other]
                for other in labels
                if other != key and key in other and len(key) > 1 and not key.isdigit()
            )
            if longer:
                names = "、".join(f"「{name}」" for name in longer)
                self.notes.append(f"「{label}」は {names} と同じ人かもしれません。別の人として扱います。")
        return marked

    def _stamps(self, others: list[Found]) -> dict[tuple[str, ...], datetime]:
        """Folder -> when it was submitted, by its timestamp.txt."""
        from nbgrader.utils import parse_utc

        stamps = {}
        for one in list(others):
            if one.name == "timestamp.txt" and len(one.parts) > 1:
                others.remove(one)
                try:
                    text = one.file.read_bytes()[:200].decode("utf-8-sig").strip()
                    text = text.replace(" JST", " Asia/Tokyo")  # which nbgrader takes for UTC
                    stamps[one.parts[:-1]] = parse_utc(text).replace(tzinfo=UTC)
                    self._tell(one, True, "提出した時刻として使います。")
                except (ValueError, OverflowError, OSError, AttributeError):
                    self._tell(one, False, "提出した時刻として読めません。")
        return stamps

    def _timed(self, one: _HandIn, stamps: dict[tuple[str, ...], datetime]) -> _HandIn:
        named = next((name.time for name in one.path.names if name.time), None)
        stamp = stamps.get(one.found.parts[:-1]) or (named if named and named.time() != time.min else None)
        return replace(one, stamp=stamp, time=stamp or named or one.found.time or _EARLIEST)

    def _choose(self, hand_ins: list[_HandIn]) -> list[_HandIn]:
        """The hand-in that counts for each person and notebook."""
        groups = defaultdict(list)
        for one in hand_ins:
            groups[one.owner.key, one.key].append(one)
        chosen = []
        for group in groups.values():
            *older, best = sorted(group, key=lambda one: (*one.age, one.found.parts, one.found.copy))
            for one in older:
                same = not one.refused and one.digest == best.digest
                why = f"読めません：{one.refused}" if one.refused else "同じ内容です。" if same else ""
                self._tell(one.found, False, f"{why}同じ人の「{best.found.shown}」を使います。", one)
                if one.age == best.age and not same:
                    self.notes.append(f"「{one.found.shown}」と「{best.found.shown}」のどちらが新しいか分かりません。")
                if best.blank and not (one.blank or one.refused):
                    self.notes.append(
                        f"「{best.found.shown}」は空ですが、前の「{one.found.shown}」には答えがあります。"
                    )
            reason = f"読めないので0点です：{best.refused}" if best.refused else "採点します。"
            reason += "（何も書かれていません）" if best.blank else ""
            self._tell(best.found, True, "".join([reason, *best.notes]), best)
            more = (f"ほかに {len(older)} 個の提出がありました。",) if older else ()
            chosen.append(replace(best, notes=(*best.notes, *more)))
        return chosen

    def _alike(self, chosen: list[_HandIn]) -> None:
        same = defaultdict(set)
        for one in chosen:
            if not one.refused and not one.blank:
                same[one.digest].add(one.owner.label)
        for people in sorted(sorted(group) for group in same.values() if len(group) > 1):
            self.notes.append("同じ内容のファイルです：" + "、".join(people))

    def _attach(
        self, others: list[Found], chosen: list[_HandIn], all_of_them: list[_HandIn]
    ) -> dict[tuple, dict[str, Path]]:
        """Files beside the notebook of exactly one submission go with it."""
        there, owners = set(), defaultdict(dict)
        for one in all_of_them:
            there |= {one.found.parts[:end] for end in range(1, len(one.found.parts))}
        for one in chosen:
            for end in range(2 if self.is_course else 1, len(one.found.parts)):
                owners[one.found.parts[:end]][one.owner.key, one.key[0]] = one
        files: dict[tuple, dict[str, Path]] = defaultdict(dict)
        for one in others:
            folder = next((one.parts[:end] for end in range(len(one.parts) - 1, 0, -1) if one.parts[:end] in there), ())
            if self.is_course:
                folder = one.parts[:2]
            beside = owners.get(folder, {})
            if len(beside) != 1:
                self._tell(one, False, _NOT_A_NOTEBOOK if not beside else "だれの添付か分からないので、使いません。")
                continue
            ((key, hand_in),) = beside.items()
            name = "/".join(re.sub(r'[<>:"|?*\\\x00-\x1f]', "_", part) for part in one.parts[len(folder) :])
            if one.file.stat().st_size > _LARGEST_FILE or name in files[key]:
                self._tell(one, False, "大きすぎるか、同じ名前のファイルがあるので、使いません。", hand_in)
            else:
                files[key][name] = one.file
                self._tell(one, True, "ノートブックの添付として一緒に置きます。", hand_in)
        return files

    def _submissions(self, chosen, ids, files) -> tuple[Submission, ...]:
        notebooks = defaultdict(list)
        for one in chosen:
            notebooks[one.owner.key, one.key[0]].append(one)
        wanted = {assignment.name: [n.name for n in assignment.notebooks] for assignment in self.assignments}
        submissions = []
        for (person, assignment), group in notebooks.items():
            group.sort(key=lambda one: one.key)
            times = [one.stamp.astimezone(UTC) for one in group if one.stamp]
            missing = sorted(set(wanted[assignment]) - {one.key[1] for one in group})
            submissions.append(
                Submission(
                    student=ids[person],
                    assignment=assignment,
                    notebooks={one.key[1]: one.found.file for one in group},
                    files=dict(sorted(files.get((person, assignment), {}).items())),
                    timestamp=max(times).isoformat() if times else "",
                    notes=(
                        *(note for one in group for note in one.notes),
                        *(f"「{name}.ipynb」が提出されていません。" for name in missing),
                    ),
                )
            )
        return tuple(sorted(submissions, key=lambda one: (one.student, one.assignment)))


_NOT_A_NOTEBOOK = "ノートブックではないので、採点できません。.ipynb のファイルで提出してもらってください。"


def _is_notebook(found: Found) -> bool:
    """By name (also a4.ipynb.txt, a4.ipynb のコピー), else by what is in it."""
    name = unicodedata.normalize("NFKC", found.name).lower()
    if ".ipynb" in name:
        return True
    if Path(name).suffix not in ("", ".txt", ".json") or found.file.stat().st_size > _LARGEST_FILE:
        return False
    content = found.file.read_bytes()
    return content.lstrip()[:1] == b"{" and b'"nbformat"' in content and b'"cells"' in content
