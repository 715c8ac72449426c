"""A question's answers as small numbers: what was said, what was said off the scale, where nothing was said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import empty_group, prepare
from dataacademy.survey.codebook import Codebook, read_codebook
from dataacademy.survey.labelling import categorical

MAX_LEVELS = 200  # more different answers than this is a number, an identifier or free text
ANSWER, DONT_KNOW, NO_ANSWER, EMPTY = "answer", "dont_know", "no_answer", "empty"
KINDS = {ANSWER: "回答", DONT_KNOW: "わからない", NO_ANSWER: "無回答", EMPTY: "空欄（聞いていない）"}
_DONT_KNOW = re.compile(r"(わからない|分からない|判らない|わかりません|知らない|don.?t know)")
_NO_ANSWER = re.compile(r"(無回答|未回答|無記入|回答なし|不明|no answer)", re.I)


@dataclass(frozen=True)
class Answers:
    """One question.

    codes
        For each respondent the number of the answer in ``words``; −1 where the cell is empty.
    words, kinds
        The answers in order, and of each whether it is an ``answer``, ``dont_know`` or ``no_answer``.
    label
        The question in words.
    scores
        The number of each answer on its scale: its code if that is a number, else 1, 2, …; NaN off the scale.
    """

    column: str
    codes: np.ndarray
    words: list[str]
    kinds: list[str]
    label: str
    scores: np.ndarray

    @property
    def on_scale(self) -> np.ndarray:
        """Positions of the answers proper."""
        return np.array([i for i, kind in enumerate(self.kinds) if kind == ANSWER], dtype=int)

    def score(self) -> np.ndarray:
        """The score of each respondent, NaN without an answer on the scale (float, one a row)."""
        return np.append(self.scores, np.nan)[self.codes]


def encode(data: pd.DataFrame, column: str, book: Codebook | None = None) -> Answers:
    """The :class:`Answers` of one column: of codes with a codebook, of categories, or of words as they come.

    Errors: ``unknown_column``, ``all_missing``, ``too_many_levels``, ``mixed_digits``, ``unexpected_codes``.
    """
    check_columns(data, [column], table="渡した表")
    values = data[column]
    label = book.label(column) if book is not None else str(column)
    question = book.get(column) if book is not None else None
    if question is not None and question.values:
        coded = categorical(values, question, column)
        words = tuple(str(w) for w in coded.categories)
        codes_of = {word: code for code, word in {**question.scale, **question.missing}.items()}
        missing = set(question.missing.values())
        kinds = [(_off_scale(word) or NO_ANSWER) if word in missing else ANSWER for word in words]
        scores = _scores([codes_of[w] for w in words], kinds)
    else:
        coded = values.array if isinstance(values.dtype, pd.CategoricalDtype) else _as_categories(values, column)
        words = tuple(_word(w) for w in coded.categories)
        kinds, scores, fine = _read(words)
        if not fine and len(words):
            _check_levels(coded.categories, column)
    if coded.codes.max() < 0:
        _check_levels([None], column)
    return Answers(str(column), coded.codes, list(words), list(kinds), label, scores)


@lru_cache(maxsize=1024)
def _read(words: tuple[str, ...]) -> tuple[list[str], np.ndarray, bool]:
    """Kind and score of each of the words, and whether they can be categories (questions of one scale share this)."""
    kinds = [_off_scale(word, whole=True) or ANSWER for word in words]
    fine = 0 < len(words) <= MAX_LEVELS and len({unicodedata.normalize("NFKC", w).strip() for w in words}) == len(words)
    return kinds, _scores(words, kinds), fine


def encode_groups(data: pd.DataFrame, column: str, book: Codebook | None) -> Answers:
    """The :class:`Answers` of a column of attributes; an error for a group in which there is nobody."""
    groups = encode(data, column, book)
    counts = np.bincount(groups.codes[groups.codes >= 0], minlength=len(groups.words))
    coded = book is not None and column in book
    for i in groups.on_scale:
        if counts[i] == 0 and not coded:
            raise empty_group(column, groups.words[i])
    return groups


def codebook_of(codebook) -> Codebook | None:
    """The codebook handed over in any form; None for none."""
    return None if codebook is None else read_codebook(codebook)


def questions_of(data: pd.DataFrame, questions, book: Codebook | None) -> list[str]:
    """The questions asked for (one name or several); all that have codes or categories if None."""
    if isinstance(questions, str):
        return [questions]
    if questions is not None:
        names = list(questions)
        check_columns(data, names, table="渡した表")
    else:
        names = [
            c
            for c in data.columns
            if (book is not None and c in book and book[c].values) or isinstance(data[c].dtype, pd.CategoricalDtype)
        ]
    if not names:
        raise DataAcademyError(
            "no_questions",
            "集計する設問がありません。",
            "There is no question to tabulate.",
            fix="列の名前を挙げるか、コード表（codebook=）を渡してください。",
            fix_en="Name the columns, or pass codebook=.",
        )
    return names


def nobody_answered(answers: Answers) -> DataAcademyError:
    """The error for a question to which there is no answer on the scale."""
    return DataAcademyError(
        "nobody_answered",
        f"設問「{answers.column}」に答えた人が一人もいません（すべて空欄、無回答、わからないのどれかです）。",
        f"Nobody answered {answers.column!r}: every cell is empty, no answer or don't know.",
        fix="対象にした人の条件と、コード表の「欠損」を確かめてください。",
        fix_en="Check who was chosen, and the codebook's missing codes.",
        column=answers.column,
    )


def one_scale(questions: Sequence[Answers]) -> list[str]:
    """The answers on the scale that all ``questions`` share, in order; an error where two of them differ."""
    first = [questions[0].words[i] for i in questions[0].on_scale]
    for other in questions[1:]:
        words = [other.words[i] for i in other.on_scale]
        if words != first:
            raise DataAcademyError(
                "different_scales",
                f"「{questions[0].column}」と「{other.column}」は答えの選択肢がちがいます"
                f"（{'・'.join(first)} と {'・'.join(words)}）。",
                f"{questions[0].column!r} and {other.column!r} have different scales.",
                fix="同じ選択肢の設問だけを並べてください。答えが一つも無い選択肢があるなら、コード表（codebook=）を渡してください。",
                fix_en="List questions of one scale only, or pass codebook= so that unused answers are known.",
            )
    return first


def _as_categories(values: pd.Series, column: str) -> pd.Categorical:
    place, found = pd.factorize(values)
    if len(found) <= MAX_LEVELS:
        order = sorted(range(len(found)), key=lambda i: _order(found[i]))
    else:
        order = list(range(len(found)))  # refused by the caller
    position = np.empty(len(found) + 1, dtype=np.int64)
    position[order], position[-1] = np.arange(len(found)), -1
    small = np.int8 if len(found) < 127 else np.int32
    return pd.Categorical.from_codes(position[place].astype(small), pd.Index([found[i] for i in order], dtype=object))


def _order(value) -> tuple:
    return (0, float(value), "") if isinstance(value, (int, float, np.number)) else (1, 0.0, str(value))


def _check_levels(found: Sequence, column: str) -> None:
    """The errors of ``stats`` on the different values only: nothing there, too many, one word written in two ways."""
    prepare(pd.DataFrame({column: pd.Series(list(found), dtype=object)}), categories=[column], max_levels=MAX_LEVELS)


def _word(value) -> str:
    return str(int(value)) if isinstance(value, (float, np.floating)) and value == int(value) else str(value)


def _off_scale(word: str, *, whole: bool = False) -> str:
    """Whether a word says わからない or 無回答; as a ``whole`` where no codebook says that it is off the scale."""
    match = "fullmatch" if whole else "search"
    if getattr(_DONT_KNOW, match)(word):
        return DONT_KNOW
    return NO_ANSWER if getattr(_NO_ANSWER, match)(word) else ""


def _scores(numbers: Sequence[str], kinds: list[str]) -> np.ndarray:
    on = [i for i, kind in enumerate(kinds) if kind == ANSWER]
    out = np.full(len(kinds), np.nan)
    numeric = bool(on) and all(re.fullmatch(r"-?\d+(\.\d+)?", numbers[i]) for i in on)
    for rank, i in enumerate(on, 1):
        out[i] = float(numbers[i]) if numeric else rank
    return out
