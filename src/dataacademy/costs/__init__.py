"""Costs and benefits over the years, in money and in hours."""

__all__: list[str] = []
