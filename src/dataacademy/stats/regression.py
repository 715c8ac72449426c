"""Regression with errors that do not flatter, and a table that says in words what each number means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, p_words, verdict
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between
from dataacademy.labels import label_of
from dataacademy.stats.design import Design, design

ERRORS = {
    "ols": {
        "HC3": "不均一なばらつきに強い標準誤差（HC3）",
        "HC1": "不均一なばらつきに強い標準誤差（HC1）",
        "classic": "ばらつきが一様と仮定した標準誤差",
        "cluster": "まとまり（クラスター）ごとの標準誤差",
        "hac": "時間のつながりに強い標準誤差（ニューウィ・ウェスト）",
    },
}
ERRORS["logit"] = {name: words for name, words in ERRORS["ols"].items() if name != "HC3"}
FEW_CLUSTERS = 20  # below this, cluster errors are known to be too small (Cameron & Miller 2015)


def regress(
    data: pd.DataFrame,
    *,
    y: str,
    x: Sequence[str] | str,
    kind: str = "ols",
    event=None,
    base: dict | None = None,
    errors: str | None = None,
    cluster: str | None = None,
    time: str | None = None,
    lags: int | None = None,
    weights: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """``y`` explained by ``x``: how much ``y`` changes with each, the others being equal.

    x
        Columns of numbers, yes/no, or categories (each category against the first one, or the one named in ``base``:
        ``{"quarter": "旧市街"}``).
    kind
        ``ols`` (numbers), ``logit`` (yes/no; ``event`` names the value that counts as yes).
    errors
        ``HC3`` (default of ols), ``HC1`` (default of logit), ``classic``, ``cluster`` (name the column with
        ``cluster=``; t with G − 1 degrees of freedom), ``hac`` (Newey–West over ``time=``, with ``lags``, default
        ⌊4(n/100)^(2/9)⌋).
    weights
        People that a row stands for; needs robust errors.

    Table, one row a term (``variable`` 切片 is the intercept): ``variable, level, estimate, se, statistic, p_value,
    lower, upper``; logit adds ``odds_ratio, odds_lower, odds_upper`` and ``effect_points`` (average change of the
    share, percentage points); ``reading`` says it in Japanese.  Value: the estimate of the first x.  Figures: ``n,
    r_squared, residual_sd, f_statistic, f_df1, f_df2, f_p_value`` (classic F), or ``n, pseudo_r_squared`` (McFadden),
    ``log_likelihood``.

    Errors: ``collinear``, ``no_spread``, ``too_few_rows``, ``not_two_values``, ``separation``, ``one_cluster``, missing
    ``cluster``/``time``, ``duplicate`` time, those of :func:`~dataacademy.inputs.prepare`.
    Checked against NIST StRD Norris, R ``lm``/``glm`` with ``sandwich`` (HC1, HC3 on mtcars; vcovCL, NeweyWest,
    weighted) and ``survey::svyglm``.
    When not to use: with fewer than about ten rows (for logit ten yes and ten no) for each term, and to read the
    coefficients as causes.

    >>> import dataacademy as da
    >>> finding = regress(da.load("areas"), y="population", x=["households", "quarter"], base={"quarter": "旧市街"})
    >>> finding.table["variable"].tolist()
    ['切片', 'households', 'quarter', 'quarter', 'quarter']
    >>> finding.table["reading"].iloc[1].split("平均")[0]
    '「世帯数」が 1 増えると、「人口」はほかをそろえて'
    """
    check_choice("種類", kind, list(ERRORS), en="Kind")
    errors = errors or ("cluster" if cluster else "hac" if time else {"ols": "HC3", "logit": "HC1"}[kind])
    check_choice("標準誤差", errors, list(ERRORS[kind]), en="Errors")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    _check_errors(errors, cluster, time, weights)
    x = [x] if isinstance(x, str) else list(x)
    made = design(data, y=y, x=x, kind=kind, event=event, base=base or {}, weights=weights, cluster=cluster, time=time)
    lags = int(4 * (len(made.y) / 100) ** (2 / 9)) if lags is None else lags
    model, covariance, df = (_fit_ols if kind == "ols" else _fit_logit)(made, errors, lags)
    table = _table(made, np.asarray(model.params), np.sqrt(np.diag(covariance)), df, confidence)
    if kind == "logit":
        table["odds_ratio"], table["odds_lower"], table["odds_upper"] = (
            np.exp(table[c]) for c in ("estimate", "lower", "upper")
        )
        table["effect_points"] = _effects(made, table["estimate"].to_numpy())
    table["reading"] = [_reading(row, made, kind, label_of(y), unit, confidence) for _, row in table.iterrows()]
    first = table.iloc[1]
    figures = _figures(model, made, kind)
    fit = (
        f"説明できるのはばらつきの {100 * figures['r_squared']:.0f}%"
        if kind == "ols"
        else f"あてはまり（マクファデン）は {figures['pseudo_r_squared']:.2f}"
    )
    name = first["variable"] + (f" = {first['level']}" if first["level"] else "")
    return Analysis(
        table,
        float(first["estimate"]),
        f"{first['reading']}。{fit}です（{len(made.y):,} 行）。",
        f"{y} on {name}: {number(first['estimate'])} ({confidence:.0%} interval {number(first['lower'])} to "
        f"{number(first['upper'])}, {p_words(first['p_value'])}), {len(made.y)} rows, {errors} errors.",
        used=made.used,
        left_out=made.left_out,
        figures=figures,
        assumptions=_assumptions(errors, kind, made, lags),
    )


def _check_errors(errors: str, cluster, time, weights) -> None:
    for needed, column, ja in (("cluster", cluster, "まとまり（学校・地区など）"), ("hac", time, "時点")):
        if (errors == needed) != (column is not None):
            argument = "cluster" if needed == "cluster" else "time"
            raise DataAcademyError(
                "missing_column" if column is None else "not_applicable",
                f'errors="{errors}" と {argument}={column!r} の組み合わせは使えません。',
                f"errors={errors!r} does not go with {argument}={column!r}.",
                fix=f'{ja}の列を {argument}= に指定し、errors="{needed}" とします。',
                fix_en=f"Name the column with {argument}= and use errors={needed!r}.",
            )
    if weights and errors == "classic":
        raise DataAcademyError(
            "weights_not_possible",
            "重みがあるときは、classic の標準誤差は小さすぎて使えません。",
            "With weights, classic errors are too small.",
            fix="errors を指定しないか、HC1・cluster・hac を選んでください。",
            fix_en="Leave errors out, or choose HC1, cluster or hac.",
        )


def _table(made: Design, estimate: np.ndarray, se: np.ndarray, df: float, confidence: float) -> pd.DataFrame:
    from scipy.stats import t

    reach = t.ppf((1 + confidence) / 2, df) * se
    return pd.DataFrame(made.terms, columns=["variable", "level"]).assign(
        estimate=estimate,
        se=se,
        statistic=estimate / se,
        p_value=2 * t.sf(np.abs(estimate / se), df),
        lower=estimate - reach,
        upper=estimate + reach,
    )


def _fit_ols(made: Design, errors: str, lags: int):
    """The classic fit (statsmodels), the covariance with the asked-for errors, and its degrees of freedom."""
    import statsmodels.api as sm

    way = {
        "classic": {},
        "HC1": {"cov_type": "HC1"},
        "HC3": {"cov_type": "HC3"},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": made.extra}},
        "hac": {"cov_type": "HAC", "cov_kwds": {"maxlags": lags, "use_correction": False}},
    }[errors]
    model = sm.WLS(made.y, made.x, weights=made.weights)
    df = made.extra.max() if errors == "cluster" else len(made.y) - made.x.shape[1]
    return model.fit(), model.fit(**way).cov_params(), df


def _fit_logit(made: Design, errors: str, lags: int):
    """As :func:`_fit_ols`; the sandwich from the scores, because statsmodels leaves weights out of a GLM's."""
    import warnings

    import statsmodels.api as sm
    from statsmodels.stats import sandwich_covariance
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    model = sm.GLM(made.y, made.x, family=sm.families.Binomial(), var_weights=made.weights)
    with warnings.catch_warnings():  # separation is found and said in Japanese below
        for kind in (PerfectSeparationWarning, ConvergenceWarning, RuntimeWarning):
            warnings.simplefilter("ignore", kind)
        fit = model.fit(tol=1e-12)
        bread = np.asarray(fit.cov_params())
    _check_separation(made, bread)
    scores = made.x * (made.weights * (made.y - fit.fittedvalues))[:, None]
    n, k = made.x.shape
    if errors == "classic":
        return fit, bread, np.inf
    if errors == "HC1":
        return fit, bread @ (scores.T @ scores) @ bread * n / (n - k), np.inf
    if errors == "hac":
        return fit, bread @ sandwich_covariance.S_hac_simple(scores, nlags=lags) @ bread, np.inf
    groups = made.extra.max() + 1
    meat = sandwich_covariance.S_crosssection(scores, made.extra)
    return fit, bread @ meat @ bread * groups / (groups - 1) * (n - 1) / (n - k), groups - 1


