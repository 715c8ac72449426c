"""Before asking anybody: how many people are needed, and what a survey of a given size can see."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between


@dataclass(frozen=True)
class Plan:
    """A planned test: its Japanese name, the arguments it needs with their limits, how many groups ``n`` counts."""

    label: str
    needs: dict[str, tuple[float, float]]
    power: Callable[..., float]
    groups: int | str = 1
    least: float = 2.0


def _t(n, alpha, d):
    from scipy.stats import nct, t

    df, shift = 2 * (n - 1), np.sqrt(n / 2) * d
    limit = t.isf(alpha / 2, df)
    return nct.sf(limit, df, shift) + nct.sf(limit, df, -shift)


def _paired(n, alpha, d):
    from scipy.stats import nct, t

    df, shift = n - 1, np.sqrt(n) * d
    limit = t.isf(alpha / 2, df)
    return nct.sf(limit, df, shift) + nct.sf(limit, df, -shift)


def _proportions(n, alpha, p1, p2):
    from scipy.stats import norm

    middle = (p1 + p2) / 2
    top = np.sqrt(n) * abs(p1 - p2) - norm.isf(alpha / 2) * np.sqrt(2 * middle * (1 - middle))
    return norm.cdf(top / np.sqrt(p1 * (1 - p1) + p2 * (1 - p2)))


def _arcsine(n, alpha, p1, p2):
    from scipy.stats import norm

    shift = abs(2 * np.arcsin(np.sqrt(p1)) - 2 * np.arcsin(np.sqrt(p2))) * np.sqrt(n / 2)
    limit = norm.isf(alpha / 2)
    return norm.sf(limit - shift) + norm.cdf(-limit - shift)


def _anova(n, alpha, k, f):
    from scipy.stats import f as f_distribution
    from scipy.stats import ncf

    df1, df2 = k - 1, (n - 1) * k
    return ncf.sf(f_distribution.isf(alpha, df1, df2), df1, df2, k * n * f**2)


def _chi2(n, alpha, w, df):
    from scipy.stats import chi2, ncx2

    return ncx2.sf(chi2.isf(alpha, df), df, n * w**2)


def _correlation(n, alpha, r):
    from scipy.stats import norm, t

    limit = t.isf(alpha / 2, n - 2)
    edge = np.arctanh(np.sqrt(limit**2 / (limit**2 + n - 2)))
    middle = np.arctanh(abs(r)) + abs(r) / (2 * (n - 1))
    return norm.cdf((middle - edge) * np.sqrt(n - 3)) + norm.cdf((-middle - edge) * np.sqrt(n - 3))


_SHARE = (0.0, 1.0)
_SIZE = (0.0, math.inf)
TESTS = {
    "means": Plan("二つの区分の平均のちがい", {"d": _SIZE}, _t, groups=2),
    "paired": Plan("同じ人の前と後のちがい", {"d": _SIZE}, _paired),
    "proportions": Plan("二つの区分の割合のちがい", {"p1": _SHARE, "p2": _SHARE}, _proportions, groups=2),
    "proportions_arcsine": Plan("二つの区分の割合のちがい（逆正弦）", {"p1": _SHARE, "p2": _SHARE}, _arcsine, groups=2),
    "anova": Plan("いくつもの区分の平均のちがい", {"k": (1.0, math.inf), "f": _SIZE}, _anova, groups="k"),
    "chi2": Plan("二つの分類の関連", {"w": _SIZE, "df": _SIZE}, _chi2),
    "correlation": Plan("相関", {"r": (0.0, 1.0)}, _correlation, least=4.0),
}
ESTIMATES = {"proportion": "割合の推定", "mean": "平均の推定"}
EFFECTS = "d、f、w は Cohen の効果の大きさ。目安は d 0.2 小・0.5 中・0.8 大、f 0.1・0.25・0.4、w 0.1・0.3・0.5。"


def power(test: str, *, n: float, alpha: float = 0.05, **effect: float) -> Analysis:
    """The chance that a test with ``n`` persons (in each group) sees an effect that is really there.

    test
        ``means`` (``d``), ``paired`` (``d``), ``proportions`` (``p1, p2``), ``proportions_arcsine`` (``p1, p2``),
        ``anova`` (``k`` groups, ``f``), ``chi2`` (``w, df``; n in all), ``correlation`` (``r``; n in all); two-sided.

    Table, one row: ``test, n, total, power, alpha`` and the effect.  Value: the power (0–1).
    Errors: unknown test, missing or needless effects (``missing_effect``, ``unknown_effect``), values out of range.
    Checked against R ``pwr`` and ``power.prop.test``.
    When not to use: after the survey, with the effect that was found (it only repeats the p-value).

    >>> round(power("means", n=64, d=0.5).value, 3)
    0.801
    """
    plan, effect = _plan(test, effect)
    check_between("alpha", alpha, 0, 1, en="alpha")
    check_between("n", n, plan.least - 1e-9, math.inf, en="n")
    chance = float(plan.power(n, alpha, **effect))
    groups = effect[plan.groups] if isinstance(plan.groups, str) else plan.groups
    row = {"test": test, "n": n, "total": n * groups, "power": chance, "alpha": alpha}
    return Analysis(
        pd.DataFrame([row | effect]),
        chance,
        f"{plan.label}（{_said(effect)}）があるとき、{'一区分 ' if groups > 1 else ''}{n:,g} 人で見つけられる見込みは "
        f"{100 * chance:.0f}% です。",
        f"{test} ({_said(effect)}): power {chance:.3f} with n = {n:,g}{' in each group' if groups > 1 else ''}.",
        used={"人": n * groups},
        assumptions=(EFFECTS,),
    )


def sample_size(
    test: str,
    *,
    margin: float | None = None,
    share: float = 0.5,
    sd: float | None = None,
    population: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
    confidence: float = 0.95,
    alpha: float = 0.05,
    power: float = 0.8,
    **effect: float,
) -> Analysis:
    """How many people are needed: to estimate within a ``margin``, or to see an effect with a given ``power``.

    test
        ``proportion`` (``margin`` 0.05 is ± 5 points; ``share`` the expected one, 0.5 the safe one), ``mean``
        (``margin`` and ``sd`` in the same unit), or a test of :func:`power` with its effect.
    population
        Number of people to choose from (finite population correction); estimates only.
    design_effect
        How much clustering and weights widen the error (1 for a simple random sample).
    response_rate
        Expected 回収率: ``to_send`` says how many to ask.

    Table, one row: ``test, n_exact, n`` (answers needed, in each group for tests), ``total, to_send`` and what was
    assumed.  Value: ``total``.  z²p(1−p)/e², (z·s/e)², with population N n/(1 + (n − 1)/N).
    Errors: as in :func:`power`; ``missing_effect`` without ``margin`` or ``sd``, ``no_difference`` for equal shares.
    Checked against R ``pwr`` and ``power.prop.test``.
    When not to use: for a sample that people chose themselves (web forms): no size makes it fair.

    >>> finding = sample_size("proportion", margin=0.05, population=80_000, response_rate=0.4)
    >>> finding.table[["n", "to_send"]].values.tolist()
    [[383, 958]]
    >>> round(float(sample_size("means", d=0.5).table["n_exact"].iloc[0]), 4)
    63.7656
    """
    check_between("回収率", response_rate, 0, 1 + 1e-9, en="The response rate")
    check_between("デザイン効果", design_effect, 0, math.inf, en="The design effect")
    if test in ESTIMATES:
        exact = _estimate(test, margin, share, sd, population, design_effect, confidence, effect)
        assumed, groups = {"margin": margin, "confidence": confidence}, 1
        assumed |= {"share": share} if test == "proportion" else {"sd": sd}
        assumed |= {"population": population} if population else {}
        label = f"{ESTIMATES[test]}（誤差 ±{100 * margin:g} ポイント）" if test == "proportion" else ESTIMATES[test]
    else:
        check_choice("検定", test, [*ESTIMATES, *TESTS], en="Test")
        _refuse({"margin": margin, "sd": sd, "population": population}, test)
        check_between("power", power, 0, 1, en="power")
        plan, effect = _plan(test, effect)
        exact = _solve(plan, alpha, power, effect) * design_effect
        groups = effect[plan.groups] if isinstance(plan.groups, str) else plan.groups
        assumed, label = effect | {"alpha": alpha, "power": power}, f"{plan.label}（{_said(effect)}）を見つける"
    n = math.ceil(exact - 1e-9)
    total, to_send = int(n * groups), math.ceil(n * groups / response_rate - 1e-9)
    row = {"test": test, "n_exact": exact, "n": n, "total": total, "to_send": to_send}
    send = f"回収率 {100 * response_rate:g}% なら {to_send:,} 人に送ります。" if response_rate < 1 else ""
    return Analysis(
        pd.DataFrame([row | assumed | {"design_effect": design_effect, "response_rate": response_rate}]),
        total,
        f"{label}には、回答が {total:,} 人分{f'（一区分 {n:,} 人）' if groups > 1 else ''}要ります。{send}",
        f"{test}: {total:,} answers needed{f' ({n:,} in each group)' if groups > 1 else ''}; send to {to_send:,}.",
        used={"人": total},
        assumptions=(
            "くじ引きのように無作為に選ぶことが前提です。",
            "回収率を高めることは、多く送ることより大切です。答えない人が偏ると、数を増やしても直りません。",
            *(() if test in ESTIMATES else (EFFECTS,)),
        ),
    )


def _plan(test: str, effect: dict) -> tuple[Plan, dict]:
    """The test and its effect, every needed argument there and in range."""
    check_choice("検定", test, list(TESTS), en="Test")
    plan = TESTS[test]
    _refuse({k: v for k, v in effect.items() if k not in plan.needs}, test)
    for name, (low, high) in plan.needs.items():
        if effect.get(name) is None:
            raise _missing_effect(test, name, ", ".join(plan.needs))
        effect[name] = abs(effect[name]) if name in ("d", "r") else effect[name]
        check_between(name, effect[name], low, high, en=name)
    if "p1" in effect and effect["p1"] == effect["p2"]:
        raise DataAcademyError(
            "no_difference",
            f"p1 と p2 が同じ {effect['p1']} なので、見つけるちがいがありません。",
            f"p1 and p2 are both {effect['p1']}: there is no difference to see.",
            fix="見つけたいちがい（たとえば 0.5 と 0.6）を書いてください。",
            fix_en="Write the difference that you want to see, e.g. 0.5 and 0.6.",
        )
    return plan, effect


def _refuse(given: dict, test: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise DataAcademyError(
                "unknown_effect",
                f"「{test}」では {name} を使いません。",
                f"{name!r} is not used with {test!r}.",
                fix=f"要るのは {'、'.join(TESTS[test].needs) if test in TESTS else 'margin と sd か share'} です。",
                fix_en="See the docstring for what each test needs.",
            )


def _missing_effect(test: str, name: str, needs: str) -> DataAcademyError:
    return DataAcademyError(
        "missing_effect",
        f"「{test}」には {name} が要ります。",
        f"{test!r} needs {name!r}.",
        fix=f"指定するのは {needs} です。",
        fix_en=f"Give {needs}.",
    )


def _said(effect: dict) -> str:
    return "、".join(f"{name} = {value:g}" for name, value in effect.items())


def _solve(plan: Plan, alpha: float, wanted: float, effect: dict) -> float:
    from scipy.optimize import brentq

    check_between("alpha", alpha, 0, 1, en="alpha")

    def lacking(n: float) -> float:
        return plan.power(n, alpha, **effect) - wanted

    if lacking(plan.least) >= 0:
        return plan.least
    most = plan.least
    while lacking(most) < 0:
        most *= 2
        if most > 1e9:
            raise DataAcademyError(
                "too_small_effect",
                f"この大きさのちがい（{_said(effect)}）は、何人調べても見つかりません。",
                f"An effect of {_said(effect)} cannot be found with any number of people.",
                fix="仕事の上で意味のある、もっと大きなちがいを決めてください。",
                fix_en="Decide on a larger difference, one that matters.",
            )
    return float(brentq(lacking, most / 2, most, xtol=1e-10, rtol=1e-13))


def _estimate(test, margin, share, sd, population, design_effect, confidence, effect) -> float:
    from scipy.stats import norm

    _refuse(effect, test)
    if margin is None or (test == "mean" and sd is None):
        raise _missing_effect(
            test, "margin" if margin is None else "sd", "margin" if test == "proportion" else "margin, sd"
        )
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    z = norm.isf((1 - confidence) / 2)
    if test == "proportion":
        check_between("margin", margin, 0, 1, en="margin")
        check_between("share", share, 0, 1, en="share")
        n = z**2 * share * (1 - share) / margin**2
    else:
        check_between("margin", margin, 0, math.inf, en="margin")
        check_between("sd", sd, 0, math.inf, en="sd")
        n = (z * sd / margin) ** 2
    if population is not None:
        check_between("population", population, 1, math.inf, en="population")
        n = n / (1 + (n - 1) / population)
    n *= design_effect
    return min(n, population) if population is not None else n
