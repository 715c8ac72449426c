"""The learner's workspace ``work/<town>/``: lessons and exercises arrive there, and nobody's work is overwritten.

What was delivered is remembered as fingerprints in ``.dataacademy/delivered.json``.  A file that differs from what was
delivered is the learner's own; a newer lesson is then put beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from dataacademy import paths
from dataacademy.course.lessons import course
from dataacademy.course.notebooks import notebook_text, read_notebook, set_town
from dataacademy.errors import DataAcademyError
from dataacademy.files import fingerprint, write_bytes, write_text
from dataacademy.paths import SAMPLE_TOWN, STATE
from dataacademy.town.catalog import about

MESSAGES = {
    "new": "新しく入れました。",
    "updated": "新しい版に入れ替えました。",
    "kept": "あなたが変えたファイルなので、そのままです。",
    "unchanged": "変わっていません。",
    "beside": "新しい版です。あなたが変えたファイルは、元の名前のまま残っています。",
}
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)|[. ](/|$)|^/|//', re.I)


@dataclass(frozen=True)
class Delivery:
    """What became of one file: ``path`` below the workspace and a word of :data:`MESSAGES`."""

    path: str
    status: str

    @property
    def message(self) -> str:
        """One line in Japanese."""
        return f"{self.path}：{MESSAGES[self.status]}"


@dataclass(frozen=True)
class _Prints:
    """Fingerprints of a file: of what it teaches (``text``) and of all that counts as its content (``whole``)."""

    text: str
    whole: str
    ran: bool = False  # whether there are results in it, which may be newer than those there

    @classmethod
    def of(cls, name: str, content: bytes) -> _Prints:
        try:
            nb = read_notebook(content.decode("utf-8")) if name.endswith(".ipynb") else None
        except ValueError:  # damaged: by its bytes, like any other file
            nb = None
        if nb is None:
            return cls(fingerprint(content), fingerprint(content), True)
        cells = [(cell.cell_type, cell.source) for cell in nb.cells]
        outputs = [_outputs(cell.get("outputs", [])) for cell in nb.cells]
        text = fingerprint(json.dumps(cells))
        return cls(text, fingerprint(text, json.dumps(outputs, sort_keys=True)), any(outputs))


def _outputs(outputs) -> list[dict]:
    """Outputs without what changes by opening and saving: counts, metadata, and how a stream is cut into pieces."""
    plain: list[dict] = []
    for out in outputs:
        out = {key: value for key, value in out.items() if key not in ("execution_count", "metadata")}
        if plain and out.get("output_type") == "stream" and out.get("name") == plain[-1].get("name"):
            plain[-1]["text"] += out.get("text", "")
        else:
            plain.append(out)
    return plain


def prepare(town: str) -> list[Delivery]:
    """Bring the lessons and exercises the town can have into its workspace; one Delivery each.

    Lessons that ``tailor`` delivered executed stay as they are.  The sample town's exercises come from ``exercises/``,
    another town's from ``tailor``.  Lessons whose tables the town lacks are left out (``tailor`` reports them).  Raises
    DataAcademyError (``unknown_town``) for a town without tables.
    """
    place = about(town)
    wanted: dict[str, bytes] = {}
    for lesson in course():
        if not all(place.has(table) for table in lesson.needs):
            continue
        source = read_notebook(lesson.path.read_text(encoding="utf-8"))
        wanted[lesson.file] = notebook_text(set_town(source, town)).encode()
        if lesson.exercise and town == SAMPLE_TOWN:
            path = f"exercises/{lesson.exercise}/{lesson.exercise}.ipynb"
            wanted[path] = _exercise(path)
    folder = paths.workspace(town)
    record = _read_record(folder)
    deliveries = [_deliver(folder, record, path, content) for path, content in wanted.items()]
    _write_record(folder, record)
    return deliveries


def deliver(town: str, relative_path: str, content: bytes) -> Delivery:
    """Bring one file into the town's workspace.

    new
        It was not there (or the learner deleted it).
    updated
        It replaced what was delivered before and the learner had not changed.
    kept
        The learner's own changes are in it, and nothing newer is to be had.
    unchanged
        It is there already.
    beside
        The learner changed the file, so the newer one lies beside it: ``a4（新しい版）.ipynb``.

    A notebook is newer when its cells' types and sources differ; it has been changed when cells' types, sources or
    outputs differ from what was delivered.  What Jupyter writes by only opening it does not count.
    """
    folder = paths.workspace(town)
    record = _read_record(folder)
    delivery = _deliver(folder, record, relative_path, content)
    _write_record(folder, record)
    return delivery


def _deliver(folder: Path, record: dict[str, list[str]], wanted: str, content: bytes) -> Delivery:
    _check_name(wanted)
    new, there = _Prints.of(wanted, content), {}
    for name in _names(wanted):
        if not (folder / name).is_file():
            break
        there[name] = _Prints.of(name, (folder / name).read_bytes())
    given = {n: _Prints(*record[n]) if n in record else None for n in there}
    untouched = [n for n, now in there.items() if given[n] and given[n].whole == now.whole]
    same = next((n for n, now in there.items() if new.text in (now.text, given[n] and given[n].text)), None)
    if same and there[same].whole == new.whole:
        record[same] = [new.text, new.whole]
        return Delivery(same, "unchanged")
    if same and same not in untouched:
        return Delivery(same, "kept")
    if same and not new.ran:  # what tailor executed is not replaced by the same lesson without its results
        return Delivery(same, "unchanged")
    target = same or next(iter(untouched), name)
    write_bytes(folder / target, content)
    record[target] = [new.text, new.whole]
    return Delivery(target, "beside" if target != wanted else "updated" if there else "new")


def _names(wanted: str) -> Iterator[str]:
    """The name asked for, then the names beside it."""
    path = PurePosixPath(wanted)
    yield wanted
    for number in count(1):
        yield path.with_stem(f"{path.stem}（新しい版{number if number > 1 else ''}）").as_posix()


def _check_name(wanted: str) -> None:
    if _NOT_ON_WINDOWS.search(wanted) or ".." in wanted.split("/"):
        raise DataAcademyError(
            "bad_file_name",
            f"「{wanted}」は、Windows でファイル名に使えないか、フォルダの外を指しています。",
            f"{wanted!r} is no file name that works on Windows inside the workspace.",
            fix='< > : " | ? * と、末尾の点・空白を使わず、フォルダは / で区切ってください。',
            fix_en='Avoid < > : " | ? *, and dots or spaces at the end; separate folders with /.',
        )


def _exercise(path: str) -> bytes:
    file = paths.home() / path
    if not file.is_file():
        raise DataAcademyError(
            "no_exercise",
            f"演習「{path}」がまだ作られていません。",
            f"The exercise {path} has not been generated.",
            fix="dataacademy exercises build を実行してください。",
            fix_en="Run `dataacademy exercises build`.",
            file=path,
        )
    return file.read_bytes()


def _read_record(folder: Path) -> dict[str, list[str]]:
    """Name -> ``[text, whole]`` as delivered.  A damaged record counts as empty: all files are then the learner's."""
    try:
        return json.loads((folder / STATE / "delivered.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _write_record(folder: Path, record: dict[str, list[str]]) -> None:
    if record != _read_record(folder):
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        write_text(folder / STATE / "delivered.json", text + "\n")
