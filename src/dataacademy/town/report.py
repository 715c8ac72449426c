"""What ``town inspect`` shows and writes: town.yml, an HTML page, and a summary on the terminal."""

from __future__ import annotations

from pathlib import Path

from dataacademy import paths
from dataacademy.codes import complete_code
from dataacademy.files import write_text
from dataacademy.notes import LEVELS, Note
from dataacademy.report import Section, notes_section, page
from dataacademy.town.build import inventory
from dataacademy.town.formats import ROLES
from dataacademy.town.inspection import Inspection, inspect
from dataacademy.town.townfile import town_file_text

_HEADINGS = {
    "file": "ファイル",
    "sheet": "シート",
    "take_as": "使い道",
    "label": "種類",
    "rows": "行",
    "columns": "列",
    "handling": "扱い",
    "use": "使うか",
    "why": "そう見た理由",
}


def inspect_and_write(folder: Path, *, code: str, name: str = "") -> tuple[Inspection, Path, Path]:
    """Inspect a folder; write town.yml and the report below ``work/<code>/``.

    A town.yml that somebody edited is never overwritten: the new one is laid beside it as ``town.new.yml``.
    Returns the inspection and the paths of town.yml and of the report.
    """
    code, _ = complete_code(code)
    target = paths.workspace(code) / "town.yml"
    found = inspect(folder, code=code, name=name, path=target)
    text = town_yml(found)
    beside = (target.with_name(f"town.new{number}.yml") for number in ["", *range(2, 100)])
    while target.is_file() and target.read_bytes() != text.encode():
        target = next(beside)
    write_text(target, text)
    report = paths.workspace(code) / "reports" / "inspect.html"
    write_text(report, _page(found))
    return found, target, report


def town_yml(found: Inspection) -> str:
    """The text of town.yml for what was found."""
    why = {(k.file, k.sheet or None): k.why + (f"\n使わない理由：{k.reason}" if k.reason else "") for k in found.looks}
    others = {k.file: k.why for k in found.looks if k.role in ("labels", "other")}
    read = {k.file for k in found.looks}
    others |= {n.file: n.ja for n in found.notes if n.level == "error" and n.file and n.file not in read}
    return town_file_text(found.town, why, others)


def _page(found: Inspection) -> str:
    table = inventory(found.looks)
    table["take_as"] = table["take_as"].map(ROLES)
    sections = [
        notes_section("問題", found.problems),
        Section("ファイルの一覧", [], [_HEADINGS[c] for c in table.columns], table.values.tolist()),
        notes_section("読むときに行ったこと", [n for n in found.notes if n.level == "info"]),
    ]
    lead = [f"{found.town.name}（{found.town.code}）のフォルダを調べました。元のファイルは変えていません。"]
    return page(f"{found.town.name}のファイルの点検", lead, sections)


def show(found: Inspection, town_file: Path, report: Path) -> None:
    """The summary on the terminal."""
    from rich.console import Console

    console, plain = Console(), {"markup": False, "highlight": False, "soft_wrap": True}
    console.print(f"{found.town.name}（{found.town.code}）のファイル", **plain)
    for row in inventory(found.looks).itertuples():
        if row.take_as not in ("labels", "other"):
            label = f"「{row.label}」" if row.label else ""
            console.print(f"{row.use}：{row.file}　→ {ROLES[row.take_as]}{label} {row.rows:,}行", **plain)
            console.print(f"　　　　{row.why}", style="dim", **plain)
    if town_file.name != "town.yml":
        console.print(f"前の town.yml は直されているので残し、新しいものを {town_file.name} に書きました。", **plain)
    unused = sum(look.role in ("labels", "other") for look in found.looks)
    if unused:
        console.print(f"このほか、教材で使わない表が {unused} 件ありました（理由は報告に）。", **plain)
    alike: dict[tuple[str, str], list[Note]] = {}
    for note in found.problems:
        alike.setdefault((note.file, note.kind), []).append(note)
    for notes in alike.values():
        first, more = notes[0], f"（同じ問題がほか {len(notes) - 1} 件）" if len(notes) > 1 else ""
        console.print(f"{LEVELS[first.level]}：{first.where}　{first.ja}{more}", **plain)
    console.print(f"問題 {len(found.problems)} 件。すべては {report} にあります。", **plain)
    console.print(f"内容を確かめたら：uv run dataacademy tailor {town_file}", **plain)
