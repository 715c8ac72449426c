"""What columns of pivots, ranks and checklists are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "depth": "段（0は合計）",
    "even": "どこも同じなら要る数",
    "groups": "比べた組の数",
    "mean_percent": "割合の平均（町の割合ではない）",
    "needed_groups": "届くまでに要る数",
    "needed_percent": "届くまでに要る数の割合",
    "overall_percent": "全体の割合",
    "parent_percent": "すぐ上の計に占める割合",
    "ratio_percent": "その組の割合",
    "ratio_rank": "割合の順位",
    "reached_percent": "届いた割合",
    "theme": "見る所",
    "total_percent": "全部に占める割合",
    "year_before": "前の年",
}
