"""What a canonical table is made of: columns with labels, types, units and codes."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """One column of a table.

    label, en
        What it is called on paper, in Japanese and English.
    dtype, unit
        pandas dtype (``str``, ``Int64``, ``float64``, ``boolean``); unit in Japanese, "" for none.
    required, unique, minimum, maximum
        What the contract asks of the values.
    values
        Code -> meaning (Japanese), where the column holds codes.
    missing
        Codes that stand for no answer -> meaning; the key "" says what an empty cell means, which is never a value.
    role
        What a question of a survey is asked for (a key of ``da.survey.ROLES``); lessons find questions by it.
    """

    label: str
    dtype: str = "str"
    unit: str = ""
    required: bool = True
    unique: bool = False
    minimum: float | None = None
    maximum: float | None = None
    en: str = ""
    values: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    role: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table: Japanese label, file name, columns.

    open
        The town may bring columns of its own in place of these (the questions of a survey, named in town.yml); its
        ``codebook.csv`` explains them.
    by_band
        Stored with one column per age band (0-4, 5-9, … 85-), loaded with one row per age band.
    needs
        What a file must have to be taken for it, where that is not simply every required column.
    """

    label: str
    file: str
    columns: dict[str, Column]
    open: bool = False
    by_band: bool = False
    en: str = ""
    needs: tuple[str, ...] = ()

    @property
    def needed(self) -> list[str]:
        """The columns that a file must have to be taken for this table."""
        return list(self.needs) or [name for name, column in self.columns.items() if column.required]

    @property
    def has_geometry(self) -> bool:
        return self.file.endswith(".geojson")
