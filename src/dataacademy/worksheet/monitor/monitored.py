"""What `dataacademy monitor` gives: each indicator of a worksheet with its new numbers, history, chart and page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.worksheet import store
from dataacademy.worksheet.monitor.compute import bring_up_to_date, remembered
from dataacademy.worksheet.monitor.files import NewFiles, read_folder
from dataacademy.worksheet.monitor.result import Change, Computed
from dataacademy.worksheet.records import Indicator

FOLDER = "指標"  # beside the worksheet
NEEDED = {"text": "指標の名前", "numerator": "分子", "denominator": "分母", "source": "もとの表", "period": "時期の列"}
STATES = {
    "new": "新しい数が入りました",
    "revised": "過去の数が訂正されました",
    "same": "新しい数はありません",
    "missing": "もとの表がありません",
    "failed": "計算できません",
    "incomplete": "指標シートが書きかけです",
}


@dataclass(frozen=True)
class Watched:
    """One indicator after a run.

    state
        One of :data:`STATES`.
    notes
        What to look at now: why it failed, what changed in the table, what is odd about the new periods.
    computed
        The indicator with its whole history and the change since last time; None if nothing is known of it yet.
    """

    record: Indicator
    state: str
    notes: tuple[Note, ...] = ()
    computed: Computed | None = None
    chart: Path | None = None
    alt: str = ""

    @property
    def change(self) -> Change | None:
        """The change since last time, split into what numerator and denominator did."""
        return self.computed.change if self.computed else None

    def __str__(self) -> str:
        mark = "×" if self.state in ("missing", "failed", "incomplete") else "○"
        lines = [f"{mark} {self.record.id}「{self.record.text}」：{STATES[self.state]}。"]
        if self.computed and mark == "○":
            lines += [f"　{self.computed.sentence}"]
        for note in self.notes:
            where = replace(note, value="").where  # the words of a note name its period themselves
            lines.append(f"　・{where}{'：' if where else ''}{note.ja}")
            lines += [f"　　→ {note.fix}"] if note.fix else []
        return "\n".join(lines)


@dataclass(frozen=True)
class Monitored:
    """A run over all indicators of a worksheet; ``page`` shows them, ``notes`` tells what was odd about the files."""

    watched: tuple[Watched, ...]
    page: Path
    notes: tuple[Note, ...] = ()

    @property
    def failed(self) -> tuple[Watched, ...]:
        """Those that could not be computed again."""
        return tuple(w for w in self.watched if w.state in ("missing", "failed", "incomplete"))

    def __str__(self) -> str:
        odd = [note for note in self.notes if note.level != "info"]
        return "\n".join(
            [
                *(str(watched) for watched in self.watched),
                *(f"・{note.where}：{note.ja}" for note in odd),
                f"指標 {len(self.watched)} 件のうち {len(self.watched) - len(self.failed)} 件を計算しました。",
                f"図と表：{self.page}",
            ]
        )


def monitor(path: Path | str, new_folder: Path | str, *, today: datetime.date | None = None) -> Monitored:
    """Compute every indicator of a worksheet again, with the files of ``new_folder``.

    For each indicator the table is looked for by its columns, its name, or the headings of last time; its periods are
    added to the history ``<stem>_記録/指標/<id>.yml`` (numbers that come again take their place and are shown as
    revised; a file older than what is known only fills gaps).  Beside it lie the chart with target and base line
    (``<id>.png``) and ``index.html``.  An indicator whose table is missing or odd is named, the others go on.
    The same files again change nothing.

    Errors: those of ``store.read``; ``no_indicators``, ``no_folder``, ``empty_folder``.
    Checked against ``da.effect.indicator`` over the whole table at once.
    """
    path, today = Path(path), today or datetime.date.today()
    worksheet = store.read(path).worksheet
    if not worksheet.indicators:
        raise DataAcademyError(
            "no_indicators",
            "指標シートに、指標が一つもありません。",
            "The worksheet has no indicators.",
            fix="指標シートに、名前・分子・分母・もとの表・時期の列・目標を書いてください。",
            fix_en="Fill in the sheet of indicators.",
            file=path.name,
        )
    from dataacademy.worksheet.monitor.page import write_chart, write_page

    files, folder = read_folder(new_folder), store.beside(path) / FOLDER
    watched = [_watch(record, files, folder, today) for record in worksheet.indicators]
    drawn = []
    for one in watched:
        if one.computed:
            chart, alt = write_chart(one.computed, one.record, folder)
            one = replace(one, chart=chart, alt=alt)
        drawn.append(one)
    page = write_page(folder / "index.html", worksheet.team, drawn)
    return Monitored(tuple(drawn), page, tuple(files.notes))


def _watch(record: Indicator, files: NewFiles, folder: Path, today: datetime.date) -> Watched:
    """One indicator; its own troubles never stop the others."""
    lacking = [ja for name, ja in NEEDED.items() if not getattr(record, name).strip()]
    if lacking:
        return Watched(record, "incomplete", (_incomplete(lacking),))
    file = folder / f"{record.id}.yml"
    try:
        state, notes, computed = bring_up_to_date(record, files, file, today)
        return Watched(record, state, tuple(notes), computed)
    except DataAcademyError as error:
        state = "missing" if error.note.kind == "no_new_table" else "failed"
        try:
            return Watched(record, state, (_for_people(error.note),), remembered(record, file))
        except DataAcademyError:  # the history is what is broken
            return Watched(record, state, (_for_people(error.note),))


def _incomplete(lacking: Iterable[str]) -> Note:
    named = "」「".join(lacking)
    return Note(
        "incomplete",
        f"「{named}」が空です。",
        "The sheet of indicators is not complete.",
        level="warning",
        fix="指標シートに書いてください。",
        fix_en="Fill it in.",
    )


_FIXES = {  # the messages of da.effect name its arguments; here people fill in a sheet
    "no_target": "指標シートの「目標の値」に、率と同じ単位の数を書いてください。",
    "numerator_above_denominator": "分子と分母の列を取りちがえていないか確かめてください。"
    "割合でないなら、「いくつ当たり」を 1000 などにします。",
    "duplicate": "同じ時期の行が重なっています。区分ごとの行なら、先に合計した表にしてください。",
    "mixed_periods": "時期の書き方を、月なら「2026-04」、年度なら「2026年度」にそろえてください。",
    "not_months": "指標シートの「いつ見るか」と、表の時期の区切りを確かめてください。",
}


def _for_people(note: Note) -> Note:
    return replace(note, fix=_FIXES.get(note.kind, note.fix))
