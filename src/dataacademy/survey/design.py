"""How the people who answered were chosen: strata, clusters, weights, and what that does to the error."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_table, floats, weights_of
from dataacademy.survey import estimates
from dataacademy.survey.tally import Counter

LONELY = ("error", "adjust", "certainty")
MAX_CLASSES = 4096


class Design:
    """A sample and how it was drawn.  Every function of ``da.survey`` takes one in place of a table.

    data
        Table, one row a respondent (people who did not answer are not in it).
    strata, cluster, weights
        Names of columns: 層; 集落・世帯・会員など一緒に選ばれた人のまとまり (numbered within each stratum); how many
        people each respondent stands for.
    fpc
        Column with the number of units (people, or clusters) in the population of the stratum, or the share that was
        sampled (at most 1): finite population correction.  Left out: as if drawn from a very large population.
    lonely
        A stratum with one unit: ``error``, ``adjust`` (its distance from the overall mean) or ``certainty`` (no error).

    Methods ``total``, ``mean``, ``ratio``, ``proportion``, ``quantile``, each with ``by=`` for domains, and
    :meth:`where` for one domain.  Variances by Taylor linearisation with first-stage units:
    V = Σ_h (1 − f_h) · n_h/(n_h − 1) · Σ_i (z_hi − z̄_h)²; t with (units − strata) degrees of freedom.

    Errors: ``unknown_column``, ``missing_strata``, ``lonely_unit``, ``fpc_differs``, ``fpc_too_small``, and
    ``missing_weights``, ``negative_weights``, ``zero_weights``.
    Checked against R ``survey`` 4.1 (tests/oracles/survey.R), 10 digits.
    When not to use: for a sample that chose itself (open web form): weights do not tell why people answered.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> design = Design(survey[survey["returned"]], strata="stratum", weights="weight", fpc="population")
    >>> design.n_strata, bool(design.kish > 1)
    (12, True)
    >>> 50 < 100 * design.proportion(value="q10", equals=1, among=[1, 2]).value < 60
    True
    """

    def __init__(self, data, *, strata=None, cluster=None, weights=None, fpc=None, lonely: str = "error"):
        check_table(data)
        check_choice("層に一つしかないときの扱い（lonely）", lonely, LONELY, en="lonely")
        check_columns(data, [c for c in (strata, cluster, weights, fpc) if c], table="渡した表")
        self.data = data
        self.weighted = weights is not None
        self.weights = weights_of(data, weights) if weights else np.ones(len(data))
        self.strata, self.stratum_names = _codes(data, strata, "層")
        self.n_strata = len(self.stratum_names)
        self.units = _units(data, cluster, self.strata)
        self._domain: np.ndarray | None = None
        n_units = self.n_units = len(data) if self.units is None else int(self.units.max()) + 1
        self.stratum_of_unit = self.strata if self.units is None else _first(self.units, self.strata, n_units)
        self.units_in = np.bincount(self.stratum_of_unit, minlength=self.n_strata)
        self.sampled = _sampling_fraction(self, data, fpc) if fpc else np.zeros(self.n_strata)
        alone = self.units_in == 1
        if self.n_units == 1 or (alone.any() and lonely == "error"):
            raise _lonely(self, int(alone.argmax()), strata)
        # weight of a stratum's sum of squares, and of the square of its sum (what centring takes off)
        with np.errstate(divide="ignore"):
            spread = (1 - self.sampled) * np.where(alone, 0.0, self.units_in / np.maximum(self.units_in - 1, 1))
        self.square = np.where(alone & (lonely == "adjust"), 1 - self.sampled, spread)
        self.centre = np.where(alone, 0.0, spread / self.units_in)

    def __repr__(self) -> str:
        parts = [f"{len(self.data):,} respondents"] + ([f"{self.n_strata} strata"] if self.n_strata > 1 else [])
        if self.units is not None:
            parts.append(f"{self.n_units:,} clusters")
        if self.weighted:
            low, high = self.weights.min(), self.weights.max()
            parts.append(f"weights {low:.0f}–{high:.0f}, design effect of the weights {self.kish:.2f}")
        return f"Design({', '.join(parts)})"

    @property
    def df(self) -> int:
        """Degrees of freedom: first-stage units minus strata."""
        return self.n_units - self.n_strata

    @property
    def kish(self) -> float:
        """Kish's design effect of unequal weights: n·Σw² / (Σw)²."""
        w = self.weights
        return float(len(w) * np.dot(w, w) / w.sum() ** 2)

    @property
    def domain(self) -> np.ndarray:
        """Who is in the domain (bool, one a row); everybody unless :meth:`where` was used."""
        return np.ones(len(self.data), bool) if self._domain is None else self._domain

    def where(self, chosen) -> Design:
        """The same design for a part of the people: ``design.where(data["age"] >= 65)``.

        The others stay in the design, as they must (they count in the variance): dropping rows makes it too small.
        """
        values = np.asarray(pd.Series(chosen).astype("boolean").fillna(False), dtype=bool)
        if len(values) != len(self.data):
            raise DataAcademyError(
                "wrong_length",
                f"条件は {len(values):,} 行分、表は {len(self.data):,} 行です。",
                f"The condition has {len(values)} rows, the table {len(self.data)}.",
                fix="同じ表の列から条件を作ってください。",
                fix_en="Make the condition from columns of the same table.",
            )
        if not (values & self.domain).any():
            raise DataAcademyError(
                "empty_group",
                "条件に当てはまる人が一人もいません。",
                "Nobody meets the condition.",
                fix="条件の書き方（文字と数、全角と半角）を確かめてください。",
                fix_en="Check how the condition is written.",
            )
        part = object.__new__(Design)
        part.__dict__.update(self.__dict__)
        part._domain = values & self.domain
        return part

    def covariance(self, parts: np.ndarray) -> np.ndarray:
        """Covariance of column sums of ``parts`` (rows × k: weighted contributions of each respondent)."""
        sums = parts if self.units is None else _sums(self.units, parts, self.n_units)
        centred = (
            sums - (_sums(self.stratum_of_unit, sums, self.n_strata) / self.units_in[:, None])[self.stratum_of_unit]
        )
        if (self.units_in == 1).any():
            alone = (self.units_in == 1)[self.stratum_of_unit]
            centred[alone] = sums[alone]
        return centred.T @ (centred * self.square[self.stratum_of_unit][:, None])

    @cached_property
    def classes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Respondents of one stratum with one weight form a class: class of each row, stratum and weight of each class.

        Counting classes once gives n, Σw and Σw² of every cell.  None if the weights are too many for that.
        """
        if self.units is not None:
            return None
        if len(np.unique(self.weights[:: max(1, len(self.weights) // 20_000)])) > MAX_CLASSES:
            return None
        place, found = pd.factorize(self.weights)
        if len(found) * self.n_strata > 2**20:
            return None
        if self.n_strata == 1 and len(found) <= MAX_CLASSES:
            return place, np.zeros(len(found), dtype=np.int64), found
        joint = self.strata * len(found) + place
        there = np.flatnonzero(np.bincount(joint, minlength=self.n_strata * len(found)))
        if len(there) > MAX_CLASSES:
            return None
        number = np.empty(self.n_strata * len(found), dtype=np.int64)
        number[there] = np.arange(len(there))
        return number[joint], there // len(found), found[there % len(found)]

    def counter(self, groups: np.ndarray | None = None, n_groups: int = 1, width: int = 1) -> Counter:
        """Counts the answers of one question after the other, for all groups at once (see :class:`Counter`)."""
        return Counter(self, groups, n_groups, width)

    def total(self, **options):
        """Estimated total of a number in the population: see :func:`dataacademy.survey.estimates.total`."""
        return estimates.total(self, **options)

    def mean(self, **options):
        """Estimated mean: see :func:`dataacademy.survey.estimates.mean`."""
        return estimates.mean(self, **options)

    def ratio(self, **options):
        """Ratio of two totals: see :func:`dataacademy.survey.estimates.ratio`."""
        return estimates.ratio(self, **options)

    def proportion(self, **options):
        """Share to whom something applies: see :func:`dataacademy.survey.estimates.proportion`."""
        return estimates.proportion(self, **options)

    def quantile(self, **options):
        """Quantiles, the median unless asked otherwise: see :func:`dataacademy.survey.estimates.quantile`."""
        return estimates.quantile(self, **options)


def as_design(data, weights: str | None = None) -> Design:
    """The Design handed over, or that of a table drawn without strata and clusters."""
    if not isinstance(data, Design):
        return Design(data, weights=weights)
    if weights is not None:
        raise DataAcademyError(
            "two_weights",
            "Design（設計）に重みがあるので、weights= は要りません。",
            "The Design has its weights; leave out weights=.",
            fix="別の重みを使うなら、Design を作り直してください。",
            fix_en="Make another Design for other weights.",
        )
    return data


def _codes(data: pd.DataFrame, column: str | None, what: str) -> tuple[np.ndarray, list]:
    if column is None:
        return np.zeros(len(data), dtype=np.int64), [""]
    codes, names = pd.factorize(data[column], sort=True)
    if (codes < 0).any():
        raise DataAcademyError(
            "missing_strata",
            f"{what}の列「{column}」が空欄の行が {int((codes < 0).sum()):,} 行あります"
            f"（最初は {int((codes < 0).argmax()) + 1} 行目）。",
            f"{column!r} is empty in {int((codes < 0).sum())} rows.",
            fix=f"{what}は標本を選んだときの区分です。名簿から入れてください。",
            fix_en="Fill it in from the list that the sample was drawn from.",
            column=str(column),
        )
    return codes.astype(np.int64), list(names)


def _units(data: pd.DataFrame, cluster: str | None, strata: np.ndarray) -> np.ndarray | None:
    """Clusters numbered within strata; None where every respondent was drawn alone."""
    if cluster is None:
        return None
    codes, names = _codes(data, cluster, "まとまり（cluster）")
    return pd.factorize(strata * len(names) + codes)[0]


def _first(keys: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    out = np.empty(count, dtype=values.dtype)
    out[keys] = values
    return out


def _sums(keys: np.ndarray, parts: np.ndarray, count: int) -> np.ndarray:
    return np.column_stack([np.bincount(keys, column, minlength=count) for column in parts.T])


def _sampling_fraction(design: Design, data: pd.DataFrame, fpc: str) -> np.ndarray:
    values = floats(data[fpc], fpc)
    size = _first(design.strata, values, design.n_strata)
    if not (values == size[design.strata]).all():
        row = int((values != size[design.strata]).argmax())
        name = design.stratum_names[design.strata[row]]
        raise DataAcademyError(
            "fpc_differs",
            f"母集団の数（fpc）の列「{fpc}」の値が、層「{name}」の中でちがっています（空欄を含む）。",
            f"fpc {fpc!r} differs (or is empty) within stratum {name!r}.",
            fix="層の全部の行に、その層の母集団の数を入れてください。",
            fix_en="Every row of a stratum needs the size of that stratum.",
            column=str(fpc),
        )
    share = np.where(size <= 1, size, design.units_in / np.where(size > 1, size, np.nan))
    bad = ~((share > 0) & (share <= 1))
    if bad.any():
        h = int(bad.argmax())
        raise DataAcademyError(
            "fpc_too_small",
            f"層「{design.stratum_names[h]}」の母集団の数 {size[h]:g} は、回答の数 {design.units_in[h]:,} "
            "より小さいです。",
            f"Stratum {design.stratum_names[h]!r}: fpc {size[h]:g} is below the sample of {design.units_in[h]}.",
            fix="fpc には、その層の母集団の人数（cluster があればまとまりの数）か、抽出した割合（"
            "1以下）を入れてください。",
            fix_en="fpc is the number of units in the stratum's population, or the sampled share (at most 1).",
            column=str(fpc),
        )
    return share


def _lonely(design: Design, h: int, strata: str | None) -> DataAcademyError:
    where = f"層「{design.stratum_names[h]}」" if strata else "この標本"
    unit = "人" if design.units is None else "つのまとまり"
    return DataAcademyError(
        "lonely_unit",
        f"{where}には 1 {unit}しかいないので、ばらつきを計算できません。",
        f"Stratum {design.stratum_names[h]!r} has a single unit; its variance cannot be estimated.",
        fix='近い層とまとめてください。まとめられないときは lonely="adjust"（全体の平均からの離れぐあいを使う）です。',
        fix_en='Join it with a similar stratum, or use lonely="adjust" (distance from the overall mean).',
    )
