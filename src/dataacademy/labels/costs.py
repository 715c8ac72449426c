"""What columns of costs and benefits are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {}
