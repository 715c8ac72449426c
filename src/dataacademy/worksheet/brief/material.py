"""What the briefs are made of: the worksheet's own words, numbers, figures and tables, and notes on what is missing."""

from __future__ import annotations

import datetime
from functools import cached_property
from pathlib import Path

from dataacademy.eras import to_era
from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.worksheet.brief.evidence import Evidence, Figure, Table
from dataacademy.worksheet.brief.wording import Part, Parts, clean, cut, one_line, plain, shorten, width
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of
from dataacademy.worksheet.quotes import number, quotes
from dataacademy.worksheet.records import FindingRecord, Record, Team

COVER = "表紙"
# fields whose digits name something (a licence, a paragraph, a group) and measure nothing
_NAMES = ("name", "section", "members", "licence", "legal_ground", "owner", "plan", "office", "source", "table", "rule")


class Material:
    """A worksheet as the briefs read it.  ``notes`` collects what is missing or was shortened, each thing once."""

    def __init__(self, worksheet: Worksheet, path: Path):
        self.worksheet = worksheet
        self.path = path.resolve()
        self.evidence = Evidence(path)
        self.index = worksheet.index()
        self._notes: dict[tuple[str, ...], Note] = {}
        self._figures: dict[str, Figure | None] = {}
        self._tables: dict[str, Table | None] = {}

    @property
    def notes(self) -> list[Note]:
        return list(self._notes.values())

    def note(self, kind: str, ja: str, en: str, fix: str = "", fix_en: str = "", level: str = "warning") -> None:
        """Remember one thing that the reader of the briefs should know; the same thing is said once."""
        self._notes.setdefault((kind, ja), Note(kind, ja, en, level, fix, fix_en))

    # words and numbers of records

    def words(self, record: Record | Team, field: str = "text", *, needed: bool = True) -> Parts:
        """A field's text as parts; an empty one is a marked gap, or nothing unless it is ``needed``."""
        value = getattr(record, field)
        text = "、".join(value) if isinstance(value, list) else value
        if not text.strip():
            return self.gap(record, field) if needed else []
        id = id_of(record)
        parts = cut(text, self.worksheet, id=id, field=field, measured=field not in _NAMES)
        if any(part.kind == "gap" for part in parts):
            for quote in quotes(text, self.worksheet):
                if quote.problem:
                    self.note(
                        "unfilled",
                        f"「{sheet_of(record)}」の {id} の数が入りません。{quote.problem}。",
                        f"A number of {id} cannot be filled in: {quote.problem}.",
                        fix="発見の番号と数の名前を確かめてください。",
                        fix_en="Check the finding's id and the number's name.",
                    )
        return parts

    def line(self, record: Record | Team, field: str = "text", *, most: float, needed: bool = True) -> Parts:
        """A field's text on one line of at most ``most`` full-width letters: whole sentences, the rest is said."""
        parts = one_line(self.words(record, field, needed=needed))
        if any(part.kind == "gap" for part in parts) and len(parts) == 1:
            return parts
        parts, left = shorten(parts, most, id_of(record))
        if left:
            self.note(
                "shortened",
                f"「{sheet_of(record)}」の {id_of(record)} の「{label_of(record, field)}」は、"
                "長いので、載せていない所があります。",
                f"{field} of {id_of(record)} was shortened.",
                fix="全文は根拠のページにあります。資料に載せたい文は、短くしてください。",
                fix_en="The trace page has all of it.",
                level="info",
            )
        return parts

    def amount(self, record: Record, field: str, unit: str = "") -> Parts:
        """A number that stands in a record, with its unit; it leads to the record on the trace page."""
        value = getattr(record, field)
        if value is None:
            return self.gap(record, field)
        unit = clean(unit).strip()
        return [Part(number(value) + (unit if width(unit) <= 12 else "（単位は根拠のページ）"), "typed", record.id)]

    def day(self, record: Record, field: str, *, needed: bool = True) -> Parts:
        """A date in the Japanese calendar."""
        value = getattr(record, field)
        if value is None:
            return self.gap(record, field) if needed else []
        return [Part(era(value))]

    def gap(self, record: Record | Team | str, field: str = "") -> Parts:
        """A marked gap for an empty field, or for a whole sheet (its kind) that has no record."""
        if isinstance(record, str):
            name = KINDS[record][2]
            self.note(
                "gap",
                f"「{name}」に記録がありません。",
                f"There is no record of {record}.",
                fix=f"ワークシートの「{name}」に書いて、資料を作り直してください。",
                fix_en="Fill it in and write the briefs anew.",
            )
            return [Part(f"〔未記入：{name}〕", "gap")]
        label, id = label_of(record, field), id_of(record)
        self.note(
            "gap",
            f"「{sheet_of(record)}」の {id} の「{label}」が空です。",
            f"{field} of {id} is empty.",
            fix="ワークシートに書いて、資料を作り直してください。",
            fix_en="Fill it in and write the briefs anew.",
        )
        return [Part(f"〔未記入：{sheet_of(record)}の{label}〕", "gap", "" if id == "team" else id)]

    def lacking(self, record: Record, kind: str) -> Parts:
        """A marked gap for a record that no record of another sheet belongs to."""
        name = KINDS[kind][2]
        self.note(
            "gap",
            f"「{sheet_of(record)}」の {record.id} には、「{name}」の記録がありません。",
            f"No {kind} belongs to {record.id}.",
            fix=f"ワークシートの「{name}」に書いて、資料を作り直してください。",
            fix_en="Fill it in and write the briefs anew.",
        )
        return [Part(f"〔未記入：{name}〕", "gap", record.id)]

    # files of findings

    def figure(self, finding: FindingRecord) -> Figure | None:
        """The finding's picture; a named file that is not there, or is no picture, is noted."""
        if finding.id not in self._figures:
            self._figures[finding.id] = self._file(finding, "figure", "図", self.evidence.figure)
        return self._figures[finding.id]

    def table(self, finding: FindingRecord) -> Table | None:
        """The finding's table; a named file that cannot be read is noted."""
        if finding.id not in self._tables:
            self._tables[finding.id] = self._file(finding, "table", "表", self.evidence.table)
        return self._tables[finding.id]

    def _file(self, finding: FindingRecord, field: str, what: str, read):
        name = getattr(finding, field)
        found = read(name)
        if name and found is None:
            self.note(
                f"no_{field}",
                f"{finding.id} の{what}のファイル「{clean(name)}」がないか、読めません。資料には載せていません。",
                f"The {field} {name!r} of {finding.id} is missing or cannot be read.",
                fix="その発見を、もう一度 record で記録してください。",
                fix_en="Record the finding again.",
            )
        return found

    def alt(self, finding: FindingRecord) -> str:
        """What the finding's picture shows, in words."""
        text = finding.alt.strip() or finding.text.strip()
        if not finding.alt.strip():
            self.note(
                "no_alt",
                f"{finding.id} の図に「図の説明」がありません。発見の文で代えました。",
                f"The figure of {finding.id} has no text for those who cannot see it.",
                fix="record に ax= を渡して記録し直すと、説明が付きます。",
                fix_en="Record it again with ax=.",
            )
        return " ".join(clean(text).split()) or f"{finding.id} の図"

    # the cover

    @property
    def team(self) -> Team:
        return self.worksheet.team

    @cached_property
    def office(self) -> str:
        """The town's name and the section, as far as they are known."""
        from dataacademy.town.catalog import about, towns

        name, code = "", self.team.town
        try:
            if code in towns():
                name = about(code).name
        except DataAcademyError:  # the course's folder is elsewhere: the section alone will do
            name = ""
        section = plain(self.line(self.team, "section", most=40, needed=False))
        return clean("　".join(part for part in (name, section) if part))

    @cached_property
    def team_name(self) -> str:
        return plain(self.line(self.team, "name", most=40, needed=False))

    @cached_property
    def as_of(self) -> datetime.date | None:
        """The latest day that the worksheet tells: what all briefs are dated by, so that they can be compared."""
        sheet = self.worksheet
        days = [self.team.started, *(f.recorded for f in sheet.findings), *(v.decided for v in sheet.verdicts)]
        return max((day for day in days if day), default=None)

    def theme(self) -> Parts:
        """What the team works on: its theme, else its question."""
        field = "theme" if self.team.theme.strip() or not self.team.question.strip() else "question"
        return self.line(self.team, field, most=60)


def id_of(record: Record | Team) -> str:
    """The id of a record; the cover has none and is ``team``."""
    return "team" if isinstance(record, Team) else record.id


def sheet_of(record: Record | Team) -> str:
    """The Japanese name of the sheet that a record stands on."""
    return COVER if isinstance(record, Team) else KINDS[kind_of(record.id)][2]


def label_of(record: Record | Team, field: str) -> str:
    """The Japanese name of a field."""
    return next(f.label for f in fields_of(type(record)) if f.name == field)


def era(day: datetime.date) -> str:
    """A day in the Japanese calendar, or as it is before that began to be the world's."""
    return to_era(day) if day.year >= 1873 else f"{day.year}年{day.month}月{day.day}日"
