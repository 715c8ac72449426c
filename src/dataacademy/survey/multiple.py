"""複数回答: several answers a person, as 0/1 columns or as one text with a separator."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between
from dataacademy.survey.answers import MAX_LEVELS, codebook_of
from dataacademy.survey.design import as_design
from dataacademy.survey.groups import Groups
from dataacademy.survey.intervals import linear, share_limits
from dataacademy.survey.tables import used_of

CHOSEN = {"1", "1.0", "選んだ", "選択", "はい", "あり", "○", "◯", "〇", "レ", "✓", "True", "TRUE", "true", "yes"}
NOT_CHOSEN = {"0", "0.0", "", "選ばない", "選択なし", "非選択", "いいえ", "なし", "×", "False", "FALSE", "false", "no"}
SEPARATORS = ("\n", ";", "；", "|", "、", ",", "，", "/", "／", "・")


def multiple_response(
    data,
    *,
    columns: Sequence[str] | None = None,
    text: str | None = None,
    separator: str = ";",
    free_text: Sequence[str] = (),
    by: str | None = None,
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
) -> Analysis:
    """A question with several answers: % of people (adds up to more than 100) and % of answers.

    columns
        One column an answer (1/0, ○ and empty, True/False, 選んだ/選ばない); or
    text, separator
        one column with all answers of a person in one text, parted by ``separator`` (Google Forms ``", "``, Microsoft
        Forms ``";"``, line break ``"\\n"``).
    free_text
        Columns of ``columns`` in which any words count as chosen (その他 with what was written).

    Table, one row an answer: (``group``), ``column, answer, n, weighted_n, percent`` (of the people who answered),
    ``lower_percent, upper_percent`` (under the design), ``percent_of_answers``, ``base`` (people).  Whoever left all of
    it empty is in no base; whoever chose nothing (all 0) is.  Value: the percent of the most frequent answer.

    Errors: ``unclear_question``, ``not_marks`` (neither 0 nor 1), ``separator_not_found``, ``nobody_answered``,
    ``too_many_levels`` (free text), those of ``Design``.
    Checked against R ``svyciprop``; in 福井県観光アンケート the joined texts and the 0/1 columns give the same counts.
    When not to use: for one answer a person (``tabulate``); do not compare the % of answers between questions.

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> finding = multiple_response(survey[survey["returned"]], columns=[f"q4_{k}" for k in range(1, 9)],
    ...                             weights="weight", codebook=book)
    >>> finding.table["answer"].tolist()[:3]
    ['広報紙', '回覧板・掲示板', '市のホームページ']
    >>> bool(finding.table["percent"].sum() > 150), float(finding.table["percent_of_answers"].sum().round(6))
    (True, 100.0)
    >>> answers = pd.DataFrame({"買い物の手段": ["徒歩;バス", "車", "徒歩", None]})
    >>> multiple_response(answers, text="買い物の手段").table[["answer", "n", "base"]].values.tolist()
    [['徒歩', 2, 3], ['バス', 1, 3], ['車', 1, 3]]
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    design, book = as_design(data, weights), codebook_of(codebook)
    if (columns is None) == (text is None):
        raise DataAcademyError(
            "unclear_question",
            "複数回答の列が決まりません。",
            "Give either columns= or text=.",
            fix="1/0 の列が並んでいるなら columns=[…]、一つの列に区切って書いてあるなら text= と separator= です。",
            fix_en="columns=[…] for 0/1 columns, text= and separator= for joined texts.",
        )
    if columns is not None:
        check_columns(design.data, [*columns, *free_text], table="渡した表")
        names = list(columns)
        marks = [_marks(design.data[c], str(c), c in free_text) for c in names]
        words = without_common_head([book.label(c) if book is not None else str(c) for c in names])
        label = (
            _common_head([book.label(c) if book is not None else str(c) for c in names]) or "、".join(names[:2]) + "…"
        )
    else:
        check_columns(design.data, [text], table="渡した表")
        words, marks = _split(design.data[text], text, separator)
        names, label = [text] * len(words), book.label(text) if book is not None else text
    marks, nothing, blank = _who_answered(marks, design.domain, label)
    groups, rows, marked = Groups(design, by, book, 2), [], {}
    for name, word, codes in zip(names, words, marks, strict=True):
        for head, n, w, squares, cov, t in groups.each([0, 1], codes, confidence):
            share, se = linear(cov, w, np.array([0.0, 1.0]))
            low, high = share_limits(share, se, w.sum() ** 2 / squares.sum() if squares.sum() else np.nan, t)
            rows.append(head | {"column": name, "answer": word, "n": int(n[1]), "weighted_n": w[1]}
                        | {"percent": 100 * share, "lower_percent": 100 * float(low)}
                        | {"upper_percent": 100 * float(high)}
                        | {"percent_of_answers": np.nan, "base": int(n.sum())})  # fmt: skip
            group = head.get("group")
            marked[group] = marked.get(group, 0.0) + w[1]
    table = pd.DataFrame(rows)
    whole = table["group"].map(marked) if by else marked[None]
    table["percent_of_answers"] = 100 * table["weighted_n"] / whole
    if not design.weighted:
        table = table.drop(columns="weighted_n")
    if by:
        table = table.sort_values("group", kind="stable", key=lambda g: g.map(list(marked).index)).reset_index(
            drop=True
        )
    top = table.loc[table["percent"].idxmax()]
    where = f"「{top['group']}」の「{top['answer']}」" if by else f"「{top['answer']}」"
    span = interval_words(top["lower_percent"], top["upper_percent"], confidence, unit="%")
    people = table["base"].iloc[0]
    return Analysis(
        table,
        float(top["percent"]),
        f"「{label}」（複数回答）は{where}が最も多く、答えた人の {top['percent']:.1f}%（{span}、"
        f"{top['base']:,}人）です。"
        "合計は100%を超えます。",
        f"{label} (several answers): {top['answer']} {top['percent']:.1f} % of people "
        f"({number(top['lower_percent'])}–{number(top['upper_percent'])}, n = {top['base']:,}).",
        used=used_of(design, int(people) if not by else int(design.domain.sum()) - blank),
        left_out=(f"すべて空欄の {blank:,} 人",) if blank else (),
        assumptions=("割合は人の数で割っています（回答の数ではありません）。",)
        + ((f"何も選ばなかった {nothing:,} 人も、答えた人に入れています。",) if nothing else ()),
    )


