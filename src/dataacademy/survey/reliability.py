"""Do several questions measure one thing?  Cronbach's alpha, item by item, with a warning of reversed items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, weights_of
from dataacademy.survey.answers import codebook_of, encode


def cronbach_alpha(
    data,
    *,
    items: Sequence[str],
    reverse: Sequence[str] = (),
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
) -> Analysis:
    """Cronbach's α of several questions on one scale, with what each of them contributes.

    items
        Columns (numbers, or codes with a codebook, without わからない and 無回答); people with all answers are used.
    reverse
        Items worded the other way round: turned to lowest + highest − answer before anything else (the ends of the
        scale from the codebook, else those found among all items).

    Table, one row an item: ``item, wording, reversed, mean, sd, correlation_with_rest`` (r.drop: with the sum of the
    others), ``alpha_if_dropped, std_alpha_if_dropped``, ``looks_reversed``.  Figures: ``raw_alpha, standardized_alpha,
    lambda6, mean_correlation, lower, upper`` (Feldt), ``n``.  Value: α = k/(k−1)·(1 − Σs²ᵢ/s²ₜ).
    A negative ``correlation_with_rest`` warns that an item is reversed: name it in ``reverse``, do not drop it blindly.

    Errors: ``too_few_items``, ``no_spread`` (an item that everybody answers alike), ``no_complete_rows``.
    Checked against R ``psych::alpha`` (attitude; the sample town's trust items), 10 digits.
    When not to use: to show that a scale measures what it says; α grows with the number of items.

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> items = [f"q3_{k}" for k in range(1, 6)]
    >>> finding = cronbach_alpha(survey[survey["returned"]], items=items, codebook=book)
    >>> finding.value < 0.5, finding.table.loc[finding.table["looks_reversed"], "item"].tolist()
    (True, ['q3_3'])
    >>> cronbach_alpha(survey[survey["returned"]], items=items, reverse=["q3_3"], codebook=book).value > 0.7
    True
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_table(data)
    check_columns(data, [*items, *reverse], table="渡した表")
    book = codebook_of(codebook)
    asked = [encode(data, c, book) for c in items]
    _check(asked, items, reverse)
    values = np.column_stack([a.score() for a in asked])
    low = np.nanmin([np.nanmin(a.scores) for a in asked])
    high = np.nanmax([np.nanmax(a.scores) for a in asked])
    turned = np.array([c in reverse for c in items])
    values[:, turned] = low + high - values[:, turned]
    complete = ~np.isnan(values).any(axis=1)
    if complete.sum() < 3:
        raise DataAcademyError(
            "no_complete_rows",
            f"全部の項目に答えた人が {int(complete.sum())} 人しかいません。",
            f"Only {int(complete.sum())} people answered all items.",
            fix="答えの少ない項目を除くか、コード表の「欠損」を確かめてください。",
            fix_en="Leave out items with few answers, or check the missing codes.",
        )
    x = values[complete]
    w = weights_of(data, weights)[complete] if weights else np.ones(len(x))
    cov = np.cov(x, rowvar=False, aweights=w)
    for name, variance in zip(items, np.diag(cov), strict=True):
        if variance <= 0:
            raise DataAcademyError(
                "no_spread",
                f"項目「{name}」は全員が同じ答えなので、αを計算できません。",
                f"Item {name!r} has the same answer from everybody.",
                fix="その項目を除いてください。",
                fix_en="Leave that item out.",
                column=str(name),
            )
    figures, table = _analysis(cov), _items(x, w, cov)
    table.insert(0, "item", list(items))
    table.insert(1, "wording", [a.label for a in asked])
    table.insert(2, "reversed", turned)
    figures |= _feldt(figures["raw_alpha"], len(x), len(items), confidence) | {"n": len(x)}
    suspects = table.loc[table["looks_reversed"], "item"].tolist()
    warning = (
        f"「{'」「'.join(suspects)}」は、ほかの項目と逆の向きです。向きを確かめ、逆なら reverse={suspects} "
        "を指定してください。"
        if suspects
        else ""
    )
    alpha = figures["raw_alpha"]
    return Analysis(
        table,
        alpha,
        f"{len(items)}項目の信頼性係数（クロンバックのα）は {alpha:.2f}（{confidence:.0%}信頼区間 "
        f"{figures['lower']:.2f}〜"
        f"{figures['upper']:.2f}、{len(x):,}人）です。{warning}",
        f"Cronbach's alpha of {len(items)} items: {alpha:.3f} ({figures['lower']:.3f}–{figures['upper']:.3f}, "
        f"n = {len(x):,})." + (f" Looks reversed: {', '.join(suspects)}." if suspects else ""),
        used={"回答": len(x)},
        left_out=(f"どれかの項目に答えていない {int((~complete).sum()):,} 人",) if not complete.all() else (),
        figures=figures,
        assumptions=((warning,) if warning else ()) + ("αが高くても、測りたいものを測れているとはかぎりません。",),
    )


def _analysis(cov: np.ndarray) -> dict[str, float]:
    k, sd = len(cov), np.sqrt(np.diag(cov))
    r = cov / np.outer(sd, sd)
    mean_r = (r.sum() - k) / (k * (k - 1))
    smc = 1 - 1 / np.diag(np.linalg.pinv(r))
    return {
        "raw_alpha": _alpha(cov),
        "standardized_alpha": float(k * mean_r / (1 + (k - 1) * mean_r)),
        "lambda6": float(1 - (k - smc.sum()) / r.sum()),
        "mean_correlation": float(mean_r),
    }


def _alpha(cov: np.ndarray) -> float:
    k = len(cov)
    return float(k / (k - 1) * (1 - np.trace(cov) / cov.sum()))


def _items(x: np.ndarray, w: np.ndarray, cov: np.ndarray) -> pd.DataFrame:
    k = cov.shape[0]
    sd = np.sqrt(np.diag(cov))
    r = cov / np.outer(sd, sd)
    rest = cov.sum(axis=1) - np.diag(cov)  # covariance with the sum of the others
    rest_variance = cov.sum() - 2 * cov.sum(axis=1) + np.diag(cov)
    with_rest = rest / (sd * np.sqrt(rest_variance))
    others = [np.delete(np.arange(k), i) for i in range(k)]
    dropped = [_alpha(cov[np.ix_(o, o)]) if k > 2 else np.nan for o in others]
    standard = [_alpha(r[np.ix_(o, o)]) if k > 2 else np.nan for o in others]
    return pd.DataFrame(
        {
            "mean": np.average(x, axis=0, weights=w),
            "sd": sd,
            "correlation_with_rest": with_rest,
            "alpha_if_dropped": dropped,
            "std_alpha_if_dropped": standard,
            "looks_reversed": with_rest < 0,
        }
    )


def _feldt(alpha: float, n: int, k: int, confidence: float) -> dict[str, float]:
    """Limits of α (Feldt 1965): (1 − α)·F with n − 1 and (n − 1)(k − 1) degrees of freedom."""
    from scipy.special import fdtri

    tail, df1, df2 = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    return {
        "lower": float(1 - (1 - alpha) * fdtri(df1, df2, 1 - tail)),
        "upper": float(1 - (1 - alpha) * fdtri(df1, df2, tail)),
    }


def _check(asked, items: Sequence[str], reverse: Sequence[str]) -> None:
    if len(set(items)) < 2 or len(set(items)) < len(items):
        raise DataAcademyError(
            "too_few_items",
            "αには、たがいにちがう二つ以上の項目が要ります。",
            "Alpha needs two or more different items.",
            fix="同じことをたずねた項目を、二つ以上並べてください。",
            fix_en="List two or more items that ask about the same thing.",
        )
    strange = [c for c in reverse if c not in items]
    if strange:
        raise DataAcademyError(
            "unknown_item",
            f"reverse の「{strange[0]}」は items にありません。",
            f"{strange[0]!r} of reverse is not among the items.",
            fix="items にある列の名前を書いてください。",
            fix_en="Name a column of items.",
        )
    for a in asked:
        numeric = all(w.replace(".", "", 1).lstrip("-").isdigit() for w in a.words)
        if not numeric and np.array_equal(a.scores[a.on_scale], np.arange(1, len(a.on_scale) + 1)):
            continue  # words in order, scored 1, 2, …
        if np.isnan(a.scores[a.on_scale]).any() or not len(a.on_scale):
            raise DataAcademyError(
                "nobody_answered",
                f"項目「{a.column}」に使える答えがありません。",
                f"Item {a.column!r} has no usable answer.",
                fix="コード表の「欠損」を確かめてください。",
                fix_en="Check the codebook's missing codes.",
            )
