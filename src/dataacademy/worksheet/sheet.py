"""A team's worksheet as a lesson uses it: open, fill in, record what was found, look at it, write it out."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from dataacademy import paths
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.worksheet import store
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.links import check_free
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of
from dataacademy.worksheet.parsing import wrong
from dataacademy.worksheet.records import Record
from dataacademy.worksheet.starter import starter

_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_LONGEST = 60  # characters of a team's name


class Sheet:
    """An open worksheet; whatever is added, changed or taken out is saved at once."""

    def __init__(self, stored: store.Stored):
        self._take(stored)

    @property
    def path(self) -> Path:
        """Its file."""
        return self._stored.path

    @property
    def renamed(self) -> dict[str, str]:
        """Ids that the last save had to change, because somebody else had taken the number: old → new."""
        return self._stored.renamed

    def save(self) -> None:
        """Write what changed; what others saved meanwhile comes in.  Errors: those of ``store.save``."""
        self._take(store.save(self.path, self.worksheet, base=self._stored))

    def reload(self) -> None:
        """Read the file anew; what was not saved is dropped."""
        self._take(store.read(self.path))

    def _take(self, stored: store.Stored) -> None:
        self._stored = stored
        self.worksheet: Worksheet = stored.worksheet

    def get(self, id: str) -> Record:
        """The record with this id."""
        return self.worksheet.get(id)

    def add(self, kind: str, /, **values) -> Record:
        """A new record; returns it as saved, under another number where somebody took that at the same moment."""
        check_choice("記録の種類", kind, KINDS, en="Kind of record")
        _check_names(kind, values)
        id = self._changing(lambda: self.worksheet.add(kind, **values).id)
        return self.get(self.renamed.get(id, id))

    def update(self, id: str, /, **values) -> Record:
        """Change fields of a record; returns it as saved."""
        record = self.get(id)
        _check_names(kind_of(id), values)

        def change() -> None:
            for name, value in values.items():
                setattr(record, name, value)

        self._changing(change)
        return self.get(id)

    def remove(self, id: str) -> None:
        """Take a record out; an earlier version in the history still has it.  Its number does not come back.

        Errors: ``no_record``, ``still_used`` while anything points to it or quotes it.
        """
        self.get(id)
        check_free(self.worksheet, id)
        self._changing(lambda: self.worksheet.remove(id))

    def _changing(self, change):
        """Change and save; where either fails, this sheet is as before."""
        from pydantic import ValidationError

        before = self.worksheet.model_copy(deep=True)
        try:
            result = change()
            self.save()
        except ValidationError as error:
            self.worksheet = before
            raise _bad_value(error) from error
        except BaseException:
            self.worksheet = before
            raise
        return result

    def form(self, kind: str, *, id: str | None = None):
        """The form for one kind of record, to be filled in within the notebook."""
        from dataacademy.worksheet.form import form

        return form(self, kind, id=id)

    def show(self, kind: str, *, columns: Sequence[str] = ()):
        """The records of one kind for reading: numbers filled in, findings with their figures.

        columns
            Names of fields as the form shows them (``"行う人・部署"``): one table with a row for each record instead.
        """
        from dataacademy.worksheet.form.page import Shown

        check_choice("記録の種類", kind, KINDS, en="Kind of record")
        fields = {field.label: field for field in fields_of(KINDS[kind][0])}
        for name in columns:
            check_choice("欄", name, fields, en="Field")
        return Shown(self, kind, tuple(fields[name] for name in columns))

    def logic_model(self, *ids: str, **how):
        """Draw what an effect (``effect1``) rests on and where it leads; several are branches of one picture.

        ``how`` as in ``da.effect.logic_model``.
        """
        from dataacademy.effect import logic_model
        from dataacademy.worksheet.logic import chain

        return logic_model(chain(self.worksheet, *ids), **how)

    def flow_diagram(self, flow: str):
        """The steps of ``現状`` or ``あるべき姿`` by office as a picture (``.save("流れ.png")``, ``.alt``)."""
        from dataacademy.worksheet.diagrams import flow_diagram

        return flow_diagram(self.worksheet, flow)

    def crud_table(self):
        """Which office creates, reads, updates and deletes which item of data, as a table and a picture."""
        from dataacademy.worksheet.diagrams import crud_table

        return crud_table(self.worksheet)

    def record(self, finding, **how) -> str:
        """Write down a result of the toolbox with its table, figure and sources; returns its id (``finding1``)."""
        from dataacademy.worksheet.recording import record

        return record(self, finding, **how)

    def load(self, data_id: str):
        """The table of a data item; one whose personal data must be processed first is not loaded raw."""
        from dataacademy.worksheet.recording import load

        return load(self, data_id)

    def review(self):
        """What an instructor would ask."""
        from dataacademy.worksheet.review import review

        return review(self.worksheet, self.path)

    def brief(self, folder: Path | str | None = None) -> list[Path]:
        """Write the briefs for the budget talk, the mayor and the residents."""
        from dataacademy.worksheet.brief import write

        return write(self.worksheet, self.path, None if folder is None else Path(folder))

    def chart_book(self, folder: Path | str | None = None) -> list[Path]:
        """Write 図の冊子: every figure for residents with its table, indicators and measures, as one HTML file."""
        from dataacademy.worksheet.brief.chartbook import write

        return write(self.worksheet, self.path, None if folder is None else Path(folder))

    def monitor(self, folder: Path | str):
        """Compute every indicator again with next month's files in ``folder``; see ``worksheet.monitor.monitor``."""
        from dataacademy.worksheet.monitor import monitor

        return monitor(self.path, folder)

    def _repr_html_(self) -> str:
        from html import escape

        counts = "".join(
            f"<tr><td>{name}</td><td style='text-align:right'>{len(self.worksheet.section(kind))}</td></tr>"
            for kind, (_, _, name) in KINDS.items()
            if self.worksheet.section(kind)
        )
        team = self.worksheet.team
        return (
            f"<p><strong>{escape(team.name or self.path.stem)}</strong>　{escape(team.theme)}</p>"
            f"<table><thead><tr><th>シート</th><th>記録の数</th></tr></thead><tbody>{counts}</tbody></table>"
            f"<p>ファイル：{escape(self.path.name)}</p>"
        )


