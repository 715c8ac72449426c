"""Personal data: who can still be told apart, and what to do before a table is handed out."""

from dataacademy.privacy.anonymity import k_anonymity
from dataacademy.privacy.columns import classify

__all__ = [
    "classify",
    "k_anonymity",
]