def _marks(values: pd.Series, column: str, words_too: bool) -> np.ndarray:
    """1 chosen, 0 not chosen, −1 empty (int8)."""
    if values.dtype == bool:
        return values.to_numpy().view(np.int8)
    if pd.api.types.is_numeric_dtype(values):
        plain = (
            values.to_numpy() if isinstance(values.dtype, np.dtype) else values.to_numpy(dtype=float, na_value=np.nan)
        )
        if plain.dtype.kind in "iu":
            good = plain.min() >= 0 and plain.max() <= 1
        else:
            empty = np.isnan(plain)
            good = np.isin(plain[~empty], [0, 1]).all()
            plain = np.where(empty, -1, plain)
        if not good:
            raise _not_marks(values, column)
        return plain.astype(np.int8, copy=False)
    place, found = pd.factorize(values)
    texts = [str(v).strip() for v in found]
    of = [1 if t in CHOSEN else 0 if t in NOT_CHOSEN else 1 if words_too else 2 for t in texts]
    if 2 in of:
        raise _not_marks(values, column, texts[of.index(2)])
    alone = not any(t in NOT_CHOSEN for t in texts)  # ○ and empty cells: an empty cell is "not chosen"
    return np.array([*of, 0 if alone else -1], dtype=np.int8)[place]


def _not_marks(values: pd.Series, column: str, found: str = "") -> DataAcademyError:
    found = found or str(next(v for v in values.dropna().unique() if v not in (0, 1)))
    return DataAcademyError(
        "not_marks",
        f"複数回答の列「{column}」に「{found[:20]}」があります。選んだ（1、○）か選ばない（0、空欄）だけが入ります。",
        f"Column {column!r} holds {found[:20]!r}; only chosen (1) or not (0) is allowed.",
        fix=f'自由記述も書かれる列（その他など）なら free_text=["{column}"] を指定してください。'
        "選択肢の列でなければ除いてください。",
        fix_en=f"If words may be written there, use free_text=[{column!r}]; else leave the column out.",
        column=column,
    )


