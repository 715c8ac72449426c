"""単純集計: how many gave each answer, with those who gave none shown apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import check_choice
from dataacademy.inputs import check_between
from dataacademy.survey.answers import (
    ANSWER,
    DONT_KNOW,
    EMPTY,
    KINDS,
    NO_ANSWER,
    Answers,
    codebook_of,
    encode,
    nobody_answered,
    questions_of,
)
from dataacademy.survey.design import Design, as_design
from dataacademy.survey.intervals import share_covariance, share_limits, t_quantile
from dataacademy.survey.tally import Tally

BLANKS = ("not_asked", "no_answer")


def tabulate(
    data,
    *,
    question: str,
    weights: str | None = None,
    codebook=None,
    blank: str = "not_asked",
    confidence: float = 0.95,
) -> Analysis:
    """One question: n and % of each answer; わからない, 無回答 and empty cells apart, never in the average.

    data
        Table, one row a respondent, or a :class:`~dataacademy.survey.Design` (then intervals know strata and clusters).
    weights
        Column of weights, where ``data`` is a table.
    codebook
        What the codes mean (anything ``read_codebook`` reads); not needed after ``label``.
    blank
        What an empty cell is: ``not_asked`` (skipped by the questionnaire, in no base) or ``no_answer`` (無回答).

    Table, one row an answer: ``question, wording, answer, kind`` (answer, dont_know, no_answer, empty), ``n``,
    ``weighted_n``, ``percent`` (of those who answered, Σ = 100), ``lower_percent, upper_percent`` (logit interval under
    the design), ``base`` (n of those who answered) and ``percent_of_all`` (of everybody asked).
    Value: the percent of the most frequent answer.

    Errors: ``unknown_column``, ``unexpected_codes``, ``nobody_answered``, ``too_many_levels``, ``mixed_digits``, those
    of :class:`~dataacademy.survey.Design`.
    Checked against R ``svymean``/``svyciprop`` and the published counts of 福井県観光アンケート.
    When not to use: for questions with several answers (``multiple_response``) or numbers (``Design.mean``).

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> finding = tabulate(survey[survey["returned"]], question="q7", weights="weight", codebook=book)
    >>> finding.table[["answer", "kind"]].values.tolist()
    [['はい', 'answer'], ['いいえ', 'answer'], ['無回答', 'no_answer']]
    >>> float(finding.table["percent"].sum().round(6))
    100.0
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_choice("空欄の扱い（blank）", blank, BLANKS, en="blank")
    design, book = as_design(data, weights), codebook_of(codebook)
    answers = encode(design.data, question, book)
    tally = design.counter(width=len(answers.words)).count(answers.codes)
    table = pd.DataFrame(counted(answers, tally, blank, confidence))
    if not design.weighted:
        table = table.drop(columns="weighted_n")
    said = table[table["kind"] == ANSWER]
    top = said.loc[said["percent"].idxmax()]
    apart = [
        f"{KINDS[kind]} {part['percent_of_all'].sum():.1f}%"
        for kind, part in table[table["kind"].isin([DONT_KNOW, NO_ANSWER])].groupby("kind", sort=False)
    ]
    span = interval_words(top["lower_percent"], top["upper_percent"], confidence, unit="%")
    empty = int(table.loc[table["kind"] == EMPTY, "n"].sum())
    return Analysis(
        table,
        float(top["percent"]),
        f"「{answers.label}」は「{top['answer']}」が最も多く {top['percent']:.1f}%（{span}、回答 "
        f"{top['base']:,}人）です。"
        + (f"聞いた人のうち{'、'.join(apart)}は、この割合に入れていません。" if apart else ""),
        f"{question}: {top['answer']} {top['percent']:.1f} % ({number(top['lower_percent'])}–"
        f"{number(top['upper_percent'])}) of {top['base']:,} who answered.",
        used=used_of(design, int(top["base"])),
        left_out=left_out_of(table, empty),
    )


