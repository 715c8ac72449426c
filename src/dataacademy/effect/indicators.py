"""指標: a number that is looked at again and again, with what it means, who keeps it, and where it should go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.effect.indicatornotes import SMALL, about, revised
from dataacademy.effect.observations import by_fiscal_year, odd, read_observations
from dataacademy.effect.rates import add_up, change_words, effects
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between, check_table
from dataacademy.labels import label_of
from dataacademy.notes import Note

BETTER = {"higher": "以上", "lower": "以下"}
EVERY = ("period", "fiscal_year")
COUNTED_ANEW = ("denominator_jump", "definition_changed")  # notes that forbid to compare across


@dataclass(frozen=True)
class Indicator(Analysis):
    """An :class:`~dataacademy.analysis.Analysis` of one indicator that can be written down and computed again.

    definition
        Plain data: name, definition, owner, source, target, better, base, every, per, confidence, and ``columns``.
    observations
        ``period, numerator, denominator, target, counted`` as they were read, one row a period.
    notes
        What is odd: missing periods, a denominator that jumps, a count defined anew, small numbers, no owner.
    """

    definition: dict[str, Any] = field(default_factory=dict)
    observations: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The indicator as plain data (text, numbers, lists): for a worksheet, YAML or JSON."""
        rows = self.observations.astype(object).where(self.observations.notna(), None)
        return {
            "definition": {**self.definition, "columns": dict(self.definition["columns"])},
            "observations": [{k: _plain(v) for k, v in row.items()} for row in rows.to_dict("records")],
        }

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Indicator:
        """The indicator again from :meth:`to_dict`."""
        if not isinstance(record, dict) or {"definition", "observations"} - set(record):
            raise DataAcademyError(
                "not_an_indicator",
                "指標の記録ではありません（definition と observations が要ります）。",
                "This is not the record of an indicator (definition and observations are needed).",
                fix="to_dict() で書き出したものを、そのまま渡してください。",
                fix_en="Pass what to_dict() wrote.",
            )
        observations = pd.DataFrame(record["observations"]).astype(
            {"numerator": float, "denominator": float, "target": float}
        )
        return _build(observations, dict(record["definition"]), ())

    def recompute(self, following: pd.DataFrame | Path | str) -> Indicator:
        """The indicator with the rows of ``following``: next month's file (any that ``da.tables.read`` reads) or table.

        A period that is already there takes the new numbers, and the note ``revised`` says which changed.  A file of
        several indicators is searched for this one's name.  Errors: ``other_indicator``, those of :func:`indicator`.
        """
        if isinstance(following, (str, Path)):
            from dataacademy.tables import read

            following = read(following).data
        check_table(following)
        rows = _own_rows(following, self.definition["name"])
        target = None if "target" in rows.columns and rows["target"].notna().any() else self.definition["target"]
        if target is None and "target" not in rows.columns:
            target = float(self.observations["target"].dropna().iloc[-1])
        fresh, left_out = read_observations(rows, self.definition["columns"], target, self.definition["per"])
        if self.definition["columns"]["counted"] not in rows.columns:
            fresh["counted"] = self.observations["counted"].iloc[-1]
        old = self.observations.set_index("period")
        known = fresh["period"].isin(old.index)
        notes = list(revised(old, fresh[known], int((~known).sum())))
        kept = self.observations[~self.observations["period"].isin(fresh["period"])]
        both = pd.concat([kept, fresh], ignore_index=True).sort_values("period", ignore_index=True)
        if both["period"].str.len().nunique() > 1:
            raise DataAcademyError(
                "mixed_periods",
                f"これまでの時期「{self.observations['period'].iloc[-1]}」と、新しい表の「{fresh['period'].iloc[0]}」は、区切り方がちがいます。",
                f"{self.observations['period'].iloc[-1]!r} and {fresh['period'].iloc[0]!r} are not of one kind.",
                fix="月なら月、年度なら年度の表を渡してください。",
                fix_en="Pass a table of the same kind of periods.",
            )
        return _build(both, self.definition, left_out, tuple(notes))


