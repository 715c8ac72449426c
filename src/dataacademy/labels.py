"""What columns are called on paper: the Japanese names of the stable columns that lessons show."""

from __future__ import annotations

LABELS = {
    "all_percent": "全員の割合",
    "area_id": "地区コード",
    "area_name": "地区名",
    "base": "数えた全体",
    "capacity": "想定収容人数",
    "column": "列",
    "count": "数",
    "covered": "圏内",
    "date": "調査日",
    "definition": "記号",
    "definition_label": "考え方",
    "distance_m": "最寄りの施設までの直線距離",
    "elderly": "65歳以上の人口",
    "elderly_percent": "65歳以上の割合",
    "far": "遠い人の数",
    "far_percent": "遠い人の割合",
    "file": "ファイル",
    "fix": "直し方",
    "handling": "扱い",
    "households": "世帯数",
    "ja": "内容",
    "kind": "種類",
    "kind_label": "施設の種類",
    "label": "何の表か",
    "n_facilities": "施設の数",
    "layer": "区域の種類",
    "n_rows": "地区の数",
    "name": "名前",
    "nearest_name": "最寄りの施設",
    "population": "人口",
    "residents": "居住者数",
    "row": "行",
    "rows": "行の数",
    "share_percent": "圏内の割合",
    "source": "出典",
    "uncovered": "圏外",
    "use": "使うか",
    "value": "見つかった値",
    "why": "理由",
    "within_m": "施設からの直線距離（m以内）",
    "zone_id": "区域番号",
}


def label_of(column: str, unit: str = "") -> str:
    """What a column is called on paper, with its unit.

    >>> label_of("distance_m", "m"), label_of("待ち時間")
    ('最寄りの施設までの直線距離（m）', '待ち時間')
    """
    return LABELS.get(column, str(column)) + (f"（{unit}）" if unit else "")
