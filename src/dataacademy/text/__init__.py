"""Free text and interviews: words, how often, together with what, by whom, sorted by rules; and who must stay hidden.

:func:`tokenize` cuts texts into words once; the other functions take what it returned (or a table and ``text=``, read
in the usual way).  The packages of the extra ``text`` (SudachiPy and its dictionary) load when they are first used.
"""

from dataacademy.text.agreement import agreement
from dataacademy.text.cloud import wordcloud
from dataacademy.text.coding import UNCODED, coding_rules
from dataacademy.text.counting import kwic, word_count
from dataacademy.text.distinctive import distinctive_words
from dataacademy.text.network import cooccurrence_network
from dataacademy.text.personal import NOT_FOUND, personal_information
from dataacademy.text.reader import STOP_WORDS
from dataacademy.text.rules import read_rules
from dataacademy.text.together import cooccurrence
from dataacademy.text.tokens import tokenize

__all__ = [
    "NOT_FOUND",
    "STOP_WORDS",
    "UNCODED",
    "agreement",
    "coding_rules",
    "cooccurrence",
    "cooccurrence_network",
    "distinctive_words",
    "kwic",
    "personal_information",
    "read_rules",
    "tokenize",
    "word_count",
    "wordcloud",
]