def indicator(
    data: pd.DataFrame,
    *,
    period: str = "month",
    numerator: str = "numerator",
    denominator: str = "denominator",
    counted: str = "counted",
    name: str | None = None,
    definition: str | None = None,
    owner: str | None = None,
    source: str | None = None,
    target: float | None = None,
    better: str = "higher",
    base=None,
    every: str = "period",
    per: int = 100,
    confidence: float = 0.95,
) -> Indicator:
    """An indicator by period: is the target reached, what moved it, and can the numbers be compared at all?

    period, numerator, denominator, counted
        Columns: the time (months, years or 年度), the two counts, and in words what the denominator counts (optional).
    name, definition, owner, source, target
        What it is called, what it means, who keeps it, where it comes from, where it should be (in the unit of the
        rate); what is not given is taken from columns of these names.  ``name`` also picks one of several indicators.
    better
        ``higher`` or ``lower``: which side of the target is good.
    base
        The period to compare the last one with; by default 12 months before, else the one before.
    every
        ``fiscal_year`` adds months up to 年度 (complete ones are compared).
    per
        100: %; 1000: per thousand, and so on.

    Table, one row a period: ``period, numerator, denominator, rate, lower, upper, target, reached, small, counted``
    (``months`` with 年度).  Value: the rate of the last (complete) period.  Figures: ``rate, target, change_points,
    numerator_points, denominator_points`` against ``base`` (see :func:`decompose_rate`).  The result has ``notes``,
    ``to_dict()``, ``Indicator.from_dict()`` and ``recompute(next month's file)``.

    Intervals: Wilson for shares, exact Poisson for other rates.
    Errors: ``no_target``, ``bad_target``, ``duplicate``, ``several_indicators``, ``zero_denominator``,
    ``numerator_above_denominator``, ``mixed_periods``, ``not_months``, unknown base.
    Checked against ``stats.proportion`` and the planted truth of the sample town.
    When not to use: as proof that a measure worked; a rate says where things stand, not why (:func:`did`, :func:`its`).

    >>> import dataacademy as da
    >>> table = da.load("indicator_monthly")
    >>> found = indicator(table, name="就労支援の就職率", every="fiscal_year", base="2023年度")
    >>> found.definition["owner"], [note.kind for note in found.notes][:1]
    ('商工労政課', ['denominator_jump'])
    >>> again = Indicator.from_dict(found.to_dict())
    >>> again.value == found.value
    True
    """
    check_choice("よい向き", better, list(BETTER), en="Better")
    check_choice("まとめ方", every, EVERY, en="Every")
    check_between("何あたりか（per）", per, 0, float("inf"), en="per")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_table(data)
    rows = _own_rows(data, name)
    record: dict[str, Any] = {"name": name or _only(rows, "name") or label_of(numerator)}
    record |= {k: v or _only(rows, k) for k, v in {"definition": definition, "owner": owner, "source": source}.items()}
    columns = {"period": period, "numerator": numerator, "denominator": denominator, "counted": counted}
    record |= {
        "target": None if target is None else target,
        "better": better,
        "base": None if base is None else str(base),
    }
    record |= {"every": every, "per": per, "confidence": confidence, "columns": columns}
    observations, left_out = read_observations(rows, columns, target, per)
    return _build(observations, record, left_out)


def _own_rows(data: pd.DataFrame, name: str | None) -> pd.DataFrame:
    """The rows of one indicator of a table that may hold several."""
    if "name" not in data.columns:
        return data
    found = list(data["name"].dropna().unique())
    if name is None and len(found) > 1:
        raise DataAcademyError(
            "several_indicators",
            f"表には指標が {len(found)} 種類入っています（{'、'.join(f'「{n}」' for n in found[:6])}）。",
            f"The table holds {len(found)} indicators.",
            fix="name= に一つ指定してください。",
            fix_en="Name one with name=.",
        )
    if name is None or not found:
        return data
    if name not in found and len(found) == 1:
        raise DataAcademyError(
            "other_indicator",
            f"表は「{found[0]}」のもので、「{name}」ではありません。",
            f"The table is about {found[0]!r}, not {name!r}.",
            fix="別の指標のファイルではないか、名前の書き方が変わっていないかを確かめてください。",
            fix_en="Is it the file of another indicator, or was the name changed?",
        )
    check_choice("指標", name, found, en="Indicator")
    return data[data["name"] == name]


def _only(rows: pd.DataFrame, column: str) -> str | None:
    """The one text of a column, the last one if it changed; None where there is none."""
    texts = rows[column].dropna() if column in rows.columns else []
    return str(texts.iloc[-1]) if len(texts) else None


