"""Why a comparison of before and after misleads: season, a movement under way, selection, other changes, size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy import weighted
from dataacademy.analysis import number
from dataacademy.effect.checks import check
from dataacademy.effect.courses import Course, Courses
from dataacademy.effect.study import row_of

FEW = 10  # units (or times) below which a single one moves the mean much
UNLIKE = 0.1  # share of the rows that would have to change their month for before and after to be alike
FAR = 0.5  # standard deviations from the others from which on somebody was plainly not picked at random
_COMPARE = "何もしなかった対象も入った表と group= が要ります"


@dataclass(frozen=True)
class Found:
    """One row of the table of checks, and its figures."""

    row: dict[str, str]
    figures: dict[str, float]


def season(found: Courses, unit: str) -> Found:
    """Were the same months of the year compared?  If only some are the same: the change between those."""
    times = found.times
    if times is None:
        needed = "月ごとの値の表（time= と start=）が要ります。"
        return Found(check("season", "unknown", "前と後がいつの値か、この表にはありません。", needed), {})
    months = times.months()
    if months is None:
        yearly = all(len(str(v)) == 4 for v in times.values)
        words = "年ごとの数なので、季節は混ざりません。" if yearly else "時点が何月のことか分かりません。"
        needed = "" if yearly else "「2025-04」の形の時点の列にしてください。"
        return Found(check("season", "absent" if yearly else "unknown", words, needed), {})
    course = found.treated
    row_month, early = months[course.position], course.position < found.start
    before, after = set(row_month[early].tolist()), set(row_month[~early].tolist())
    share = [np.bincount(row_month[side], minlength=13) / side.sum() for side in (early, ~early)]
    if np.abs(share[0] - share[1]).sum() / 2 < UNLIKE:
        return Found(check("season", "absent", f"前と後で同じ月（{_months(before)}）をくらべています。"), {})
    words = (
        "前と後で、月の混ざり方がちがいます（ある季節が一方に多い）。"
        if before == after
        else f"前は{_months(before)}、後は{_months(after)}の値です。"
    ) + "月による増え減りが、変化に混ざります。"
    same = sorted(before & after)
    figures = {}
    if same:
        gaps = [course.y[~early & (row_month == m)].mean() - course.y[early & (row_month == m)].mean() for m in same]
        figures["same_month_change"] = change = float(np.mean(gaps))
        words += f"同じ月（{_months(set(same))}）どうしをくらべた変化は {number(change)}{unit} です。"
    return Found(check("season", "present", words, "前の年の同じ月の値とくらべてください。"), figures)


def trend(found: Courses, unit: str, confidence: float) -> Found:
    """Was it moving already?  A line through the times before (months of the year held equal where there are 24)."""
    from scipy.stats import t as student

    if found.times is None or found.start < 3:
        known = 1 if found.times is None else found.start
        words = f"始まる前の時点が {known} つだけなので、前から動いていたかは分かりません。"
        return Found(check("trend", "unknown", words, "始まる前の時点が三つ以上（できれば二年分）要ります。"), {})
    y, position = _series(found.treated, found.start)
    months = found.times.months()
    columns = [np.ones(len(y)), position - position.mean()]
    if months is not None and len(y) >= 24:
        columns += [(months[position] == m).astype(float) for m in sorted(set(months[position].tolist()))[1:]]
    design = np.column_stack(columns)
    beta, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    df = len(y) - rank
    bread = np.linalg.pinv(design.T @ design)
    se = float(np.sqrt(max(((y - design @ beta) ** 2).sum(), 0) / max(df, 1) * bread[1, 1]))
    slope = float(beta[1])
    p = float(2 * student.sf(abs(slope) / se, df)) if se > 1e-12 * max(abs(slope), 1e-300) and df else 0.0
    if np.ptp(y) == 0:
        p = 1.0
    after = found.treated.position[found.treated.position >= found.start].mean()
    ahead = float(slope * (after - position.mean()))
    figures = {"trend_slope": slope, "trend_p": p, "expected_by_trend": ahead}
    moving = f"始まる前は、1期あたり {number(slope)}{unit} の動きでした"
    if months is not None and len(y) < 12:
        words = f"{moving}が、{len(y)} か月分だけなので、季節の動きと見分けられません。"
        return Found(check("trend", "unknown", words, "始まる前の、できれば二年分の値が要ります。"), figures)
    if p < 1 - confidence:
        words = f"{moving}。そのまま続くだけで、前後の平均は {number(ahead)}{unit} 変わります。"
        return Found(check("trend", "present", words, "da.effect.its で、前からの動きを除いてください。"), figures)
    words = f"{moving}が、偶然の範囲です（動きがないことの証明ではありません）。"
    return Found(check("trend", "absent", words), figures)


def selection(found: Courses, unit: str, confidence: float) -> Found:
    """Were units picked for a bad value?  Then they come back by themselves (regression to the mean)."""
    treated, others = found.treated, found.others
    if others is not None and treated.paired and others.paired:
        if len(others.before) >= FEW and np.ptp(others.before) > 0:
            return _against_others(treated, others, unit)
        words = f"くらべる相手が {len(others.before)} 件しかないか、値がすべて同じです。"
        return Found(check("selection", "unknown", words, "選ばなかった対象が 10 件以上要ります。"), {})
    if found.times is not None and found.start >= 4:
        return _last_against_earlier(found, unit, confidence)
    words = "悪い値だったから選んだ対象なら、何もしなくても元へ戻ります。選び方は、この表には表れていません。"
    return Found(check("selection", "unknown", words, f"{_COMPARE}（または前の四時点以上）。"), {})


def _against_others(treated: Course, others: Course, unit: str) -> Found:
    """The line of after on before over those left alone says what those treated would have come to (Galton)."""
    middle = weighted.mean(others.before, others.weights)
    spread = weighted.variance(others.before, others.weights) ** 0.5
    far = (weighted.mean(treated.before, treated.weights) - middle) / spread
    slope, at = np.polyfit(others.before - middle, others.after, 1, w=np.sqrt(others.weights))
    expected = weighted.mean(at + slope * (treated.before - middle) - treated.before, treated.weights)
    rest = weighted.mean(treated.after - treated.before, treated.weights) - expected
    figures = {"before_gap_sd": float(far), "expected_change": float(expected), "rest": float(rest)}
    where = (
        f"「{treated.name}」の前の値は、「{others.name}」より標準偏差 {abs(far):.1f} 個分{'高' if far > 0 else '低'}く"
    )
    if abs(far) < FAR:
        return Found(check("selection", "absent", f"{where}、ほとんど同じ所から始まっています。"), figures)
    words = (
        f"{where}始まっています。「{others.name}」の動きから見ると、何もしなくても {number(expected)}{unit} 変わり、"
        f"残りは {number(rest)}{unit} です。"
    )
    return Found(
        check("selection", "present", words, "選ぶ前の別の時期の値でそろえるか、くじで決めてください。"), figures
    )


def _last_against_earlier(found: Courses, unit: str, confidence: float) -> Found:
    """Whether the last time before stands out from the earlier ones: begun at a bad moment."""
    course, last = found.treated, found.start - 1
    if course.unit is not None:
        wide = np.full((course.unit.max() + 1, found.start), np.nan)
        early = course.position < found.start
        wide[course.unit[early], course.position[early]] = course.y[early]
        known = ~np.isnan(wide[:, last]) & (~np.isnan(wide[:, :last])).any(axis=1)
        gap = wide[known, last] - np.array([row[~np.isnan(row)].mean() for row in wide[known, :last]])
        if len(gap) < 2:
            return Found(
                check("selection", "unknown", "直前の時点に値のある対象が、ほとんどありません。", f"{_COMPARE}。"), {}
            )
        mean, se, df = float(gap.mean()), float(gap.std(ddof=1) / len(gap) ** 0.5), len(gap) - 1
    else:
        y, _ = _series(course, found.start)
        mean, df = float(y[-1] - y[:-1].mean()), len(y) - 2
        se = float(y[:-1].std(ddof=1) * (1 + 1 / (len(y) - 1)) ** 0.5)  # a further value of the same kind
    stands_out = mean != 0 and (se == 0 or row_of(mean, se, df, confidence)["p_value"] < 1 - confidence)
    figures = {"last_gap": mean}
    if stands_out:
        words = (
            f"始まる直前の値は、それまでの平均より {number(mean)}{unit} ずれています。"
            "悪い時に始めたなら、ひとりでに戻ります。"
        )
        return Found(check("selection", "present", words, f"{_COMPARE}。"), figures)
    words = (
        f"始まる直前の値とそれまでの平均の差は {number(mean)}{unit} で、偶然の範囲です"
        "（その前に選んだのなら、この表では分かりません）。"
    )
    return Found(check("selection", "absent", words), figures)


def others(found: Courses, unit: str, confidence: float) -> Found:
    """Did those who got nothing change, too?"""
    if found.others is None:
        words = "同じ時期に始まったこと（料金、制度、システム、景気）の影響は、前後の差から分けられません。"
        return Found(check("others", "unknown", words, f"{_COMPARE}（da.effect.did）。"), {})
    change, se, df = found.others.change()
    row = row_of(change, se, df, confidence)
    figures = {"others_change": change}
    moved = change != 0 and (se == 0 or row["p_value"] < 1 - confidence)
    words = (
        f"何もしなかった「{found.others.name}」も {number(change)}{unit} 変わりました。"
        if moved
        else f"何もしなかった「{found.others.name}」の変化は {number(change)}{unit} で、偶然の範囲です。"
    )
    return Found(check("others", "present" if moved else "absent", words, "da.effect.did" if moved else ""), figures)


def size(found: Courses) -> Found:
    """Few units, or few times."""
    n, word = found.treated.n, "件" if found.treated.paired else "時点・行"
    few = n < FEW
    words = f"前と後をくらべられるのは {n:,} {word}です。" + ("一つの動きで平均が変わります。" if few else "")
    return Found(
        check("size", "present" if few else "absent", words, "件数か期間を増やしてください。" if few else ""), {}
    )


def leaving(found: Courses) -> Found:
    """Were the same units compared?"""
    course = found.treated
    if not course.paired:
        words = "前と後が同じ対象の値かどうか、この表では分かりません。"
        return Found(check("leaving", "unknown", words, "対象の番号の列（id=）が要ります。"), {})
    share = course.alone / (course.alone + course.n)
    words = f"前か後の片方しか値のない対象は {course.alone:,} 件（{100 * share:.1f}%）です。"
    needed = "抜けた対象、加わった対象が、ほかと似ているかを確かめてください。" if share > 0.05 else ""
    return Found(check("leaving", "present" if share > 0.05 else "absent", words, needed), {})


def _series(course: Course, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Means of the times before ``start`` that have a value, and their numbers."""
    early = course.position < start
    count = np.bincount(course.position[early], minlength=start)
    total = np.bincount(course.position[early], course.y[early], start)
    return total[count > 0] / count[count > 0], np.flatnonzero(count)


def _months(found: set[int]) -> str:
    """Months in words: 「4〜9月」 where they follow each other (also over the turn of the year).

    >>> _months({4, 5, 6}), _months({11, 12, 1}), _months({4, 8}), _months(set(range(1, 13)))
    ('4〜6月', '11〜1月', '4・8月', '1〜12月')
    """
    if len(found) == 12:
        return "1〜12月"
    first = [m for m in sorted(found) if (m - 2) % 12 + 1 not in found]
    if len(first) == 1 and len(found) > 2:
        return f"{first[0]}〜{(first[0] + len(found) - 2) % 12 + 1}月"
    return "・".join(str(m) for m in sorted(found)) + "月"
