"""Two classifications: do they go together, in which cells, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, p_words, verdict
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import Rows, check_between, floats, levels, prepare
from dataacademy.labels import label_of

SMALL = 5  # Cochran: expected numbers below 5 in at most a fifth of the cells, none below 1


def chi2(
    data: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    count: str | None = None,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Analysis:
    """Whether ``rows`` and ``columns`` go together: χ² test, with what each cell has more or less than expected.

    count
        Column of numbers of people, where the table is already counted (one row a cell); else one row a person.
    weights
        Rao–Scott test: Pearson's statistic over the design effects, F with two fractional degrees of freedom.

    Table, one row a cell: ``row, column, observed`` (weighted n with weights, scaled to the number of people),
    ``expected, row_percent, adjusted_residual`` (standard normal where nothing goes together) and ``direction``
    (多い / 少ない / empty where within chance).  Figures: ``statistic, df, p_value, cramers_v, small_percent`` (cells
    whose expected number is below 5), ``fisher_p`` for small 2×2 tables; with weights ``statistic`` is F, with
    ``df1, df2, design_effect``.
    Value: Cramér's V = √(X²/(n·min(r−1, c−1))).

    Errors: ``one_category``, ``empty_group``, ``too_many_levels``, ``bad_counts``, ``weights_on_counts``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against Agresti's party × gender table, R ``chisq.test`` (no continuity correction), ``prop.test``
    (smokers), ``fisher.test`` and ``survey::svychisq``.
    When not to use: multiple answers (one person in several columns), or the same people before and after
    (:func:`mcnemar`).

    >>> votes = pd.DataFrame({"性別": ["女"] * 3 + ["男"] * 3, "支持": ["A", "B", "C"] * 2,
    ...                       "人数": [762, 327, 468, 484, 239, 477]})
    >>> finding = chi2(votes, rows="性別", columns="支持", count="人数")
    >>> round(finding.figures["statistic"], 4), finding.table["adjusted_residual"].round(2).tolist()[:3]
    (30.0701, [4.5, 0.7, -5.32])
    >>> import dataacademy as da
    >>> residents = da.load("residents").assign(band=lambda d: d["birth_date"].str[:3] + "0年代")
    >>> chi2(residents, rows="band", columns="sex").value < 0.2
    True
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    used = _people(data, rows, columns, count, weights)
    r, c = (levels(used.frame[name], name) for name in (rows, columns))
    observed = _cells(used, rows, columns, r, c)
    if (observed.sum(axis=1) == 0).any() or (observed.sum(axis=0) == 0).any():
        side, names = (rows, r) if (observed.sum(axis=1) == 0).any() else (columns, c)
        empty = names[int((observed.sum(axis=int(side == rows)) == 0).argmax())]
        raise DataAcademyError(
            "empty_group",
            f"列「{side}」の「{empty}」は 0 人なので、検定できません。",
            f"Group {empty!r} of {side!r} has nobody.",
            fix="その区分を除くか、近い区分とまとめてください。",
            fix_en="Leave the group out, or join it with a similar one.",
        )
    if weights:
        observed *= len(used.frame) / observed.sum()
    n = observed.sum()
    down, across = observed.sum(axis=1) / n, observed.sum(axis=0) / n
    expected = n * np.outer(down, across)
    pearson = ((observed - expected) ** 2 / expected).sum()
    residual = (observed - expected) / np.sqrt(expected * np.outer(1 - down, 1 - across))
    figures = _rao_scott(observed, pearson, used, rows, columns, r, c) if weights else _pearson(observed, pearson)
    v = float(np.sqrt(pearson / (n * (min(observed.shape) - 1))))
    small = float((expected < SMALL).mean())
    figures |= {"cramers_v": v, "small_percent": 100 * small}
    weak = small > 0.2 or expected.min() < 1
    if weak and observed.shape == (2, 2) and not weights:
        from scipy.stats import fisher_exact

        figures["fisher_p"] = float(fisher_exact(observed).pvalue)
    limit = _limit(confidence)
    table = pd.DataFrame(
        {"row": r[i], "column": c[j], "observed": observed[i, j], "expected": expected[i, j]}
        | {"row_percent": 100 * observed[i, j] / observed[i].sum(), "adjusted_residual": residual[i, j]}
        | {"direction": "" if abs(residual[i, j]) < limit else "多い" if residual[i, j] > 0 else "少ない"}
        for i in range(len(r))
        for j in range(len(c))
    )
    most = table.loc[table["adjusted_residual"].idxmax()]
    p = figures["p_value"]
    warning = _warning(figures, weak, int((expected < SMALL).sum()), expected.size)
    ja = f"「{label_of(rows)}」と「{label_of(columns)}」の関連は、{verdict(p, confidence, '関連')}。"
    ja += f"強さ（クラメールのV）は {v:.2f}。"
    if p < 1 - confidence:
        ja += f"期待より最も多いのは「{most['row']}」の「{most['column']}」（{most['row_percent']:.1f}%）です。"
    return Analysis(
        table,
        v,
        ja + warning,
        f"{rows} and {columns}: statistic {number(figures['statistic'])}, {p_words(p)}, Cramér's V {v:.2f}."
        + (" Expected numbers are small: do not rely on the p-value." if weak else ""),
        used=used.used | ({"人": int(n)} if count else {}),
        left_out=used.left_out,
        figures=figures,
        assumptions=((warning,) if warning else ()) + ("一人が一つのますにだけ入っていることが前提です。",),
    )