def _build(observations: pd.DataFrame, record: dict, left_out: tuple, notes: tuple = ()) -> Indicator:
    per, better, yearly = record["per"], record["better"], record["every"] == "fiscal_year"
    table = by_fiscal_year(observations) if yearly else observations.copy()
    n, d = table["numerator"].to_numpy(), table["denominator"].to_numpy()
    rate = per * n / d
    limits = np.array([_interval(a, b, per, record["confidence"]) for a, b in zip(n, d, strict=True)])
    goal = table["target"].to_numpy(dtype=float)
    reached = pd.array(rate >= goal if better == "higher" else rate <= goal, dtype="boolean")
    reached[np.isnan(goal)] = pd.NA
    small = (n < SMALL) | ((d - n < SMALL) if per == 100 else False)
    table = (
        table[["period", "numerator", "denominator"]]
        .assign(
            rate=rate,
            lower=limits[:, 0],
            upper=limits[:, 1],
            target=goal,
            reached=reached,
            small=small,
            counted=table["counted"],
        )
        .assign(**({"months": table["months"]} if yearly else {}))
    )
    whole = table[table["months"] == 12] if yearly and (table["months"] == 12).any() else table
    last, base = whole.iloc[-1], _base(whole, record["base"])
    figures = {"rate": float(last["rate"]), "target": float(last["target"])}
    words = ""
    if base is not None:
        four = [float(v) for v in (base["numerator"], base["denominator"], last["numerator"], last["denominator"])]
        top, bottom = effects(*four, per)
        figures |= {"change_points": top + bottom, "numerator_points": top, "denominator_points": bottom}
        words = f"{base['period']}からの{change_words(*four, per)}"
    found = [*notes, *odd(observations), *about(table, record)]
    between = [
        n for n in found if n.kind in COUNTED_ANEW and base is not None and n.value > _first(base["period"], yearly)
    ]
    if between:
        words += f"ただし、{between[-1].ja}"
    change = ""
    if base is not None:
        total, parts = add_up(
            figures["change_points"], (figures["numerator_points"], figures["denominator_points"]), per
        )
        plain = [text.removesuffix("ポイント") for text in (total, *parts)]
        change = f", {plain[0]} from {base['period']} (numerator {plain[1]}, denominator {plain[2]})"
    partly = [f"12 か月そろわない年度 {len(table) - len(whole)}"] if len(table) > len(whole) else []
    return Indicator(
        table,
        figures["rate"],
        _said(record, last, per) + words,
        f"{record['name']}: {figures['rate']:.2f} per {per} in {last['period']} (target {figures['target']:g})"
        f"{change}.",
        used={"時期": len(table)},
        left_out=(*left_out, *partly),
        figures=figures,
        assumptions=(
            "率が動いた理由は、この表だけでは分かりません。",
            "区間は、対象が互いに無関係とみた偶然の幅です。",
        ),
        definition=record,
        observations=observations,
        notes=tuple(found),
    )


def _interval(n: float, d: float, per: float, confidence: float) -> tuple[float, float]:
    from dataacademy.stats.shares import share_interval

    if per == 100:
        return tuple(100 * v for v in share_interval(n / d, d, confidence=confidence))
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    lower = chi2.ppf(tail, 2 * n) / 2 if n > 0 else 0.0
    return per * lower / d, per * chi2.isf(tail, 2 * n + 2) / 2 / d


def _base(whole: pd.DataFrame, wanted: str | None) -> pd.Series | None:
    """The period that the last one is compared with."""
    if wanted is not None:
        check_choice("基準の時期", wanted, whole["period"].tolist()[:-1], en="Base")
        return whole[whole["period"] == wanted].iloc[0]
    if len(whole) < 2:
        return None
    last = whole["period"].iloc[-1]
    year_before = f"{int(last[:4]) - 1}{last[4:]}"
    same = whole[whole["period"] == year_before]
    return same.iloc[0] if len(same) else whole.iloc[-2]


def _first(period: str, yearly: bool) -> str:
    """The first period of the base, as the observations write it."""
    return f"{period[:4]}-04" if yearly else period


def _said(record: dict, last: pd.Series, per: float) -> str:
    unit = "%" if per == 100 else f"（{per:,}あたり）"
    owner = f"（担当：{record['owner']}）" if record["owner"] else ""
    span = ""
    if last["small"]:
        span = f"、数が少ないので {last['lower']:.1f}〜{last['upper']:.1f}{unit} の幅をもって見ます"
    goal = "です"
    if not np.isnan(last["target"]):
        done = "届いています" if last["reached"] else "届いていません"
        goal = f"で、目標の {last['target']:g}{unit}{BETTER[record['better']]}に{done}"
    return (
        (
            f"「{record['name']}」{owner}は、{last['period']}は {last['rate']:.2f}{unit}"
            f"（{last['denominator']:,.0f} のうち {last['numerator']:,.0f}{span}）{goal}。"
        )
        .replace("で。", "です。")
        .replace("）で、目標", "）で、目標")
    )


def _plain(value):
    """A number or a text that YAML and JSON know; whole numbers without a decimal point."""
    if isinstance(value, (float, np.floating)):
        return int(value) if float(value).is_integer() else float(value)
    return value.item() if isinstance(value, np.generic) else value
