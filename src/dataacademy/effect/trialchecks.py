"""Did the lot hold: likeness before, who went missing, the numbers drawn, what could be seen, how many clusters."""

from __future__ import annotations

import pandas as pd

from dataacademy.analysis import Analysis, number, p_words
from dataacademy.effect.arms import Arms
from dataacademy.effect.checks import check, quoted
from dataacademy.effect.drawn import Part
from dataacademy.effect.likeness import LARGE

FEW_CLUSTERS = 10  # degrees of freedom below which an error between clusters is itself only guessed


def trial_checks(
    part: Part,
    arms: Arms,
    alike: Analysis | None,
    row: pd.Series,
    *,
    planned: float | None,
    detectable: float,
    unit: str,
    confidence: float,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """The table of checks, and the figures that belong to it."""
    leaving, figures = _leaving(part, arms, confidence)
    rows = [_alike(alike), leaving]
    n1, n0 = part.drawn
    if planned is None:
        words = f"割り付けは {n1:,} 対 {n0:,} です。"
        rows.append(check("ratio", "unknown", words, "予定の割合を planned= に入れてください。"))
    else:
        rows.append(_ratio(n1, n0, planned, figures))
    weak = abs(row["estimate"]) < detectable and row["p_value"] > 1 - confidence
    rows.append(
        check(
            "power",
            "present" if weak else "absent",
            f"この件数では、{number(detectable)}{unit} より小さい効果は、あっても見のがすことが多くなります"
            "（それ以上なら 10 回に 8 回は見つかります）。",
            "差がはっきりしないことは、効果がないことの証明ではありません。" if weak else "",
        )
    )
    if part.cluster is not None:
        few = row["df"] < FEW_CLUSTERS
        rows.append(
            check(
                "clusters",
                "present" if few else "absent",
                f"まとまりは {part.cluster.max() + 1:,} あり、確かさは実質 {row['df']:.1f} 個分の情報（自由度）から"
                "求めました。",
                "まとまりが少ないので、引き直しの検定を重く見てください。" if few else "",
            )
        )
    return pd.DataFrame(rows), figures


def _alike(alike: Analysis | None) -> dict[str, str]:
    if alike is None:
        words = "始まる前の列が指定されていません。"
        return check("balance", "unknown", words, "covariates= か baseline= に入れてください。")
    gap = alike.table["standardised_difference"].abs()
    far = alike.table.loc[(gap >= LARGE) | gap.isna(), "variable"].unique()
    state = "present" if len(far) else "absent"
    return check("balance", state, alike.sentence, f"{quoted(far)}をそろえた差で見ます。" if len(far) else "")


def _leaving(part: Part, arms: Arms, confidence: float) -> tuple[dict[str, str], dict[str, float]]:
    from scipy.stats import fisher_exact

    gone = [int(part.gone[side].sum()) for side in (arms.treated, ~arms.treated)]
    stay = [int((~part.gone)[side].sum()) for side in (arms.treated, ~arms.treated)]
    percent = [100 * g / (g + s) for g, s in zip(gone, stay, strict=True)]
    figures = {"missing_treated_percent": percent[0], "missing_control_percent": percent[1]}
    figures["missing_p"] = float(fisher_exact([gone, stay])[1]) if sum(gone) else 1.0
    uneven = figures["missing_p"] < 1 - confidence or abs(percent[0] - percent[1]) > 5 or max(percent) > 20
    return check(
        "leaving",
        "present" if uneven else "absent",
        f"結果が分からないのは「{arms.called[0]}」{gone[0]:,} 件（{percent[0]:.1f}%）、「{arms.called[1]}」"
        f"{gone[1]:,} 件（{percent[1]:.1f}%）です。",
        "抜けた対象が残った対象と同じとは限りません。どれが、なぜ抜けたかを確かめてください。" if sum(gone) else "",
    ), figures


def _ratio(n1: int, n0: int, planned: float, figures: dict[str, float]) -> dict[str, str]:
    from scipy.stats import binomtest

    figures["ratio_p"] = float(binomtest(n1, n1 + n0, planned).pvalue)
    off = figures["ratio_p"] < 0.01  # the usual limit of a sample-ratio check: a false alarm stops a good trial
    return check(
        "ratio",
        "present" if off else "absent",
        f"割り付けは {n1:,} 対 {n0:,}（予定は {100 * planned:g}%）で、くじの偶然で"
        f"{'はほとんど起こらない' if off else '起こりうる'}ずれです（{p_words(figures['ratio_p'])}）。",
        "くじの引き方か、記録の抜けを確かめるまで、結果を使わないでください。" if off else "",
    )