def _check_separation(made: Design, covariance: np.ndarray) -> None:
    """Raise where a column tells yes from no without exception: its estimate runs away, and its error with it."""
    with np.errstate(invalid="ignore"):
        wide = np.sqrt(np.diag(covariance))[1:] * made.x.std(axis=0)[1:]
    if np.isfinite(wide).all() and wide.max() < 50:
        return
    variable, level = made.terms[int(np.nan_to_num(wide, nan=np.inf).argmax()) + 1]
    what = f"「{variable}」" + (f"の「{level}」" if level else "")
    raise DataAcademyError(
        "separation",
        f"{what}だけで、はい・いいえが完全に分かれてしまうので、係数が決まりません。",
        f"{variable!r} {level!r} separates yes and no completely; the estimate is infinite.",
        fix="はいだけ（いいえだけ）の区分をまとめるか、その列を除いてください。結果そのものを説明に使っていませんか。",
        fix_en="Join groups that are all yes or all no, or leave the column out. Is it the outcome itself?",
    )


def _effects(made: Design, estimate: np.ndarray) -> np.ndarray:
    """Average change of the share of yes, in points: for 0/1 columns from 0 to 1, else for one more unit."""

    def share(eta):
        return 1 / (1 + np.exp(-eta))

    eta = made.x @ estimate
    effects = [np.nan]
    for j in range(1, made.x.shape[1]):
        same = [k for k, (variable, _) in enumerate(made.terms) if variable == made.terms[j][0]]
        without = eta - made.x[:, same] @ estimate[same]  # everybody in the base category (or at 0)
        if set(np.unique(made.x[:, j])) <= {0.0, 1.0}:
            change = share(without + estimate[j]) - share(without)
        else:
            change = share(eta) * (1 - share(eta)) * estimate[j]
        effects.append(100 * np.average(change, weights=made.weights))
    return np.array(effects)


