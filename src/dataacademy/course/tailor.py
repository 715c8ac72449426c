"""``dataacademy tailor``: a town's own course, from town.yml to executed lessons and exercises with right answers.

Every step writes only when it is complete, so stopping in the middle leaves nothing half-written; a second run redoes
only what changed (the files of the town, town.yml, a lesson, or the code).
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import dataacademy
from dataacademy import paths
from dataacademy.course.execute import Job, Run, run_all
from dataacademy.course.exercises import release
from dataacademy.course.lessons import course
from dataacademy.course.verify import jobs_for
from dataacademy.course.workspace import Delivery, deliver, prepare
from dataacademy.files import fingerprint, write_text
from dataacademy.notes import Note
from dataacademy.report import Section, notes_section, page
from dataacademy.town.build import build, write
from dataacademy.town.catalog import About, about
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
    if rebuilt:
        built = build(town)
        notes = built.notes
        write(built)
        state = {"tables": key, "notebooks": {}}
        _write_state(town.code, state)
    place = about(town.code)
    jobs, left_out = jobs_for(town.code)
    code = _code_key()
    keys = {job: fingerprint(key, code, job.what, job.source) for job in jobs}
    todo = [job for job in jobs if state["notebooks"].get(_name(job)) != keys[job]]
    result = Tailored(place, notes, left_out=left_out, unchanged=len(jobs) - len(todo), tables_rebuilt=rebuilt)
    _run(result, todo, keys, state, town.code, progress, workers)
    result.deliveries += [d for d in prepare(town.code) if d.status != "unchanged"]
    result.report = paths.workspace(town.code) / "reports" / "tailor.html"
    write_text(result.report, _report(result))
    return result


def _run(result, todo, keys, state, code, progress, workers):
    """Execute lessons and solutions side by side; deliver each as soon as it is known to be right."""
    solutions = [job for job in todo if job.what == "solution"]
    total = len(todo) + len(solutions)
    done = 0

    def finished(run: Run):
        nonlocal done
        done += 1
        result.runs.append(run)
        progress(done, total, str(run))
        if run.ok and run.job.what == "lesson":
            source = run.job.source.relative_to(paths.home() / "notebooks")
            result.deliveries.append(deliver(code, source.as_posix(), run.notebook.encode()))
            _remember(state, code, run.job, keys)

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        releases = {job: pool.submit(release, job.lesson, town=code) for job in solutions}
        try:
            run_all(todo, on_done=finished, workers=workers)
            failed = {run.job for run in result.runs if not run.ok}
            for job, future in releases.items():
                if job in failed:
                    future.cancel()
                    continue
                target = f"exercises/{job.lesson}/{job.lesson}.ipynb"
                result.deliveries.append(deliver(code, target, future.result().encode()))
                done += 1
                progress(done, total, f"{job.lesson}：演習の答えを{result.about.name}の値にしました")
                _remember(state, code, job, keys)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


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
            ["レッスン", "秒"],
            [[titles.get(r.job.lesson, r.job.lesson), f"{r.seconds:.1f}"] for r in result.runs],
        ),
        Section(
            "受講者のフォルダ",
            [],
            ["ファイル", "したこと"],
            [[d.path, words.get(d.status, d.status)] for d in result.deliveries],
        ),
    ]
    if result.tables_rebuilt:
        warned = [n for n in result.notes if n.level != "info"]
        informed = [n for n in result.notes if n.level == "info"]
        sections += [notes_section("データの問題", warned), notes_section("データについて行ったこと", informed)]
    lead = [
        f"{place.name}（{place.code}）の教材を作りました。座標系は EPSG:{place.epsg}（平面直角座標系）、"
        f"避難所として測るのは「{place.shelter_label}」です。"
    ]
    return page(f"{place.name}の教材ができるまで", lead, sections)
