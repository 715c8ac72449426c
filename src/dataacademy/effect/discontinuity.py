"""Regression discontinuity: people just above and just below a cut-off that decides who gets something."""

from __future__ import annotations

from numbers import Real

import numpy as np
import pandas as pd

from dataacademy.analysis import interval_words, number, p_words, verdict
from dataacademy.effect.checks import check_data, check_roles, no_spread
from dataacademy.effect.density import density_jump, heaps
from dataacademy.effect.local import Jump, Side, bandwidths, jump
from dataacademy.effect.study import Study, row_of
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between, prepare
from dataacademy.labels import label_of

LEAST = 20  # rows on each side
LEAST_VALUES = 6  # different values on each side, for the curves that tell the bandwidths
FEW_VALUES = 10  # different values on each side within the bandwidth
BUNCHED = 0.05  # p-value of the density test below which the jump is no effect
FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0)


def rdd(
    data,
    *,
    value: str,
    running: str,
    cutoff: float,
    bandwidth: float | None = None,
    bias_bandwidth: float | None = None,
    unit: str = "",
    running_unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """The jump of ``value`` at a cut-off of ``running`` that decides who gets something (回帰不連続).

    running, cutoff
        Number by which it is decided (age, points, blood pressure) and the limit; from ``cutoff`` on is one side.
    bandwidth, bias_bandwidth
        How far from the cut-off rows count, and how far for the curvature; in the unit of ``running``.  Default: those
        with the smallest expected squared error.  With ``bandwidth`` alone both are the same.

    Local straight lines with a triangular kernel; the bias that curvature leaves is estimated by local parabolas and
    taken off, and the interval allows for that (Calonico, Cattaneo & Titiunik 2014); errors from three nearest rows.
    Table: rows ``plain`` and ``robust``: ``method, reading, estimate, se, lower, upper, p_value``.  ``tables``:
    ``bandwidths`` (0.5 to 2 × the bandwidth: ``bandwidth, n_left, n_right, estimate, lower, upper``), ``placebos``
    (cut-offs where nothing changes: ``cutoff, estimate, lower, upper, p_value``).
    Value: the plain estimate, from ``cutoff`` on minus below, in the unit of ``value``; the interval to quote is the
    robust one.  Figures: ``bandwidth, bias_bandwidth, n_left, n_right, lower, upper, p_value`` (robust),
    ``density_ratio, density_p`` (McCrary 2008: do people bunch on one side?).
    The measure need not reach everybody above the cut-off: then the jump is that of being entitled.

    Errors: ``cutoff_outside``, ``too_few_rows`` (20 on each side), ``too_few_values`` (4 different ones on each side
    within the bandwidth), ``no_spread``, ``out_of_range``, those of :func:`~dataacademy.inputs.prepare`.
    Checked against rdrobust: with the same bandwidths to ten digits; its own bandwidths differ by up to a fifth.
    When not to use: if people can choose on which side they stand, if something else changes at the same limit (a
    pension, a fee), or to speak of people far from the limit.

    >>> import dataacademy as da
    >>> people = da.load("checkups").sort_values("fiscal_year")
    >>> people = people.assign(next=people.groupby("person_id")["systolic"].shift(-1))
    >>> later = people.dropna(subset=["systolic", "next"])
    >>> finding = rdd(later, value="next", running="systolic", cutoff=140, unit="mmHg", running_unit="mmHg")
    >>> bool(finding.figures["lower"] < finding.figures["upper"]), finding.table["method"].tolist()
    (True, ['plain', 'robust'])
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    for name, given in (("bandwidth", bandwidth), ("bias_bandwidth", bias_bandwidth)):
        if given is not None:
            check_between(f"範囲（{name}）", given, 0, float("inf"), en=name)
    _check_cutoff(cutoff)
    check_data(data)
    check_roles([value, running])
    rows = prepare(data, numbers=[value, running])
    raw = rows.frame[running].to_numpy()
    left, right = sides_of(rows.frame, value, running, cutoff)
    if bandwidth is None:
        for side in (left, right):
            if (count := len(np.unique(side.x))) < LEAST_VALUES:
                raise _too_few_values(running, cutoff, f"どの範囲でも片側に {count} 種類", f"{count} different values")
        h, b = bandwidths(left, right)
        b = bias_bandwidth or b
    else:
        h, b = bandwidth, bias_bandwidth or bandwidth
    few = _check_window(left, right, h, b, running, cutoff, running_unit)
    found = jump(left, right, h, b)
    plain, robust = _both(found, confidence)
    table = pd.DataFrame(
        [
            {"method": "plain", "reading": "局所直線のまま"} | plain,
            {"method": "robust", "reading": "曲がりを直した区間"} | robust,
        ]
    )
    density = density_jump(np.concatenate([left.x, right.x]))
    n_left, n_right = (int((np.abs(s.x) < h).sum()) for s in (left, right))
    figures = {
        "bandwidth": float(h),
        "bias_bandwidth": float(b),
        "n_left": n_left,
        "n_right": n_right,
        **{name: robust[name] for name in ("lower", "upper", "p_value")},
        "density_ratio": density["ratio"],
        "density_p": density["p_value"],
    }
    tables = {
        "bandwidths": _sensitivity(left, right, h, b, confidence),
        "placebos": _placebos(left, right, cutoff, h, b, confidence),
    }
    span = interval_words(robust["lower"], robust["upper"], confidence, unit=unit)
    limit = f"{number(cutoff) if cutoff != int(cutoff) else f'{int(cutoff):,}'}{running_unit}"
    way = "高く" if found.plain > 0 else "低く"
    return Study(
        table,
        found.plain,
        f"「{label_of(running)}」が {limit} を境に、「{label_of(value)}」"
        f"は {number(abs(found.plain))}{unit} {way}なっています"
        f"（{span}。境から {number(h)}{running_unit} 以内の {n_left + n_right:,} "
        f"件）。{verdict(robust['p_value'], confidence, '段差')}。"
        + ("ただし、境の片側に人が寄っている疑いがあり、効果とはいえません。" if density["p_value"] < BUNCHED else ""),
        f"Jump of {value} at {running} = {cutoff}: {number(found.plain)} (robust {confidence:.0%} interval "
        f"{number(robust['lower'])} to {number(robust['upper'])}; {n_left + n_right} rows within {number(h)}).",
        used={"行": len(raw), "境の下": n_left, "境から上": n_right},
        left_out=(*rows.left_out, f"境から {number(h)}{running_unit} より遠い {len(raw) - n_left - n_right:,} 行"),
        figures=figures,
        assumptions=_assumptions(raw, cutoff, density, few, tables, unit),
        tables=tables,
    )


def _check_cutoff(cutoff) -> None:
    if isinstance(cutoff, Real) and not isinstance(cutoff, bool | np.bool_) and np.isfinite(cutoff):
        return
    raise DataAcademyError(
        "out_of_range",
        f"境（cutoff）は数にしてください。渡されたのは「{cutoff}」です。",
        f"cutoff must be a number, not {cutoff!r}.",
        fix="例：cutoff=140",
        fix_en="Example: cutoff=140",
    )


def sides_of(table: pd.DataFrame, value: str, running: str, cutoff: float) -> tuple[Side, Side]:
    """The rows below the cut-off, and those from it on; errors where a side has too few."""
    x, y = table[running].to_numpy() - cutoff, table[value].to_numpy()
    if not x.min() < 0 <= x.max():
        raise DataAcademyError(
            "cutoff_outside",
            f"境 {cutoff:g} は、列「{running}」の範囲（{x.min() + cutoff:g}〜{x.max() + cutoff:g}）"
            "の外なので、両側をくらべられません。",
            f"The cut-off {cutoff:g} lies outside of {running!r} ({x.min() + cutoff:g} to {x.max() + cutoff:g}).",
            fix="境の値と単位（点・歳・%）、行の選び方を確かめてください。境の両側の行が要ります。",
            fix_en="Check the cut-off, its unit and how rows were chosen; rows on both sides are needed.",
        )
    if np.ptp(y) == 0:
        raise no_spread(value)
    sides = []
    for here, ja, en in ((x < 0, "下", "below"), (x >= 0, "から上", "from the cut-off on")):
        if here.sum() < LEAST:
            raise DataAcademyError(
                "too_few_rows",
                f"境{ja}の行が {int(here.sum())} しかありません（{LEAST} 行以上が要ります）。",
                f"Only {int(here.sum())} rows {en}; {LEAST} are needed.",
                fix="もっと多くの行を集めるか、境を確かめてください。",
                fix_en="Collect more rows, or check the cut-off.",
            )
        order = np.argsort(x[here], kind="stable")
        sides.append(Side(x[here][order], y[here][order]))
    return sides[0], sides[1]


def _check_window(left: Side, right: Side, h: float, b: float, running: str, cutoff: float, unit: str) -> int:
    """The smaller number of different values within h of the cut-off; an error if no line or parabola goes through."""
    found = []
    for side in (left, right):
        near, wide = (np.unique(np.abs(side.x[np.abs(side.x) < reach])) for reach in (h, b))
        if len(near) < 3 or len(wide) < 4:
            reach, count = (h, len(near)) if len(near) < 3 else (b, len(wide))
            raise _too_few_values(
                running, cutoff, f"{reach:g}{unit} 以内に片側で {count} 種類", f"{count} within {reach:g}"
            )
        found.append(len(near))
    return min(found)


def _too_few_values(running: str, cutoff: float, ja: str, en: str) -> DataAcademyError:
    return DataAcademyError(
        "too_few_values",
        f"境 {cutoff:g} のまわりの「{running}」の値が、{ja}しかないので、線を引けません。",
        f"Too few different values of {running!r} on one side of the cut-off: {en}.",
        fix="bandwidth を広げるか、丸める前の細かい値（年齢なら月数など）を使ってください。",
        fix_en="Widen bandwidth, or use values that are not rounded (months instead of years).",
    )


def _both(found: Jump, confidence: float) -> tuple[dict, dict]:
    plain = row_of(found.plain, found.plain_se, np.inf, confidence)
    return plain, row_of(found.corrected, found.robust_se, np.inf, confidence)


def _try(left: Side, right: Side, h: float, b: float, confidence: float) -> dict | None:
    for side in (left, right):
        if len(np.unique(side.x[np.abs(side.x) < h])) < 3 or len(np.unique(side.x[np.abs(side.x) < b])) < 4:
            return None
        if len(side.x) < LEAST:
            return None
    found = jump(left, right, h, b)
    _, robust = _both(found, confidence)
    return {"estimate": found.plain} | {k: robust[k] for k in ("lower", "upper", "p_value")}


def _sensitivity(left: Side, right: Side, h: float, b: float, confidence: float) -> pd.DataFrame:
    rows = []
    for factor in FACTORS:
        row = _try(left, right, h * factor, b * factor, confidence)
        if row:
            counts = {n: int((np.abs(s.x) < h * factor).sum()) for n, s in (("n_left", left), ("n_right", right))}
            rows.append({"bandwidth": h * factor} | counts | row)
    return pd.DataFrame(rows)


def _placebos(left: Side, right: Side, cutoff: float, h: float, b: float, confidence: float) -> pd.DataFrame:
    """Jumps at the quartiles of each side, with rows of that side only (the real jump must not leak in)."""
    rows = []
    for side in (left, right):
        for share in (0.25, 0.5, 0.75):
            at = float(np.quantile(side.x, share, method="nearest"))
            pieces = [Side(side.x[w] - at, side.y[w]) for w in (side.x < at, side.x >= at)]
            row = _try(*pieces, h, b, confidence)
            if row:
                rows.append({"cutoff": cutoff + at} | row)
    columns = ["cutoff", "estimate", "lower", "upper", "p_value"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates("cutoff", ignore_index=True)


def _assumptions(raw: np.ndarray, cutoff: float, density: dict, few: int, tables: dict, unit: str) -> tuple:
    lines = []
    if np.isnan(density["p_value"]):
        lines.append("境のすぐ近くの人数が少なく、境の片側に人が寄っているかどうかは確かめられません。")
    elif density["p_value"] < BUNCHED:
        lines.append(
            f"境のすぐ上の人数は、すぐ下の {density['ratio']:.2f} 倍です（{p_words(density['p_value'])}）。"
            "境の手前や先に寄せた人がいる（または値が丸められている）疑いがあり、段差を効果とはいえません。"
        )
    else:
        lines.append(
            "境の両側の人数に、はっきりした段差は見えません（上÷下 "
            f"{density['ratio']:.2f} 倍、{p_words(density['p_value'])}）。"
        )
    heap = heaps(raw)
    if heap:
        base, share = heap
        on = cutoff % base == 0
        lines.append(
            f"値の {share:.0%} が {base} の倍数に固まっています（ふつうは {1 / base:.0%}）。"
            + (
                "境もその倍数なので、丸めて書かれた人が境の上に集まり、段差がゆがみます。"
                if on
                else "丸めて書かれた値があるとみられます。"
            )
        )
    if few < FEW_VALUES:
        lines.append(
            f"使った範囲にある値が片側で {few} 種類しかないので、"
            "線の引き方しだいで段差が変わります。区間は大まかな目安です。"
        )
    odd = tables["placebos"][tables["placebos"]["p_value"] < 0.05]
    if len(odd):
        lines.append(f"何も変わらないはずの境（{'、'.join(f'{c:g}' for c in odd['cutoff'])}）にも段差が出ています。")
    each = tables["bandwidths"]["estimate"]
    lines.append(f"使う範囲を半分から 2 倍まで変えると、段差は {number(each.min())}〜{number(each.max())}{unit} です。")
    return (
        *lines,
        "区間は、線の曲がりを直した値のものなので、段差の左右で同じ幅にはなりません。",
        "境の近くの人についての値で、遠い人には当てはまりません。境で変わるのは、調べている制度だけだとみています。",
    )