def _reading(row, made: Design, kind: str, y: str, unit: str, confidence: float) -> str:
    if row["variable"] == "切片":
        return "ほかの列がすべて 0（区分は基準）のときの値"
    name = label_of(row["variable"])
    if row["level"]:
        who = f"「{name}」が「{row['level']}」だと、「{made.base[row['variable']]}」とくらべて"
    else:
        who = f"「{name}」が 1 増えると、"
    others = "ほかをそろえて" if _held(made) else ""
    if kind == "ols":
        way = "大きい" if row["level"] else "増える"
        way = way if row["estimate"] > 0 else {"大きい": "小さい", "増える": "減る"}[way]
        what = f"「{y}」は{others}平均 {number(abs(row['estimate']))}{unit} {way}"
        span = f"{confidence:.0%}信頼区間 {number(row['lower'])}〜{number(row['upper'])}"
    else:
        way = "高い" if row["estimate"] > 0 else "低い"
        what = f"「{y}」が「{made.event}」の割合は{others}平均 {abs(row['effect_points']):.1f} ポイント{way}"
        limits = f"{row['odds_lower']:.2f}〜{row['odds_upper']:.2f}"
        span = f"オッズ比 {row['odds_ratio']:.2f}、{confidence:.0%}信頼区間 {limits}"
    return f"{who}{what}（{span}）。{verdict(row['p_value'], confidence)}"


def _figures(model, made: Design, kind: str) -> dict[str, float]:
    if kind == "logit":
        share = np.average(made.y, weights=made.weights)
        null = made.weights.sum() * (share * np.log(share) + (1 - share) * np.log(1 - share))
        fitted = float((made.weights * np.log(np.where(made.y == 1, model.fittedvalues, 1 - model.fittedvalues))).sum())
        return {"n": len(made.y), "pseudo_r_squared": 1 - fitted / float(null), "log_likelihood": fitted}
    return {
        "n": len(made.y),
        "r_squared": float(model.rsquared),
        "residual_sd": float(np.sqrt(model.mse_resid)),
        "f_statistic": float(model.fvalue),
        "f_df1": int(model.df_model),
        "f_df2": int(model.df_resid),
        "f_p_value": float(model.f_pvalue),
    }


def _assumptions(errors: str, kind: str, made: Design, lags: int) -> tuple[str, ...]:
    lines = [f"標準誤差は{ERRORS[kind][errors]}" + (f"、ずれ {lags} 期まで。" if errors == "hac" else "。")]
    if errors == "cluster" and (groups := len(np.unique(made.extra))) < FEW_CLUSTERS:
        lines.append(f"まとまりが {groups} 個しかないので、区間は実際より狭く出ている恐れがあります。")
    rows_each = min(len(made.y), *([made.y.sum(), (1 - made.y).sum()] if kind == "logit" else [np.inf]))
    if rows_each < 10 * (made.x.shape[1] - 1):
        lines.append("説明する列の数にくらべて行が少なすぎます（一列に 10 行が目安）。係数は不安定です。")
    held = "「ほかをそろえたときのちがい」" if _held(made) else "、ほかの列をそろえていないちがい"
    return (*lines, f"係数は{held}で、原因とは限りません。")


def _held(made: Design) -> bool:
    """Whether anything else is held fixed: a single column, whatever its levels, stands alone."""
    return len({variable for variable, _ in made.terms[1:]}) > 1