def _split(values: pd.Series, column: str, separator: str) -> tuple[list[str], list[np.ndarray]]:
    """The answers in order of appearance, and the marks of each; every different text is parted once."""
    place, found = pd.factorize(values)
    texts = [str(v) for v in found]
    if not any(separator in t for t in texts) and len(texts) > 1:
        other = next((s for s in SEPARATORS if s != separator and sum(s in t for t in texts) > len(texts) / 5), None)
        if other:
            raise DataAcademyError(
                "separator_not_found",
                f"列「{column}」に区切り「{separator}」がありません。区切りは「{other!r}」ではありませんか。",
                f"Column {column!r} has no separator {separator!r}; is it {other!r}?",
                fix=f"separator={other!r} を指定してください。一人一つの答えなら da.survey.tabulate です。",
                fix_en=f"Use separator={other!r}; for one answer a person, da.survey.tabulate.",
                column=column,
            )
    number: dict[str, int] = {}
    pairs = [
        (i, number.setdefault(word, len(number)))
        for i, t in enumerate(texts)
        for word in dict.fromkeys(part.strip() for part in t.split(separator))
        if word
    ]
    if len(number) > MAX_LEVELS:
        raise DataAcademyError(
            "too_many_levels",
            f"列「{column}」を「{separator!r}」で区切ると {len(number):,} 種類になります（{MAX_LEVELS} 種類まで）。",
            f"Column {column!r} has {len(number)} different parts; at most {MAX_LEVELS}.",
            fix="自由記述の列ではありませんか。区切りも確かめてください。自由記述は da.text で扱います。",
            fix_en="Is it free text? Check the separator too.",
            column=column,
        )
    chosen = np.zeros((len(number), len(texts) + 1), dtype=np.int8)
    for i, k in pairs:
        chosen[k, i] = 1
    chosen[:, -1] = -1
    chosen[:, [i for i, t in enumerate(texts) if not t.replace(separator, "").strip()] or slice(0)] = -1
    return list(number), [row[place] for row in chosen]


def _who_answered(marks: list[np.ndarray], domain: np.ndarray, label: str) -> tuple[list[np.ndarray], int, int]:
    """Marks in which an empty cell is "not chosen", unless all cells of the row are empty.

    And how many people chose nothing, and how many left all of it empty.
    """
    some, answered = np.zeros(len(domain), dtype=bool), np.zeros(len(domain), dtype=bool)
    for codes in marks:
        some |= codes == 1
        answered |= codes >= 0
    if not (answered & domain).any():
        raise DataAcademyError(
            "nobody_answered",
            f"複数回答「{label}」に答えた人が一人もいません（すべて空欄です）。",
            f"Nobody answered {label!r}: every cell is empty.",
            fix="列の名前と、対象にした人を確かめてください。",
            fix_en="Check the columns and who was chosen.",
        )
    out = marks if answered.all() else [np.where(answered, np.maximum(c, 0), -1).astype(np.int8) for c in marks]
    if answered.all():
        out = [c if c.min() >= 0 else np.maximum(c, 0) for c in marks]
    return out, int((answered & ~some & domain).sum()), int((~answered & domain).sum())


def _common_head(labels: list[str]) -> str:
    """What all labels begin with, up to a colon."""
    heads = {m[0] for label in labels if (m := re.match(r".*?[：:]", label))}
    return heads.pop()[:-1] if len(heads) == 1 and all(re.match(r".*?[：:]", label) for label in labels) else ""


def without_common_head(labels: list[str]) -> list[str]:
    """Labels without 「市の情報の入手先：」, where all of them begin with it.

    >>> without_common_head(["入手先：広報紙", "入手先：ほか"]), without_common_head(["道路", "公園：遊具"])
    (['広報紙', 'ほか'], ['道路', '公園：遊具'])
    """
    head = _common_head(labels)
    return [label[len(head) + 1 :] for label in labels] if head and len(labels) > 1 else labels