def mcnemar(data: pd.DataFrame, *, before: str, after: str, count: str | None = None, exact: bool = False) -> Analysis:
    """Whether the same people's yes/no answer changed: McNemar's test on those who changed their mind.

    ``before`` and ``after`` are columns with the same two values; ``count`` the number of people, where the table is
    already counted.  ``exact=True`` uses the binomial distribution (for fewer than 25 changes).
    Table, one row a cell: ``before, after, count``.  Figures: ``statistic`` (with continuity correction), ``df,
    p_value``.  Value: change of the share of the second value (in order), after − before, as a number −1…1.

    (|b − c| − 1)² / (b + c).  Errors: more or fewer than two values, nobody changed (``no_change``), those of
    :func:`~dataacademy.inputs.prepare`.  Checked against R ``mcnemar.test`` (approval ratings).
    When not to use: for different people before and after (:func:`chi2`); a change is not yet an effect.

    >>> ratings = pd.DataFrame({"前": ["支持", "支持", "不支持", "不支持"], "後": ["支持", "不支持"] * 2,
    ...                         "人数": [794, 150, 86, 570]})
    >>> finding = mcnemar(ratings, before="前", after="後", count="人数")
    >>> round(finding.figures["statistic"], 4), round(finding.value, 3)
    (16.8178, -0.04)
    """
    used = _people(data, before, after, count, None)
    found = levels(pd.concat([used.frame[before], used.frame[after]], ignore_index=True), f"{before}・{after}")
    if len(found) != 2:
        raise DataAcademyError(
            "not_two_values",
            f"「{before}」と「{after}」の値は二つでなければなりません（いまは {len(found)} 種類）。",
            f"{before!r} and {after!r} must have two values, not {len(found)}.",
            fix="「はい」と「いいえ」のように、二つにまとめてから使ってください。",
            fix_en="Put the values together into two first.",
        )
    cells = _cells(used, before, after, found, found)
    b, c = cells[0, 1], cells[1, 0]
    if b + c == 0:
        raise DataAcademyError(
            "no_change",
            "前と後で答えが変わった人が一人もいないので、検定できません。",
            "Nobody changed the answer.",
            fix="前の列と後の列が同じ列ではないか、確かめてください。",
            fix_en="Are the two columns the same?",
        )
    from scipy.stats import binomtest
    from scipy.stats import chi2 as chi2_distribution

    statistic = (max(abs(b - c) - 1, 0)) ** 2 / (b + c)
    p = binomtest(int(min(b, c)), int(b + c)).pvalue if exact else chi2_distribution.sf(statistic, 1)
    change = (b - c) / cells.sum()
    return Analysis(
        pd.DataFrame(
            {"before": found[i], "after": found[j], "count": int(cells[i, j])} for i in range(2) for j in range(2)
        ),
        float(change),
        f"「{found[1]}」の割合は {100 * change:+.1f} ポイント変わりました（「{found[0]}」から「{found[1]}」"
        f"へ {int(b):,} 人、"
        f"逆が {int(c):,} 人）。{verdict(p, 0.95, '変化')}。",
        f"Share of {found[1]} changed by {100 * change:+.1f} points ({int(b)} to, {int(c)} from), {p_words(p)}.",
        used=used.used | {"人": int(cells.sum())},
        left_out=used.left_out,
        figures={"statistic": float(statistic), "df": 1, "p_value": float(p)},
        assumptions=("同じ人の前と後を比べています。変化の原因までは分かりません。",),
    )


