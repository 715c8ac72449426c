"""Personal data: who can still be told apart, and what to do before a table is handed out."""

__all__: list[str] = []
