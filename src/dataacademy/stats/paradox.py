"""Simpson's paradox: a comparison that turns round when one looks inside the groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import prepare, sorted_values, two_groups
from dataacademy.labels import label_of


def simpson(
    data: pd.DataFrame,
    *,
    value: str,
    by: str,
    within: Sequence[str] | str,
    groups: Sequence | None = None,
    weights: str | None = None,
    unit: str = "",
) -> Analysis:
    """Whether the difference in ``value`` between two groups of ``by`` turns round inside another variable.

    value
        Numbers, or yes/no (its mean is the share).
    within
        One or more columns to look inside, each by itself.
    groups
        Which two groups of ``by``, first minus second; needed where there are more than two.

    Table: ``variable, level, n_a, n_b, mean_a, mean_b, difference, flips`` (the sign is opposite to the overall one).
    Level 全体 is everybody, 調整後 both groups made alike in ``variable`` (levels weighted by all people in them).
    Value: the variable by which it flips (adjusted difference of the opposite sign; the strongest if there are
    several), or None.  Figures: ``overall, adjusted``.

    Levels with only one of the two groups cannot be compared and stand in ``left_out``.
    Errors: more than two groups, ``no_overlap``, those of :func:`~dataacademy.inputs.prepare`.
    Checked against the Berkeley admissions of 1973 (six departments) and kidney stones (Charig 1986).
    When not to use: as a search through every column (some split always flips by chance), or with a column that is a
    result of ``by`` (adjusting for it hides the effect).

    >>> stones = pd.DataFrame({"治療": ["A", "A", "B", "B"] * 2, "石": ["小"] * 4 + ["大"] * 4,
    ...     "成功": [1, 0] * 4, "人": [81, 6, 234, 36, 192, 71, 55, 25]})
    >>> finding = simpson(stones, value="成功", by="治療", within="石", weights="人")
    >>> finding.value, round(finding.figures["overall"], 3), round(finding.figures["adjusted"], 3)
    ('石', -0.046, 0.054)
    >>> import dataacademy as da
    >>> residents = da.load("residents").merge(da.load("areas")[["area_id", "quarter"]], on="area_id")
    >>> residents["age"] = 2026 - residents["birth_date"].str[:4].astype(int)
    >>> print(simpson(residents, value="age", by="sex", within="quarter").value)  # women are older in every quarter
    None
    """
    within = [within] if isinstance(within, str) else list(within)
    rows = prepare(data, numbers=[value], categories=[by, *within], weights=weights)
    a, b = two_groups(rows.frame[by], by, groups)
    frame = rows.frame.assign(_w=rows.weights)
    frame = frame[frame[by].isin([a, b])]
    left_out = list(rows.left_out)
    if len(frame) < len(rows.frame):
        left_out.append(f"ほかの区分の {len(rows.frame) - len(frame):,} 行")
    whole = _row(frame, value, by, a, b, "", "全体")
    table, adjusted = [whole], {}
    for variable in within:
        parts = [
            _row(frame[frame[variable] == x], value, by, a, b, variable, x) for x in sorted_values(frame[variable])
        ]
        usable = [p for p in parts if p["n_a"] and p["n_b"]]
        if not usable:
            raise DataAcademyError(
                "no_overlap",
                f"「{variable}」のどの区分にも、「{a}」と「{b}」の両方がいないので、中でくらべられません。",
                f"No level of {variable!r} has both {a!r} and {b!r}.",
                fix="もっと大きな区分の列を選んでください。",
                fix_en="Choose a column with wider groups.",
            )
        left_out += [
            f"「{variable}」が「{p['level']}」（片方しかいない）" for p in parts if not (p["n_a"] and p["n_b"])
        ]
        sizes = [frame.loc[frame[variable] == p["level"], "_w"].sum() for p in usable]
        means = {side: float(np.average([p[side] for p in usable], weights=sizes)) for side in ("mean_a", "mean_b")}
        adjusted[variable] = means["mean_a"] - means["mean_b"]
        counts = {side: sum(p[side] for p in usable) for side in ("n_a", "n_b")}
        table += parts
        table.append({"variable": variable, "level": "調整後", **counts, **means, "difference": adjusted[variable]})
    table = pd.DataFrame(table)
    overall = whole["difference"]
    table["flips"] = _opposite(table["difference"], overall)
    strongest = max(adjusted, key=lambda v: -adjusted[v] * np.sign(overall))
    flips = bool(_opposite(adjusted[strongest], overall))
    shown = strongest if flips else min(adjusted, key=lambda v: adjusted[v] * np.sign(overall))
    inside = table[(table["variable"] == shown) & (table["level"] != "調整後")]["flips"]
    sides = ("高い", "低い") if overall > 0 else ("低い", "高い")
    ja = (
        f"全体では「{a}」の「{label_of(value)}」が「{b}」より {number(abs(overall))}{unit} {sides[0]}のに、"
        if flips
        else ""
    )
    ja += (
        f"「{label_of(shown)}」をそろえると {number(abs(adjusted[shown]))}{unit} {sides[1]}、と向きが逆になります"
        f"（{len(inside)} 区分のうち {int(inside.sum())} 区分で逆）。"
        if flips
        else f"全体の差は {number(overall)}{unit}、「{label_of(shown)}」をそろえても "
        f"{number(adjusted[shown])}{unit} で、向きは変わりません。"
    )
    return Analysis(
        table,
        strongest if flips else None,
        ja,
        f"{a} minus {b}: overall {number(overall)}, with {shown} held constant {number(adjusted[shown])}"
        f"{': the sign flips.' if flips else '; the sign stays.'}",
        used={"行": len(frame)} | ({"重みの合計": float(frame["_w"].sum())} if weights else {}),
        left_out=tuple(left_out),
        figures={"overall": float(overall), "adjusted": float(adjusted[shown])},
        assumptions=(
            "どちらの見方が正しいかは、その変数が原因の側にあるか（そろえるべき）、結果の側にあるか（そろえない）で決まります。",
        ),
    )


def _opposite(difference, overall: float):
    """Whether a difference has the other sign, by more than rounding."""
    return (difference * overall < 0) & (abs(difference) > 1e-9 * abs(overall))


def _row(frame: pd.DataFrame, value: str, by: str, a, b, variable: str, level) -> dict:
    sides = [frame[frame[by] == g] for g in (a, b)]
    means = [weighted.mean(s[value].to_numpy(), s["_w"].to_numpy()) if len(s) else np.nan for s in sides]
    return {"variable": variable, "level": level, "n_a": len(sides[0]), "n_b": len(sides[1])} | {
        "mean_a": means[0],
        "mean_b": means[1],
        "difference": means[0] - means[1],
    }
