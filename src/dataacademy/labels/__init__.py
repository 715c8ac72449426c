"""What columns are called on paper: the Japanese names of the stable columns that lessons show, one name a column.

``general`` holds those of several fields, the other modules those of one.
"""

from __future__ import annotations

from dataacademy.labels import bi, costs, effect, general, maps, privacy, projects, queues, status_page

LABELS = {
    **general.LABELS,
    **bi.LABELS,
    **maps.LABELS,
    **effect.LABELS,
    **costs.LABELS,
    **privacy.LABELS,
    **projects.LABELS,
    **queues.LABELS,
    **status_page.LABELS,
}


def label_of(column: str, unit: str = "") -> str:
    """What a column is called on paper, with its unit.

    >>> label_of("distance_m", "m"), label_of("待ち時間")
    ('最寄りの施設までの直線距離（m）', '待ち時間')
    """
    return LABELS.get(column, str(column)) + (f"（{unit}）" if unit else "")
