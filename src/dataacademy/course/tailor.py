"""``dataacademy tailor``: a town's own course, from town.yml to executed lessons and exercises with right answers.

Every step writes only when it is complete, so stopping in the middle leaves nothing half-written; a second run redoes
only what changed (the files of the town, town.yml, a lesson, or the code).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import dataacademy
from dataacademy import paths
from dataacademy.course import kernels
from dataacademy.course.execute import Job, Run, run
from dataacademy.course.exercises import release
from dataacademy.course.lessons import course
from dataacademy.course.pool import each
from dataacademy.course.verify import jobs_for
from dataacademy.course.workspace import Delivery, deliver, prepare
from dataacademy.errors import DataAcademyError
from dataacademy.files import fingerprint, write_text
from dataacademy.notes import Note
from dataacademy.report import Section, notes_section, page
from dataacademy.town.build import build, write
from dataacademy.town.catalog import About, about, load
from dataacademy.town.townfile import TownFile, read_town_file


@dataclass
class Tailored:
    """What one run of ``tailor`` did."""

    about: About
    notes: list[Note]
    runs: list[Run] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    tables_rebuilt: bool = True
    report: Path = Path()

    @property
    def problems(self) -> list[Note]:
        """What is wrong with the town's data, also when this run did not build the tables."""
        columns = ["kind", "ja", "en", "level", "fix", "fix_en", "file", "sheet", "column", "value"]
        rows = load("problems", town=self.about.code).to_dict("records")
        return [Note(**{c: r[c] for c in columns}, row=int(r["row"]) if r["row"] else None) for r in rows]

    @property
    def ok(self) -> bool:
        return all(run.ok for run in self.runs)


def tailor(town_file: Path, *, progress=None, workers: int | None = None) -> Tailored:
    """Build the tables and the course of the town that ``town_file`` describes.

    progress
        ``progress(done, total, text)`` is called as the work goes on.
    """
    progress = progress or (lambda done, total, text: None)
    town = read_town_file(town_file)
    state = _read_state(town.code)
    progress(0, 1, f"{town.name}の表を作っています")
    key = _tables_key(town)
    rebuilt = state.get("tables") != key or not (paths.dataset(town.code) / "town.json").is_file()
    notes: list[Note] = []
    with kernels.environment():  # the kernels' imports take long: meanwhile
        if rebuilt:
            built = build(town)
            notes = built.notes
            write(built)
            state = {"tables": key, "notebooks": {}}
            _write_state(town.code, state)
        jobs, left_out = jobs_for(town.code)
        keys = {job: fingerprint(key, _code_key(), job.what, job.source) for job in jobs}
        todo = [job for job in jobs if state["notebooks"].get(_name(job)) != keys[job]]
        result = Tailored(about(town.code), notes, left_out=left_out, tables_rebuilt=rebuilt)
        result.unchanged = len(jobs) - len(todo)
        _run(result, todo, keys, state, workers, progress)
    told = {d.path for d in result.deliveries}
    result.deliveries += [d for d in prepare(town.code) if d.status != "unchanged" and d.path not in told]
    result.report = paths.workspace(town.code) / "reports" / "tailor.html"
    write_text(result.report, _report(result))
    return result


def _make(job: Job) -> Run:
    """Execute a lesson; of a solution, make the exercise (which executes it too)."""
    if job.what == "lesson":
        return run(job)
    started = time.perf_counter()
    try:
        text, error = release(job.lesson, town=job.town), ""
    except DataAcademyError as failure:
        text, error = "", failure.note.ja
    return Run(job, time.perf_counter() - started, error=error, notebook=text)


def _run(result, todo, keys, state, workers, progress):
    """Work side by side; deliver each notebook as soon as it is known to be right."""
    code = result.about.code
    longest_first = sorted(todo, key=lambda job: job.what != "solution")
    for done, (_, made) in enumerate(each(_make, longest_first, workers=workers), 1):
        result.runs.append(made)
        progress(done, len(todo), str(made))
        if made.ok:
            result.deliveries.append(deliver(code, _target(made.job), made.notebook.encode()))
            _remember(state, code, made.job, keys)


def _target(job: Job) -> str:
    """Where a notebook lies in the learner's workspace."""
    if job.what == "solution":
        return f"exercises/{job.lesson}/{job.lesson}.ipynb"
    return job.source.relative_to(paths.home() / "notebooks").as_posix()


def _remember(state, code, job, keys):
    state["notebooks"][_name(job)] = keys[job]
    _write_state(code, state)


def _name(job: Job) -> str:
    return f"{job.what}:{job.lesson}"


def _code_key() -> str:
    """What the outputs depend on besides the town: the library and the exercise rules."""
    return fingerprint(Path(dataacademy.__file__).parent, paths.home() / "solutions" / "autotests.yml")


def _tables_key(town: TownFile) -> str:
    files = sorted(p for p in town.data_folder.rglob("*") if p.is_file()) if town.data_folder.is_dir() else []
    seen = [f"{p.relative_to(town.data_folder).as_posix()} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files]
    return fingerprint(town.path, Path(dataacademy.__file__).parent, "\n".join(seen))


def _state_file(code: str) -> Path:
    return paths.workspace(code) / ".dataacademy" / "tailor.json"


def _read_state(code: str) -> dict:
    file = _state_file(code)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"notebooks": {}}


def _write_state(code: str, state: dict) -> None:
    write_text(_state_file(code), json.dumps(state, ensure_ascii=False, indent=1) + "\n")


def _report(result: Tailored) -> str:
    place = result.about
    titles = {lesson.id: lesson.title.ja for lesson in course()}
    failed = [r for r in result.runs if not r.ok]
    words = {
        "new": "新しく入れました",
        "updated": "新しくしました",
        "kept": "受講者が変えたので、そのままにしました",
        "beside": "受講者が変えたので、新しい版を隣に置きました",
    }
    sections = [
        Section(
            "除いたレッスン",
            [] if result.left_out else ["ありません。"],
            ["レッスン", "理由"],
            [list(pair) for pair in result.left_out],
        ),
        Section("ない表", ["、".join(place.missing) or "ありません。"]),
        Section(
            "実行できなかったノートブック",
            [] if failed else ["ありません。"],
            ["レッスン", "セル", "行", "内容"],
            [[titles.get(r.job.lesson, r.job.lesson), r.cell, r.line or "", r.error] for r in failed],
        ),
        Section(
            "実行したノートブック",
            [f"変わっていないので実行しなかったもの：{result.unchanged} 本"],
            ["ノートブック", "秒"],
            [[titles.get(r.job.lesson, r.job.lesson), f"{r.seconds:.1f}"] for r in result.runs],
        ),
        Section(
            "受講者のフォルダ",
            [],
            ["ファイル", "したこと"],
            [[d.path, words.get(d.status, d.status)] for d in result.deliveries],
        ),
    ]
    sections.append(notes_section("データの問題", result.problems))
    if result.tables_rebuilt:
        informed = [n for n in result.notes if n.level == "info"]
        sections.append(notes_section("データについて行ったこと", informed))
    lead = [
        f"{place.name}（{place.code}）の教材を作りました。座標系は EPSG:{place.epsg}（平面直角座標系）、"
        f"避難所として測るのは「{place.shelter_label}」です。"
    ]
    return page(f"{place.name}の教材ができるまで", lead, sections)
