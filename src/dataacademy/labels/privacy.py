"""What columns of personal data are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {}
