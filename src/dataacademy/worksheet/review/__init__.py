"""What an instructor would say of a worksheet before the next session: the record, why, and a question to ask back."""

from dataacademy.worksheet.review.checking import Comment, review
from dataacademy.worksheet.review.cohort import Cohort, Reviewed, review_file, review_folder
from dataacademy.worksheet.review.page import write_page

__all__ = ["Cohort", "Comment", "Reviewed", "review", "review_file", "review_folder", "write_page"]
