"""A lot decided who got it: the difference it made, how sure that is, and whether the lot held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import interval_words, number, p_words
from dataacademy.arguments import chance, check_whole
from dataacademy.effect.adjusted import Effect, lin, without_covariates
from dataacademy.effect.arms import check_once, two_arms
from dataacademy.effect.checks import check_roles, listed, named, quoted
from dataacademy.effect.drawn import Part, part_of
from dataacademy.effect.likeness import balance
from dataacademy.effect.randomisation import randomisation_test
from dataacademy.effect.study import Study, row_of
from dataacademy.effect.trialchecks import trial_checks
from dataacademy.inputs import check_between, floats
from dataacademy.labels import label_of

SEED = 20260401


def rct(
    data: pd.DataFrame,
    *,
    value: str,
    group: str,
    treated=None,
    control=None,
    id: str | None = None,
    baseline: str | None = None,
    covariates: Sequence[str] | str = (),
    cluster: str | None = None,
    strata: str | None = None,
    planned: float | None = None,
    weights: str | None = None,
    repeats: int = 4999,
    seed: int = SEED,
    unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """What a measure changed, where a lot decided who got it: the mean of the treated minus that of the others.

    data
        One row for each one drawn, also those whose ``value`` is not known any more (empty): they are counted.
    value
        The outcome: a number in ``unit``, or yes/no (then in percentage points).
    group, treated, control
        The column of the lot, the value of those who got the measure (not needed for yes/no), and of those who did not
        (needed where there are more than two values).
    id
        Who is who; with it nobody is counted twice.
    baseline, covariates
        The outcome before, and other columns known before the lot: held equal (Lin 2013), each arm with its own slopes.
        Decide on them before looking at the outcome.
    cluster
        What was drawn as a whole (schools), or who has several rows.
    strata
        Within what the lot was drawn (districts): compared within each and put together by size.
    planned
        The share that was to be treated (0–1), to see whether the numbers agree with it.
    repeats, seed
        Lots drawn anew where there are more than 20,000 ways (default seed 20260401).

    Table, ``method`` difference (as it is) and, with anything held equal, adjusted: ``method_label, n_treated,
    n_control, mean_treated, mean_control, estimate, se, df, lower, upper, p_value``.  Value: the adjusted estimate if
    there is one, else the difference.  Tables: ``checks`` (balance, leaving, ratio, power, clusters: ``check, state,
    reading, needed``), ``balance`` (see :func:`balance`).  Figures: ``randomisation_p, draws, all_lots`` (every way was
    tried), ``detectable`` (the effect that is found in 8 of 10 trials like this), ``missing_treated_percent,
    missing_control_percent, missing_p, ratio_p``, with ``baseline`` ``before_after`` (change of the treated alone).

    Interval: HC2 = Neyman's, Welch's t without covariates; CR2 with Bell & McCaffrey's degrees of freedom for clusters.
    Randomisation test: Fisher's, on the outcome freed from the covariates, lots drawn within strata and by cluster.
    Errors: ``one_arm``, ``not_two_arms``, ``which_treated``, ``duplicate``, ``in_both_arms``, ``empty_arm``,
    ``one_row_arm``, ``no_spread``, ``small_stratum``, ``too_many_covariates``, ``one_cluster``, ``same_column``, text.
    Checked against R ``t.test``, ``lm`` with ``sandwich`` (vcovHC, vcovCL type HC2), the degrees of freedom
    of clusters by full matrices, means by stratum, and ``scipy.stats.permutation_test``.
    When not to use: where people or officials chose who got it (see :func:`did`, :func:`rdd`), and to compare only
    those who really took part: the lot compares those drawn.

    >>> import dataacademy as da
    >>> checks, stations = da.load("station_checks"), da.load("stations")
    >>> late = checks[checks["date"] >= "2025-10"].groupby("station_id", as_index=False)["bags"].mean()
    >>> trial = late.merge(stations, on="station_id")
    >>> found = rct(trial, value="bags", group="arm", treated="sign", control="control", id="station_id", unit="袋")
    >>> round(found.value, 2), bool(found.figures["randomisation_p"] < 0.01)
    (-1.43, True)
    """
    _check_options(value, group, baseline, covariates, confidence, repeats, seed, planned)
    arms = two_arms(data, group, treated, control)
    if id:
        check_once(arms, id, clustered=cluster is not None)
    known_before = [*([baseline] if baseline else []), *listed(covariates)]
    part = part_of(arms, value, known_before, cluster, strata, weights)
    yes_no = pd.api.types.is_bool_dtype(data[value])
    scale, points, level = (100, "ポイント", "%") if yes_no else (1, unit, unit)
    shown, level_word = label_of(value), "割合" if yes_no else "平均"
    effects = {"difference": lin(part.y, part.t, np.zeros((len(part.y), 0)), part.w, part.cluster)}
    if part.x.shape[1]:
        effects["adjusted"] = lin(part.y, part.t, part.x, part.w, part.cluster)
    held = [*known_before, *([strata] if strata else [])]
    labels = {"difference": "そのままの差", "adjusted": f"{quoted(held)}をそろえた差"}
    table = pd.DataFrame([_row(m, labels[m], e, part, scale, confidence) for m, e in effects.items()])
    row = table.iloc[-1]
    p, draws, exact = randomisation_test(
        without_covariates(part.y, part.x, part.w),
        part.t,
        part.w,
        strata=part.strata,
        units=part.units,
        repeats=repeats,
        seed=seed,
    )
    figures = {"randomisation_p": p, "draws": draws, "all_lots": exact}
    figures |= {"detectable": _detectable(float(row["se"]), float(row["df"]), confidence)}
    alike = (
        balance(
            arms.data,
            group=group,
            treated=arms.names[0],
            control=arms.names[1],
            covariates=known_before,
            weights=weights,
        )
        if known_before
        else None
    )
    checks, more = trial_checks(
        part,
        arms,
        alike,
        row,
        planned=planned,
        detectable=figures["detectable"],
        unit=points,
        confidence=confidence,
    )
    figures |= more
    if baseline:
        before = floats(arms.data[baseline], baseline)[part.place]
        change = (part.y - before)[part.t]
        figures["before_after"] = scale * weighted.mean(change, part.w[part.t])
    plain = table.iloc[0]
    found = {
        "ja": _words(plain, points, confidence),
        "en": f"difference {number(plain['estimate'])} {points}".rstrip(),
    }
    if len(table) > 1:
        found["ja"] += f"です。{labels['adjusted']}は {_words(row, points, confidence)}"
        found["en"] += f", adjusted for {', '.join(held)} {number(row['estimate'])}"
    chance = "くじだけではめったに出ない" if p < 1 - confidence else "くじだけでも出る"
    warned = named(checks, "present")
    return Study(
        table,
        float(row["estimate"]),
        f"「{shown}」の{level_word}は"
        f"「{arms.called[0]}」{number(plain['mean_treated'])}{level}（{plain['n_treated']:,} 件）、"
        f"「{arms.called[1]}」{number(plain['mean_control'])}{level}（{plain['n_control']:,} 件）で、"
        f"差は {found['ja']}です。"
        f"くじを引き直してみると、{chance}大きさの差です（{p_words(p)}）。" + (f"注意：{warned}。" if warned else ""),
        f"{value}: {found['en']} ({confidence:.0%} interval {number(row['lower'])} to {number(row['upper'])}; "
        f"randomisation test {p_words(p)}; {plain['n_treated']} and {plain['n_control']} units)."
        + (f" Look at: {', '.join(checks.loc[checks['state'] == 'present', 'check'])}." if warned else ""),
        used={"した": int(plain["n_treated"]), "しなかった": int(plain["n_control"])},
        left_out=part.left_out,
        figures=figures,
        assumptions=_assumptions(part, exact, draws, seed),
        tables={"checks": checks} | ({"balance": alike.table} if alike else {}),
    )


def _check_options(value, group, baseline, covariates, confidence, repeats, seed, planned) -> None:
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_whole("引き直しの回数（repeats）", repeats, 99, 1_000_000, en="repeats")
    chance(seed)  # an odd seed is told, also where every lot is tried
    if planned is not None:
        check_between("予定の割合（planned）", planned, 0, 1, en="planned")
    check_roles([value, group, baseline, *listed(covariates)])


def _row(method: str, label: str, effect: Effect, part: Part, scale: float, confidence: float) -> dict:
    found = row_of(scale * effect.estimate, scale * effect.se, effect.df, confidence)
    p_value = found.pop("p_value")
    return {
        "method": method,
        "method_label": label,
        "n_treated": int(part.t.sum()),
        "n_control": int((~part.t).sum()),
        "mean_treated": scale * (effect.control + effect.estimate),
        "mean_control": scale * effect.control,
        "estimate": found["estimate"],
        "se": found["se"],
        "df": effect.df,
        "lower": found["lower"],
        "upper": found["upper"],
        "p_value": p_value,
    }


def _detectable(se: float, df: float, confidence: float) -> float:
    """The effect that such a trial finds in 8 of 10 cases: (t of the interval + t of 80 %) × SE (Bloom 1995)."""
    from scipy.stats import t

    return float((t.ppf((1 + confidence) / 2, df) + t.ppf(0.8, df)) * se)


def _words(row: pd.Series, unit: str, confidence: float) -> str:
    span = interval_words(row["lower"], row["upper"], confidence, unit=unit)
    return f"{row['estimate']:+.{_decimals(row['estimate'])}f}{unit}（{span}）"


def _decimals(value: float) -> int:
    text = number(abs(value))
    return len(text.partition(".")[2])


def _assumptions(part: Part, exact: bool, draws: int, seed: int) -> tuple[str, ...]:
    how = f"すべての引き方 {draws:,} 通り" if exact else f"引き直し {draws:,} 回（乱数の種 {seed}）"
    within = [
        *(["区分の中で"] if part.strata.max() else []),
        *(["まとまりごとに"] if part.cluster is not None and not part.mixed else []),
    ]
    lines = [
        "だれにするかは、くじだけで決まったとみています。",
        f"引き直しの検定は、だれにも効かなかったとして、{'、'.join(within)}{'、' if within else ''}{how}で調べました。",
        "ほかの対象が受けたことの影響は、受けなかった側には及ばないとみています。",
    ]
    if part.mixed:
        lines.append("両方の群に出てくるまとまりがあるので、引き直しは一行ずつ行いました。")
    return tuple(lines)
