"""Effect measurement: did it work, and how would we know."""

__all__: list[str] = []
