"""What an instructor would say of a worksheet before the next session: the record, why, and a question to ask back."""

from dataacademy.worksheet.review.checking import Comment, review

__all__ = ["Comment", "review"]
