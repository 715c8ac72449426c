"""One indicator: what the new tables add to its history, and what moved it since last time."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd

from dataacademy.effect.observations import read_observations
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.worksheet import records
from dataacademy.worksheet.monitor import counts as counting
from dataacademy.worksheet.monitor.files import NewFiles, NewTable
from dataacademy.worksheet.monitor.history import COLUMNS, History, Run, read_history, write_history
from dataacademy.worksheet.monitor.result import Computed, base_differs, indicator, per_of, result
from dataacademy.worksheet.recording.parts import plain_number
from dataacademy.worksheet.recording.sources import town_table

_CANONICAL = {name: name for name in ("period", "numerator", "denominator", "counted")}
_OF_THE_SHEET = ("no_definition", "no_owner", "no_source")  # for the review of the worksheet to say
_PAIR = ["numerator", "denominator"]


def bring_up_to_date(
    record: records.Indicator, files: NewFiles, file: Path, today: datetime.date
) -> tuple[str, list[Note], Computed]:
    """Take the new tables into the history of one indicator; returns its state, what is new to say, and the result.

    Errors: ``no_new_table``, ``not_in_the_table``, ``files_disagree``, ``bad_history``, those of counting and of
    :func:`dataacademy.effect.indicator`.
    """
    history = read_history(file)
    known = history.runs[-1].columns if history else []
    tables = _tables(record, files, known)
    arrived, used = _arrived(record, tables)
    marks = {table.sha256 for table in used}
    if history and marks == history.runs[-1].marks:
        again = _note("same_file", "前回と同じファイルです。", "The same file as last time.")
        return "same", [again], result(record, history)
    notes = []
    if history:
        arrived, notes = _not_older(history, arrived, marks)
    run = _run(record, files, used, history, today)
    before = history.observations if history else arrived.iloc[:0]
    both, run.revised, more = _recomputed(record, before, arrived)
    notes += more
    fresh = sorted(set(both["period"]) - set(before["period"]))
    run.latest = both["period"].iloc[-1]
    after = History(both, [*(history.runs if history else []), run])
    computed = result(record, after)
    notes += [_note("columns_changed", text, "The table changed.", "warning") for text in run.changes]
    said = {n.ja for n in indicator(record, before).notes} if history else set()
    notes += [n for n in computed.found.notes if n.ja not in said and n.kind not in _OF_THE_SHEET]
    notes += base_differs(record, computed)
    if fresh or run.revised or not history:
        write_history(file, after, record.text)
        return ("new" if fresh else "revised"), notes, computed
    return "same", notes, result(record, history)


def remembered(record: records.Indicator, file: Path) -> Computed | None:
    """The indicator from its history alone, None if there is none."""
    history = read_history(file)
    return result(record, history) if history else None


def _note(kind: str, ja: str, en: str, level: str = "info", fix: str = "") -> Note:
    return Note(kind, ja, en, level=level, fix=fix)


def _tables(record: records.Indicator, files: NewFiles, known: list[str]) -> list[NewTable]:
    tables = files.of(record.source, counting.needed(record), known)
    if tables:
        return tables
    there = "、".join(dict.fromkeys(t.file for t in files.tables)) or "読める表は一つもありません"
    raise DataAcademyError(
        "no_new_table",
        f"もとの表「{record.source}」が、新しいファイルの中に見つかりません（あるのは {there}）。",
        f"No new file is the table {record.source!r}.",
        fix="ファイルがまだ届いていないか、名前や見出しが変わっていないかを確かめてください。",
        fix_en="Has it not been delivered yet, or were its name or headings changed?",
    )


def _arrived(record: records.Indicator, tables: list[NewTable]) -> tuple[pd.DataFrame, list[NewTable]]:
    """The new observations, checked, and the tables they came from; several tables must not contradict each other."""
    parts: list[tuple[NewTable, pd.DataFrame]] = []
    for table in tables:
        try:
            rows = counting.counts(record, table)
            if rows is not None:
                parts.append((table, _observations(record, rows)))
        except DataAcademyError as error:
            raise _in_file(error, table) from error
    if not parts:
        names = [name for table in tables for name in counting.names_in(table)]
        raise DataAcademyError(
            "not_in_the_table",
            f"表の中に、指標「{record.text}」の行がありません（あるのは「{'」「'.join(dict.fromkeys(names))}」）。",
            f"The table has no rows of {record.text!r}.",
            fix="指標の名前を、表にあるとおりに指標シートに書いてください。",
            fix_en="Write the name of the indicator as the table has it.",
            file=tables[0].file,
        )
    arrived = parts[0][1]
    for table, rows in parts[1:]:
        _agree(parts[0][0], arrived, table, rows)
        arrived = pd.concat([arrived, rows[~rows["period"].isin(arrived["period"])]], ignore_index=True)
    return arrived.sort_values("period", ignore_index=True), [table for table, _ in parts]


def _in_file(error: DataAcademyError, table: NewTable) -> DataAcademyError:
    """The same error, with the file in which it was met."""
    told = {"file": table.file, "sheet": table.sheet, "fix": error.note.fix, "fix_en": error.note.fix_en}
    place = {"column": error.note.column, "value": error.note.value}
    return DataAcademyError(error.note.kind, error.note.ja, error.note.en, **told, **place)


def _agree(one: NewTable, arrived: pd.DataFrame, two: NewTable, rows: pd.DataFrame) -> None:
    differ = _unlike(arrived, rows)
    if differ:
        raise DataAcademyError(
            "files_disagree",
            f"「{one.file}」と「{two.file}」で、{differ[0]}の数がちがいます"
            f"（ちがう時期は {len(differ)}）。どちらを使うか決められません。",
            f"{one.file} and {two.file} disagree about {differ[0]}.",
            fix="正しいほうだけを、新しいファイルのフォルダに残してください。",
            fix_en="Leave only the right one in the folder.",
        )


def _unlike(one: pd.DataFrame, two: pd.DataFrame) -> list[str]:
    """The periods of which two tables say different things."""
    both = one.merge(two, on="period")
    differ = (both["numerator_x"] != both["numerator_y"]) | (both["denominator_x"] != both["denominator_y"])
    return both.loc[differ, "period"].tolist()


def _observations(record: records.Indicator, rows: pd.DataFrame) -> pd.DataFrame:
    found, _ = read_observations(rows, _CANONICAL, record.target, per_of(record))
    return found[COLUMNS]


def _not_older(history: History, arrived: pd.DataFrame, marks: set[str]) -> tuple[pd.DataFrame, list[Note]]:
    """Of files older than what is known only periods that are missing; newer numbers are not overwritten."""
    known = history.observations
    seen_before = any(run.marks == marks for run in history.runs[:-1])
    if not seen_before and arrived["period"].iloc[-1] >= known["period"].iloc[-1]:
        return arrived, []
    fresh = arrived[~arrived["period"].isin(known["period"])]
    differ = len(_unlike(arrived, known))
    unlike = f"、ちがう数のある時期は {differ}" if differ else ""
    note = _note(
        "older_file",
        f"これまでに見たものより古いファイルです（{arrived['period'].iloc[-1]}まで。知っているのは "
        f"{known['period'].iloc[-1]}まで{unlike}）。抜けていた時期だけを使いました。",
        "An older file: only periods that were missing are taken from it.",
        "warning",
        "過去の訂正なら、いちばん新しい時期まで入ったファイルを渡してください。",
    )
    return fresh, [note]


def _recomputed(record: records.Indicator, known: pd.DataFrame, arrived: pd.DataFrame):
    """All observations, what was revised, and notes on it, by ``Indicator.recompute``."""
    if known.empty:
        return arrived, [], []
    if arrived.empty:
        return known, [], []
    first = indicator(record, known)
    rows = arrived if arrived["counted"].ne("").any() else arrived.drop(columns="counted")
    again = first.recompute(rows)
    old, now = known.set_index("period"), again.observations.set_index("period")
    changed = [p for p in arrived["period"] if p in old.index and (old.loc[p, _PAIR] != now.loc[p, _PAIR]).any()]
    numbers = [(p, [[plain_number(table.loc[p, c]) for c in _PAIR] for table in (old, now)]) for p in changed]
    notes = [n for n in again.notes if n.kind in ("revised", "nothing_new")]
    return again.observations[COLUMNS], [{"period": p, "was": was, "now": new} for p, (was, new) in numbers], notes


def _run(
    record: records.Indicator, files: NewFiles, used: list[NewTable], history: History | None, today: datetime.date
) -> Run:
    columns = list(dict.fromkeys(heading for table in used for heading in table.headings))
    names = {name for table in used for name in [*table.columns, *table.headings]}
    told = files.codebook.get(town_table(record.source) or used[0].role, {})
    told = {column: text for column, text in told.items() if column in names}
    marks = [{"file": t.file, "sha256": t.sha256} for t in used]
    run = Run(today, list({m["file"]: m for m in marks}.values()), columns, told, "")
    if history:
        run.changes = _changes(history.runs[-1], run)
        run.codebook = told or dict(history.runs[-1].codebook)
    return run


def _changes(last: Run, now: Run) -> list[str]:
    """What changed in how the table is defined, in words."""
    gone, come = ([c for c in a if c not in b] for a, b in ((last.columns, now.columns), (now.columns, last.columns)))
    found = []
    if gone or come:
        parts = [f"なくなった列「{'」「'.join(gone)}」"] if gone else []
        parts += [f"ふえた列「{'」「'.join(come)}」"] if come else []
        found.append(
            f"もとの表の列が変わりました（{'、'.join(parts)}）。数え方も変わっていないか、担当に確かめてください。"
        )
    if now.codebook and last.codebook:
        for column in sorted({*now.codebook, *last.codebook}):
            was, new = last.codebook.get(column, "なし"), now.codebook.get(column, "なし")
            if was != new:
                found.append(f"項目の説明で「{column}」が「{was}」から「{new}」に変わりました。")
    return found
