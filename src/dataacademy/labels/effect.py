"""What columns of effect measurement are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {}