def _check_names(kind: str, values: dict) -> None:
    for name in values:
        check_choice("項目", name, [field.name for field in fields_of(KINDS[kind][0])], en="Field")


def _bad_value(error) -> DataAcademyError:
    """The first thing that pydantic found wrong, in words."""
    first = error.errors()[0]
    cls = next(cls for cls, _, _ in KINDS.values() if cls.__name__ == error.title)
    field = next(field for field in fields_of(cls) if field.name == first["loc"][0])
    return DataAcademyError(
        "bad_value",
        f"「{field.label}」に「{str(first['input'])[:40]}」は入れられません。{wrong(field, first)}",
        f"{field.name}: {first['msg']}",
        fix="値を直して、もう一度実行してください。",
        fix_en="Mend the value and run it again.",
        column=field.label,
    )


def open_sheet(team: str | Path, *, flow: str = "A", town: str = paths.SAMPLE_TOWN) -> Sheet:
    """A team's worksheet: the file ``team`` (``….yml``), or the one of this name, which is begun where there is none.

    flow, town
        For a new worksheet: ``A`` (データ分析による課題把握) or ``B`` (データ活用による課題解決), and the town.

    Errors: ``bad_team_name``, and those of ``store.read``.
    """
    check_choice("流れ", flow, ("A", "B"), en="Flow")
    named = str(team)
    if named.lower().endswith((".yml", ".yaml")) and "\0" not in named:
        path = Path(named)
    else:
        path = paths.worksheets() / f"{_file_name(named)}.yml"
    if path.exists() or store.versions(path):  # a lost file is told, and not begun anew
        return Sheet(store.read(path))
    return Sheet(store.create(path, starter(flow, town, path.stem)))


def _file_name(team: str) -> str:
    """A team's name as the name of a file on every system."""
    name = unicodedata.normalize("NFC", team.strip())
    odd = set(name) & set('<>:"/\\|?*') or [c for c in name if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")]
    reserved = name.partition(".")[0].strip().upper() in _RESERVED
    too_long = len(name) > _LONGEST or len(name.encode("utf-8", "replace")) > 4 * _LONGEST - 40
    if not name or odd or name.startswith(".") or name.endswith(".") or reserved or too_long:
        shown = "".join(c if c.isprintable() else "�" for c in team[:_LONGEST])
        raise DataAcademyError(
            "bad_team_name",
            f"班の名前「{shown}」は、ファイルの名前にできません。",
            f"{shown!r} cannot be the name of a file.",
            fix=f'{_LONGEST}字までで、/ \\ : * ? " < > | を使わない名前にしてください。例：防災1班',
            fix_en=f'Use up to {_LONGEST} characters, none of / \\ : * ? " < > |, and no name of Windows itself.',
        )
    return name
