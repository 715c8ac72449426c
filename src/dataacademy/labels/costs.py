"""What columns of costs and benefits are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "amount_yen": "金額（円）",
    "annual_yen": "年あたりの費用（円）",
    "bcr": "費用便益比（B/C）",
    "bcr_net": "費用便益比（毎年の費用を便益から引く）",
    "benefit_yen": "便益（円）",
    "cash": "現金の出入りがある",
    "cost_yen": "費用（円）",
    "factor": "割引係数",
    "fiscal_year": "年度",
    "high_yen": "多いときの純現在価値（円）",
    "hours": "職員の時間（時間）",
    "index": "物価の指数",
    "irr_percent": "内部収益率",
    "low_yen": "少ないときの純現在価値（円）",
    "net_yen": "収支（円）",
    "npv_yen": "純現在価値（円）",
    "percentile": "下からの順位（％）",
    "present_yen": "現在価値（円）",
    "project": "事業",
    "real_yen": "基準年度の物価での金額（円）",
    "swing_yen": "動く幅（円）",
    "switch_percent": "等しくなるまでの変化（％）",
    "value_yen": "値打ち（円）",
    "years": "年数",
}
