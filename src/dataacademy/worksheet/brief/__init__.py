"""Briefs out of the worksheet: one page for the budget, slides for the mayor, sheets for partners, pages for residents.

Nothing is typed twice: every sentence, number, figure and table comes from the worksheet and its findings; the fixed
words are headings and connecting phrases.  Numbers lead to the trace page and on to the files they rest on.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.notes import Note
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.target import Target
from dataacademy.worksheet.brief.wording import TRACE
from dataacademy.worksheet.history import beside
from dataacademy.worksheet.model import Worksheet

__all__ = ["DOCUMENTS", "FOLDER", "Briefs", "write"]
FOLDER = "資料"
MOST_NOTES = 30  # shown; .notes has all
DOCUMENTS = ("一枚もの", "首長報告", "課題公開シート", "プロジェクトシート", "住民向けページ")


class Briefs(list):
    """The files that were written.  ``notes`` says what is missing in them and what was shortened."""

    def __init__(self, files: Iterable[Path], notes: Iterable[Note]):
        super().__init__(files)
        self.notes = list(notes)

    def __str__(self) -> str:
        said = [f"{len(self)} 個の資料を書きました。", *(f"  {file}" for file in self)]
        if self.notes:
            said += ["", f"気をつけること（{len(self.notes)} 件）"]
            said += [f"  {note.ja}" + (f" → {note.fix}" if note.fix else "") for note in self._first]
            said += [f"  ほか {len(self.notes) - MOST_NOTES} 件"] if len(self.notes) > MOST_NOTES else []
        return "\n".join(said)

    @property
    def _first(self) -> list[Note]:
        """The notes that are shown: what is wrong before what is only worth knowing."""
        return sorted(self.notes, key=lambda note: note.level == "info")[:MOST_NOTES]

    def _repr_html_(self) -> str:
        from html import escape

        files = "".join(f"<li>{escape(str(file))}</li>" for file in self)
        notes = "".join(f"<li>{escape(note.ja)} {escape(note.fix)}</li>" for note in self._first)
        heading = f"<p>気をつけること（{len(self.notes)} 件）</p>" if notes else ""
        return f"<p>{len(self)} 個の資料を書きました。</p><ul>{files}</ul>{heading}<ul>{notes}</ul>"


def write(
    worksheet: Worksheet, path: Path | str, folder: Path | str | None = None, *, only: Iterable[str] | str | None = None
) -> Briefs:
    """Write the briefs of a worksheet and return their files; what is missing is named in them and in ``.notes``.

    path
        The file of the worksheet; its findings' figures and tables lie beside it.
    folder
        Where to; by default ``<worksheet>_記録/資料``.
    only
        Some of ``DOCUMENTS``; the trace page is always written, since numbers lead to it.

    The same worksheet gives the same bytes.  A file that somebody has edited stays; the new one is put beside it.
    Errors: ``empty_worksheet``, ``unknown_choice``, ``file_open``, ``cannot_write``.
    """
    path = Path(path)
    wanted = DOCUMENTS if only is None else (only,) if isinstance(only, str) else tuple(only)
    for name in wanted:
        check_choice("資料", name, DOCUMENTS, en="Brief")
    material = Material(worksheet, path)
    story = Story(material)
    if story.empty:
        raise empty(path)
    target = Target(Path(folder) if folder is not None else beside(path) / FOLDER)
    return save(_made(material, story, target, [name for name in DOCUMENTS if name in wanted]), material, target)


def save(made: dict[str, bytes], material: Material, target: Target) -> Briefs:
    """Write files by their names; what somebody has edited stays, with the new one beside it and a note.

    Errors: ``file_open``, ``cannot_write``.
    """
    files = [file for name, content in made.items() if (file := target.write(name, content)) is not None]
    target.close()
    for old, new in target.beside:
        material.note(
            "edited",
            f"「{old}」は人の手で直されているので、上書きせず「{new}」に書きました。",
            f"{old} has been edited; the new one is {new}.",
            fix="二つを見比べてください。要らなくなった方を消すと、次から元の名前に書きます。",
            fix_en="Compare the two; delete the one you do not need.",
        )
    if target.locked:
        raise _open(target.locked, files)
    return Briefs(files, material.notes)


def _made(material: Material, story: Story, target: Target, wanted: list[str]) -> dict[str, bytes]:
    """Every file's content by its name; the trace page comes first, because its name stands in the others."""
    from dataacademy.worksheet.brief import annex, mayor, onepage, partners, residents, trace

    made = {TRACE: trace.write(material, story, target.folder).encode("utf-8")}
    page = target.place(TRACE, made[TRACE]).name
    for name in wanted:
        if name == "一枚もの":
            made["一枚もの.docx"] = onepage.write(material, story, page)
            if story.drawings:
                made[annex.NAME] = annex.write(material, story, page)
        elif name == "首長報告":
            made["首長報告.pptx"] = mayor.write(material, story, page)
        elif name == "住民向けページ":
            made["住民向けページ.html"] = residents.write(material, story, page).encode("utf-8")
        else:
            made[f"{name}.docx"], made[f"{name}.txt"] = partners.write(name, material, story, page)
    return made


def empty(path: Path) -> DataAcademyError:
    """The error of a worksheet in which nothing has been written."""
    return DataAcademyError(
        "empty_worksheet",
        "ワークシートにまだ何も書かれていないので、資料を作れません。",
        "The worksheet is empty; there is nothing to write a brief from.",
        fix="はじめに目標・問題・課題を書き、分析の結果を record で記録し、事実・施策・費用・指標を書いてください。"
        "途中でも作れます。そのときは、足りない所を資料の中に示します。",
        fix_en="Begin with goal, problem and issue; a half-filled worksheet is enough.",
        file=path.name,
    )


def _open(locked: list[Path], written: list[Path]) -> DataAcademyError:
    names = "、".join(f"「{file.name}」" for file in locked)
    others = f"ほかの {len(written)} 個は書きました。" if written else ""
    return DataAcademyError(
        "file_open",
        f"{names}に書き込めません。WordやPowerPointなどで開いていませんか。{others}",
        f"Cannot write {', '.join(file.name for file in locked)}: open in another programme?",
        fix="そのファイルを閉じて、もう一度実行してください。",
        fix_en="Close the file and run again.",
        file=str(locked[0]),
    )
