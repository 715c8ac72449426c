"""The rows of the tabs as records: what was not touched stays exactly what was written out, the rest is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from dataacademy.notes import Note
from dataacademy.worksheet.excel.opening import KEPT
from dataacademy.worksheet.excel.tabs import COVER, Found, Row, address
from dataacademy.worksheet.excel.values import Records, Unreadable, as_text, read, same, show
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import KINDS, READ_ONLY, Worksheet
from dataacademy.worksheet.parsing import wrong
from dataacademy.worksheet.records import Record, Team


@dataclass
class Reader:
    """Reads all tabs against ``was``: the worksheet as it was written out, or, where that is unknown, as it is now.

    places
        Sheet and cell of everything read: ``(id, field) -> (sheet, cell)``, ``(id, "")`` for the row.
    """

    was: Worksheet
    known: bool
    taken: set[str]  # ids that no new record may get
    notes: list[Note] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def read(self, tabs: Mapping[str, Found]) -> Worksheet:
        """The worksheet that the workbook shows."""
        self._shown = Records((record.id, record.text) for record in self.was)
        cover = tabs.get(COVER)
        rows = {kind: self._identified(kind, found) for kind, found in tabs.items() if kind != COVER}
        self._records = self._known_texts(rows)
        sections = {
            KINDS[kind][1]: self._section(kind, tabs[kind], rows[kind])
            for kind in KINDS
            if kind in rows and not (kind in READ_ONLY and self.known)
        }
        for kind in READ_ONLY:
            if kind in rows and self.known:
                self._tell_touched(kind, tabs[kind], rows[kind])
        team = self._values(Team, self.was.team, cover, cover.rows[0], COVER) if cover else self.was.team
        return self.was.model_copy(update={"team": team, **sections})

    def _known_texts(self, rows: Mapping[str, list[tuple[str, Row]]]) -> Records:
        """What links can name: the records of the tabs, and those of tabs that are missing."""
        texts = {record.id: record.text for record in self.was}
        for pairs in rows.values():
            texts |= {id: as_text(row.cells["text"]) for id, row in pairs if row.cells.get("text") not in (None, KEPT)}
        return Records(texts.items())

    def _identified(self, kind: str, found: Found) -> list[tuple[str, Row]]:
        """Every row with the id of its record: the one that stands there, the one it must have had, or the next."""
        was = {record.id: record for record in self.was.section(kind)}
        pairs: list[tuple[str, Row]] = []
        for row in found.rows:
            id = self._written_id(kind, found, row)
            if id or row.filled():
                pairs.append((id, row))
        pairs = self._without_doubles(kind, found, pairs, was)
        lost = {id: record for id, record in was.items() if id not in {named for named, _ in pairs}}
        for place, (id, row) in enumerate(pairs):
            text = row.cells.get("text")
            alike = [i for i, record in lost.items() if not id and record.text and record.text == text]
            if len(alike) == 1:
                pairs[place] = alike[0], row
                lost.pop(alike[0])
                ja = f"番号がありませんが、{alike[0]} と同じ文なので {alike[0]} として読みました。"
                self._tell("missing_id", found, row.row, 0, ja, "The id is missing.", "番号は消しません。")
        self.taken |= {id for id, _ in pairs}
        return [(id or self._next(kind), row) for id, row in pairs]

    def _written_id(self, kind: str, found: Found, row: Row) -> str:
        if row.id is None or row.id is KEPT:
            return ""
        typed = as_text(row.id)
        id = "".join(unicodedata.normalize("NFKC", typed).lower().split())
        if re.fullmatch(rf"{kind}[1-9]\d{{0,6}}", id):
            return id
        if row.filled():
            ja = f"番号「{typed[:20]}」は {kind}1 の形ではありません。新しい記録として、次の番号を付けました。"
        else:
            ja = f"表の外の書き込み「{typed[:20]}」は、読んでいません。"
        self._tell("bad_id", found, row.row, 0, ja, f"{typed[:20]!r} is no id.", "番号の列は空けておきます。")
        return ""

    def _without_doubles(self, kind: str, found: Found, pairs, was: Mapping[str, Record]) -> list[tuple[str, Row]]:
        """Of rows with one id the one least changed keeps it; the others, copies that were edited, become new."""
        best: dict[str, Row] = {}
        for id, row in pairs:
            if id and (id not in best or self._edits(row, was.get(id)) < self._edits(best[id], was.get(id))):
                best[id] = row
        kept = []
        for id, row in pairs:
            if not id or best[id] is row:
                kept.append((id, row))
                continue
            ja = f"番号 {id} が二つあります。" + (
                "こちらを新しい記録として、次の番号を付けました。" if row.filled() else "空の行なので、読んでいません。"
            )
            self._tell("duplicate_id", found, row.row, 0, ja, f"{id} stands twice.", "写した行の番号は空けておきます。")
            if row.filled():
                kept.append(("", row))
        return kept

    def _edits(self, row: Row, was: Record | None) -> int:
        fields = fields_of(type(was)) if was is not None else ()
        return sum(
            not same(row.cells[f.name], show(f, getattr(was, f.name), self._shown))
            for f in fields
            if f.name in row.cells
        )

    def _next(self, kind: str) -> str:
        highest = max((int(id[len(kind) :]) for id in self.taken if re.fullmatch(rf"{kind}\d+", id)), default=0)
        self.taken.add(f"{kind}{highest + 1}")
        return f"{kind}{highest + 1}"

    def _section(self, kind: str, found: Found, pairs: list[tuple[str, Row]]) -> list[Record]:
        cls, was = KINDS[kind][0], {record.id: record for record in self.was.section(kind)}
        section = []
        for id, row in pairs:
            before = was.get(id)
            if kind in READ_ONLY and (before is not None or row.id is None):
                section += [before] if before is not None else []
                continue
            if before is not None and row.emptied() and self._had_content(before):
                if not self.known:
                    section.append(before)
                continue
            self.places[id, ""] = found.tab.name, address(row.row, 0)
            new = before is None and row.id is None  # one without an id takes the defaults where it is empty
            section.append(self._values(cls, before or cls(id=id), found, row, id, new=new))
        if not self.known:
            section += [record for id, record in was.items() if id not in {named for named, _ in pairs}]
        return section

    @staticmethod
    def _had_content(record: Record) -> bool:
        values = [getattr(record, f.name) for f in fields_of(type(record))]
        return any(value.strip() if isinstance(value, str) else value not in (None, False, []) for value in values)

    def _values(self, cls: type[BaseModel], before, found: Found, row: Row, id: str, *, new: bool = False):
        """``before`` with what the row says otherwise; a new object if anything does."""
        after = before
        for f in fields_of(cls):
            raw = row.cells.get(f.name, KEPT)
            value = getattr(before, f.name)
            if raw is KEPT or (new and raw is None) or same(raw, show(f, value, self._shown)):
                continue
            place = (found.columns[f.name], 1) if id == COVER else (row.row, found.columns[f.name])
            try:
                wanted = read(f, raw, self._records)
                if wanted == value:
                    continue
                after = after.model_copy(deep=True) if after is before else after
                setattr(after, f.name, wanted)
            except (Unreadable, ValidationError) as error:
                self._tell_wrong(found, place, f, raw, error)
                continue
            self.places[id, f.name] = found.tab.name, address(*place)
            self._tell_guess(found, place, f, raw, wanted)
        return after

    def _tell_wrong(self, found: Found, place: tuple[int, int], f: Field, raw: Any, error) -> None:
        ja, fix = (str(error), error.fix) if isinstance(error, Unreadable) else (wrong(f, error.errors()[0]), "")
        note = Note(
            "bad_cell",
            f"{ja} この欄は、もとのまま残しました。",
            f"{f.name}: not readable; the value stays as it was.",
            "error",
            fix or "値を直して、もう一度取り込みます。",
            "Mend the cell and import again.",
            sheet=found.tab.name,
            cells=address(*place),
            column=f.label,
            value=" ".join(as_text(raw).split())[:40],
        )
        self.notes.append(note)

    def _tell_guess(self, found: Found, place: tuple[int, int], f: Field, raw: Any, value: Any) -> None:
        """Say where a cell was not what the field holds: a date in a text, a link to nothing."""
        ja = ""
        if f.type in ("text", "long", "words") and not isinstance(raw, str):
            ja = f"文の欄に数や日付が入っています。「{as_text(raw)}」と読みました。"
        elif f.type == "date" and isinstance(raw, float | int):
            ja = f"日付の欄に数が入っています。{value} と読みました。"
        elif f.type in ("link", "links"):
            ids = [value] if f.type == "link" else value
            gone = [id for id in ids if id and id not in self._records.texts]
            ja = f"番号 {'、'.join(gone)} の記録はありません。" if gone else ""
        if ja:
            self._tell(
                "guess", found, *place, ja, "Read as far as it can be.", "ちがうときは、直してもう一度取り込みます。"
            )

    def _tell_touched(self, kind: str, found: Found, pairs: list[tuple[str, Row]]) -> None:
        was = {record.id: record for record in self.was.section(kind)}
        for id, row in pairs:
            cells = [
                address(row.row, found.columns[f.name])
                for f in fields_of(KINDS[kind][0])
                if f.name in row.cells
                and row.cells[f.name] is not KEPT
                and (id not in was or not same(row.cells[f.name], show(f, getattr(was[id], f.name), self._shown)))
                and (id in was or row.cells[f.name] is not None)
            ]
            if cells:
                ja = f"「{KINDS[kind][2]}」は道具が書くので、Excel では直せません。取り込みませんでした。"
                fix = "数が変わったときは、ノートブックでもう一度記録します。"
                note = Note("read_only", ja, "Findings are read-only.", "warning", fix, sheet=found.tab.name)
                self.notes.append(_with_cells(note, ", ".join(cells)))

    def _tell(self, kind: str, found: Found, row: int, column: int, ja: str, en: str, fix: str) -> None:
        note = Note(kind, ja, en, "warning", fix, sheet=found.tab.name, cells=address(row, column))
        self.notes.append(note)


def _with_cells(note: Note, cells: str) -> Note:
    from dataclasses import replace

    return replace(note, cells=cells)
