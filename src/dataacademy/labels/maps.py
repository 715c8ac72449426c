"""What columns of maps are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {}