def _limit(confidence: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + confidence) / 2))


def _people(data, rows: str, columns: str, count: str | None, weights: str | None) -> Rows:
    """Rows of the two classifications; counts of an already counted table stand in ``weights``."""
    if count and weights:
        raise DataAcademyError(
            "weights_on_counts",
            "すでに数えた表（count=）には、重み（weights=）をかけられません。",
            "Weights cannot be used on counts.",
            fix="一人一行の表を使うか、重みつきの人数を count に入れないでください。",
            fix_en="Use a table with one row a person.",
        )
    used = prepare(data, numbers=[count] if count else [], categories=[rows, columns], weights=weights)
    if not count:
        return used
    numbers = floats(used.frame[count], count)
    if (numbers < 0).any() or (numbers != np.round(numbers)).any() or numbers.sum() == 0:
        raise DataAcademyError(
            "bad_counts",
            f"列「{count}」は人数（0 以上の整数）でなければなりません。",
            f"{count!r} must hold whole numbers of people, not below zero.",
            fix="割合（%）の列を選んでいないか、確かめてください。検定には人数が要ります。",
            fix_en="Is it a column of percentages? The test needs numbers of people.",
        )
    return Rows(used.frame, numbers, False, used.left_out)


def _cells(used: Rows, rows: str, columns: str, r: list, c: list) -> np.ndarray:
    return np.bincount(_place(used, rows, columns, r, c), used.weights, len(r) * len(c)).reshape(len(r), len(c))


def _place(used: Rows, rows: str, columns: str, r: list, c: list) -> np.ndarray:
    """The cell of each row of the table, counted along the rows."""
    return pd.Index(r).get_indexer(used.frame[rows]) * len(c) + pd.Index(c).get_indexer(used.frame[columns])


def _pearson(observed: np.ndarray, pearson: float) -> dict[str, float]:
    from scipy.stats import chi2 as chi2_distribution

    df = (observed.shape[0] - 1) * (observed.shape[1] - 1)
    return {"statistic": float(pearson), "df": df, "p_value": float(chi2_distribution.sf(pearson, df))}


def _rao_scott(observed, pearson: float, used: Rows, rows: str, columns: str, r: list, c: list) -> dict[str, float]:
    """Rao–Scott's second-order test (Rao & Scott 1984; R's ``svychisq(statistic = "F")``) for unequal weights."""
    from scipy.stats import f

    n, cells = len(used.frame), observed.size
    place = _place(used, rows, columns, r, c)
    share = observed.ravel() / observed.sum()
    squares = np.bincount(place, (used.weights / used.weights.sum()) ** 2, minlength=cells)
    cross = np.outer(squares, share)
    covariance = n / (n - 1) * (np.diag(squares) - cross - cross.T + squares.sum() * np.outer(share, share))
    # contrasts of the interaction, freed from the main effects
    i, j = np.divmod(np.arange(cells), len(c))
    main = np.column_stack([np.ones(cells), np.eye(len(r))[i][:, 1:], np.eye(len(c))[j][:, 1:]])
    both = np.column_stack([(i == a) & (j == b) for a in range(1, len(r)) for b in range(1, len(c))]).astype(float)
    contrast = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.diag(np.divide(1, share, out=np.zeros(cells), where=share > 0))
    simple = contrast.T @ (inverse / n) @ contrast
    effects = np.linalg.solve(simple, contrast.T @ inverse @ covariance @ inverse @ contrast)
    trace = np.trace(effects)
    df1 = trace**2 / np.trace(effects @ effects)
    df2 = df1 * (n - 1)
    statistic = pearson / trace
    figures = {"statistic": float(statistic), "df1": float(df1), "df2": float(df2)}
    return figures | {"p_value": float(f.sf(statistic, df1, df2)), "design_effect": float(trace / len(effects))}


def _warning(figures: dict, weak: bool, small: int, cells: int) -> str:
    if not weak:
        return ""
    way = (
        f"正確な検定（フィッシャー）では {p_words(figures['fisher_p'])} です。"
        if "fisher_p" in figures
        else "区分をまとめるか、数を増やしてから判断してください。"
    )
    return f"期待される数が 5 より小さいますが {cells} のうち {small} あり、この検定はあてになりません。{way}"