def gt_table(
    data,
    *,
    questions: Sequence[str] | None = None,
    by: str | None = None,
    weights: str | None = None,
    codebook=None,
    blank: str = "not_asked",
    confidence: float = 0.95,
) -> Analysis:
    """GT表: all questions at once, for everybody or ``by`` group.

    questions
        Names of columns; every column that has codes in the codebook, or categories, if not given.
    by
        Attribute; then the rows are those of :func:`~dataacademy.survey.crosstab`, for every question.

    Table: as :func:`tabulate`, one question after the other; columns without any answer are named in ``left_out``.
    Value: number of questions.  Errors: ``no_questions``, those of :func:`tabulate`.
    Checked against :func:`tabulate` of each question.
    When not to use: as the report itself; it is where you look things up.

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> sheets = survey[survey["returned"]]
    >>> finding = gt_table(sheets, questions=["q5", "q6", "q7"], weights="weight", codebook=book)
    >>> finding.value, finding.table.groupby("question")["percent"].sum().round(6).tolist()
    (3, [100.0, 100.0, 100.0])
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_choice("空欄の扱い（blank）", blank, BLANKS, en="blank")
    design, book = as_design(data, weights), codebook_of(codebook)
    names = [q for q in questions_of(design.data, questions, book) if q != by]
    nobody = [q for q in names if not design.data[q].notna().any()]
    names = [q for q in names if q not in nobody]
    left_out = tuple(f"「{q}」：答えが一つもありません" for q in nobody)
    if by is not None:
        from dataacademy.survey.crosstabs import crosstab

        finding = crosstab(design, question=names, by=by, codebook=book, confidence=confidence, single_category=True)
        table, left_out = finding.table, (*finding.left_out, *left_out)
    else:
        asked = [encode(design.data, q, book) for q in names]
        counter = design.counter(width=max(len(a.words) for a in asked))
        tallies = counter.each([a.codes for a in asked])
        table = join(counted(a, tally, blank, confidence) for a, tally in zip(asked, tallies, strict=True))
        left_out += left_out_of(table, 0)
        if not design.weighted:
            table = table.drop(columns="weighted_n")
    return Analysis(
        table,
        len(names),
        f"{len(names)}問を集計しました（{len(design.data):,}人" + (f"、「{by}」別）。" if by else "）。"),
        f"{len(names)} questions tabulated ({len(design.data):,} respondents{f', by {by}' if by else ''}).",
        used=used_of(design, int(design.domain.sum())),
        left_out=left_out,
    )


def counted(answers: Answers, tally: Tally, blank: str, confidence: float) -> dict[str, np.ndarray]:
    """The rows of one question for everybody, by column."""
    n, w, squares = (v[:-1].sum(axis=0) for v in (tally.n, tally.w, tally.squares))
    groups = np.arange(tally.n.shape[0] - 1)
    on = answers.on_scale
    base = int(n[1 + on].sum())
    if base == 0:
        raise nobody_answered(answers)
    off = [i for kind in (DONT_KNOW, NO_ANSWER) for i, k in enumerate(answers.kinds) if k == kind]
    places = np.concatenate([1 + on, np.array([1 + i for i in off], dtype=int), [0] if n[0] else []]).astype(int)
    empty_kind = NO_ANSWER if blank == "no_answer" else EMPTY
    kinds = np.array([empty_kind if p == 0 else answers.kinds[p - 1] for p in places])
    words = np.array(["（空欄）" if p == 0 else answers.words[p - 1] for p in places], dtype=object)
    total = w[1 + on].sum()
    share = w[1 + on] / total
    cov = tally.covariance(groups, 1 + on).sum(axis=(0, 2))[None, :, None, :]
    variance = share_covariance(cov, share[None], np.array([total]))[0, 0]
    t = t_quantile(confidence, tally.df_of_all(groups, 1 + on))
    low, high = share_limits(share, np.sqrt(np.maximum(variance, 0)), total**2 / squares[1 + on].sum(), t)
    valid = np.arange(len(places)) < len(on)
    asked = w[places[kinds != EMPTY]].sum()
    return {
        "question": np.repeat(np.array(answers.column, dtype=object), len(places)),
        "wording": np.repeat(np.array(answers.label, dtype=object), len(places)),
        "answer": words,
        "kind": kinds.astype(object),
        "n": n[places],
        "weighted_n": w[places],
        "percent": _padded(100 * share, valid),
        "lower_percent": _padded(100 * low, valid),
        "upper_percent": _padded(100 * high, valid),
        "base": np.repeat(base, len(places)),
        "percent_of_all": np.where(kinds == EMPTY, np.nan, 100 * w[places] / asked),
    }


def join(blocks) -> pd.DataFrame:
    """Rows of several questions as one table."""
    blocks = list(blocks)
    return pd.DataFrame({column: np.concatenate([b[column] for b in blocks]) for column in blocks[0]})


def used_of(design: Design, base: int) -> dict[str, float]:
    """For ``Finding.used``: who was handed over, who answered, how many they stand for."""
    used = {"対象": int(design.domain.sum()), "回答": base}
    return used | ({"重みの合計": float(design.weights[design.domain].sum())} if design.weighted else {})


def left_out_of(table: pd.DataFrame, empty: int) -> tuple[str, ...]:
    """Who is in no percentage: わからない, 無回答 and empty cells, in words."""
    out = []
    for kind in (DONT_KNOW, NO_ANSWER, EMPTY):
        n = int(table.loc[table["kind"] == kind, "n"].sum())
        if n:
            unit = "人" if table["question"].nunique() == 1 else "件"
            out.append(f"{KINDS[kind]} {n:,} {unit}")
    return tuple(out)


def _padded(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    out = np.full(len(valid), np.nan)
    out[valid] = values
    return out
