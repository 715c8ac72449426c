"""What a figure turned out to be, and where that differs from the design card that was drawn before the analysis."""

from dataacademy.worksheet.picture.comparing import differences, read

__all__ = ["differences", "read"]
