"""Questions on a scale: the whole of it (likert), its upper end (top-2 box), and how many would recommend (NPS)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between
from dataacademy.survey.answers import Answers, codebook_of, encode, nobody_answered, one_scale, questions_of
from dataacademy.survey.codebook import Codebook, Question
from dataacademy.survey.design import as_design
from dataacademy.survey.groups import Groups
from dataacademy.survey.intervals import linear, share_limits, t_quantile
from dataacademy.survey.tables import counted, join, used_of


def likert(
    data,
    *,
    questions: Sequence[str],
    order: Sequence | None = None,
    aside: Sequence = (),
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
) -> Analysis:
    """Questions on one scale side by side: shares, mean score, positive minus negative.

    order, aside
        The answers from the most negative to the most positive, and those off the scale (わからない); from the codebook
        or the categories if not given.

    Table, one row a question and answer: ``question, wording, answer, kind, n, weighted_n, percent, lower_percent,
    upper_percent, base, percent_of_all, score``, and of the question as a whole ``mean, mean_lower, mean_upper,
    positive_percent, negative_percent, net_percent`` (the middle of an odd scale is neither).  Draw it with
    ``da.charts.likert(table, item="wording", answer="answer", y="n", order=…, aside=…)``.
    Value: the highest net percent.

    Errors: ``unexpected_codes`` (an answer in neither ``order`` nor ``aside``), ``different_scales``, ``no_order``.
    Checked against R ``svymean`` of the scores.
    When not to use: the mean alone, where opinions are split (look at the shares).

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> finding = likert(survey[survey["returned"]], questions=["q1_01", "q1_05"], weights="weight", codebook=book)
    >>> finding.table.groupby("wording")["mean"].first().round(1).index.tolist()
    ['満足度：医療体制', '満足度：子育て支援']
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    design, book = as_design(data, weights), codebook_of(codebook)
    names = questions_of(design.data, questions, book)
    if order is not None:
        scale = {str(o): str(o) for o in order}
        off = {str(a): str(a) for a in aside}
        book = Codebook({q: Question(book.label(q) if book is not None else q, scale, off) for q in names})
    asked = [encode(design.data, q, book) for q in names]
    for a in asked:
        _check_order(a, design.data[a.column], book)
    words = one_scale(asked)
    counter, blocks = design.counter(width=max(len(a.words) for a in asked)), []
    for a in asked:
        tally = counter.count(a.codes)
        block = counted(a, tally, "not_asked", confidence)
        every, columns = np.arange(tally.n.shape[0] - 1), 1 + a.on_scale
        w = tally.w[np.ix_(every, columns)].sum(axis=0)
        cov = tally.covariance(every, columns).sum(axis=(0, 2))
        scores = a.scores[a.on_scale]
        mean, se = linear(cov, w, scores)
        t, half = t_quantile(confidence, tally.df_of_all(every, columns)), len(words) // 2
        low, high = 100 * w[:half].sum() / w.sum(), 100 * w[-half:].sum() / w.sum()
        size = len(block["answer"])
        of_answer = np.full(size, np.nan)
        of_answer[: len(scores)] = scores
        whole = {"mean": mean, "mean_lower": mean - t * se, "mean_upper": mean + t * se, "positive_percent": high,
                 "negative_percent": low, "net_percent": high - low}  # fmt: skip
        blocks.append(block | {"score": of_answer} | {k: np.repeat(v, size) for k, v in whole.items()})
    table = join(blocks)
    if not design.weighted:
        table = table.drop(columns="weighted_n")
    each = table.drop_duplicates("question")
    best, worst = each.loc[each["net_percent"].idxmax()], each.loc[each["net_percent"].idxmin()]
    ja = (
        f"「{best['wording']}」は、よい側から悪い側を引いて {best['net_percent']:+.1f} ポイント（平均 "
        f"{best['mean']:.2f}）"
    )
    if len(each) > 1:
        ja += (
            f"で最も高く、最も低いのは「{worst['wording']}」の {worst['net_percent']:+.1f} ポイント（平均 "
            f"{worst['mean']:.2f}）"
        )
    return Analysis(
        table,
        float(best["net_percent"]),
        ja + "です。",
        f"Net: highest {best['question']} {best['net_percent']:+.1f} points (mean {best['mean']:.2f}), lowest "
        f"{worst['question']} {worst['net_percent']:+.1f} (mean {worst['mean']:.2f}), {len(each)} questions.",
        used=used_of(design, int(each["base"].max())),
        left_out=("わからない、無回答、空欄は割合と平均に入れていません（kind の列）",)
        if (table["kind"] != "answer").any()
        else (),
    )


def top2box(
    data,
    *,
    questions: str | Sequence[str],
    top: int = 2,
    side: str = "top",
    by: str | None = None,
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
) -> Analysis:
    """Share of the upper (or lower) ``top`` answers of a scale: 満足 + やや満足 among those who answered.

    side
        ``top``: the last answers of the scale in the codebook's order (the positive end); ``bottom``: the first.

    Table, one row a question (and ``group``): ``question, wording, answers`` (which), ``n, base, percent,
    lower_percent, upper_percent``.  Value: the percent of the first row.
    Errors: ``out_of_range`` (``top`` not below the number of answers), those of ``tabulate``.
    Checked against R ``svyciprop``.
    When not to use: to compare scales of different length (2 of 5 is not 2 of 7).

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> finding = top2box(survey[survey["returned"]], questions="q8", weights="weight", codebook=book)
    >>> finding.table[["answers", "base"]].values.tolist() == [["やや満足・満足", int((survey["q8"] <= 5).sum())]]
    True
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_choice("どちらの側（side）", side, ("top", "bottom"), en="side")
    design, book = as_design(data, weights), codebook_of(codebook)
    asked = [encode(design.data, q, book) for q in questions_of(design.data, questions, book)]
    groups, out = Groups(design, by, book, max(len(a.words) for a in asked)), []
    for a in asked:
        on = a.on_scale
        check_between("答えの数（top）", top, 0, len(on), en="top")
        chosen = np.arange(len(on)) >= len(on) - top if side == "top" else np.arange(len(on)) < top
        head = {"question": a.column, "wording": a.label, "answers": "・".join(a.words[i] for i in on[chosen])}
        for group, n, w, squares, cov, t in groups.each(on, a.codes, confidence):
            if not n.sum() and not group:
                raise nobody_answered(a)
            share, se = linear(cov, w, chosen.astype(float))
            low, high = share_limits(share, se, w.sum() ** 2 / squares.sum() if n.sum() else np.nan, t)
            out.append(head | group | {"n": int(n[chosen].sum()), "base": int(n.sum()), "percent": 100 * share}
                       | {"lower_percent": 100 * float(low), "upper_percent": 100 * float(high)})  # fmt: skip
    table, row = pd.DataFrame(out), out[0]
    where = f"（{row['group']}）" if by else ""
    span = interval_words(row["lower_percent"], row["upper_percent"], confidence, unit="%")
    return Analysis(
        table,
        float(row["percent"]),
        f"「{row['wording']}」{where}に「{row['answers']}」と答えた人は {row['percent']:.1f}%"
        f"（{row['base']:,}人のうち {row['n']:,}人、{span}）です。",
        f"{row['question']}{' (' + row['group'] + ')' if by else ''}: {row['answers']} {row['percent']:.1f} % "
        f"({number(row['lower_percent'])}–{number(row['upper_percent'])}, n = {row['base']:,}).",
        used=used_of(design, int(row["base"])),
        left_out=("わからない、無回答、空欄は分母に入れていません",),
    )


def nps(
    data,
    *,
    question: str,
    by: str | None = None,
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
) -> Analysis:
    """Net promoter score of a 0–10 question: % of 9 and 10 minus % of 0 to 6, from −100 to 100.

    Table, one row (or one a ``group``): ``promoters_percent, passives_percent, detractors_percent, nps, lower, upper,
    base``.  Value: the score of the first row.  Errors: ``unexpected_codes`` outside 0–10, those of ``tabulate``.
    Checked against R ``svymean`` of +100/0/−100.
    When not to use: to compare with other countries or companies: in Japan few people choose 9 or 10.

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> finding = nps(survey[survey["returned"]], question="q11", weights="weight", codebook=book)
    >>> bool(-100 < finding.value < 0), finding.table.columns.tolist()[-4:]
    (True, ['nps', 'lower', 'upper', 'base'])
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    design, book = as_design(data, weights), codebook_of(codebook)
    answers = encode(design.data, question, book)
    scores, on = answers.scores, answers.on_scale
    _check_0_to_10(answers)
    pull = np.where(scores[on] >= 9, 100.0, np.where(scores[on] <= 6, -100.0, 0.0))
    out = []
    for group, n, w, _, cov, t in Groups(design, by, book, len(answers.words)).each(on, answers.codes, confidence):
        if not n.sum() and not group:
            raise nobody_answered(answers)
        score, se = linear(cov, w, pull)
        shares = [100 * w[pull == p].sum() / w.sum() for p in (100, 0, -100)] if n.sum() else [np.nan] * 3
        names = ("promoters_percent", "passives_percent", "detractors_percent")
        out.append(group | dict(zip(names, shares, strict=True)) | {"nps": score}
                   | {"lower": score - t * se, "upper": score + t * se, "base": int(n.sum())})  # fmt: skip
    table, row = pd.DataFrame(out), out[0]
    where = f"（{row['group']}）" if by else ""
    return Analysis(
        table,
        float(row["nps"]),
        f"「{answers.label}」{where}のNPSは {row['nps']:+.1f}（"
        f"{interval_words(row['lower'], row['upper'], confidence)}、"
        f"回答 {row['base']:,}人）です。9・10点が {row['promoters_percent']:.1f}%、0〜6点が "
        f"{row['detractors_percent']:.1f}%です。",
        f"NPS of {question}: {row['nps']:+.1f} ({row['lower']:.1f} to {row['upper']:.1f}, n = {row['base']:,}).",
        used=used_of(design, int(table["base"].sum())),
        left_out=("無回答と空欄は入れていません",),
        assumptions=("日本では9・10点を選ぶ人が少なく、値は低く出ます。同じ聞き方の過去の値とくらべてください。",),
    )


def _check_0_to_10(answers: Answers) -> None:
    scores = answers.scores[answers.on_scale]
    numeric = all(answers.words[i].lstrip("-").replace(".", "", 1).isdigit() for i in answers.on_scale)
    odd = [answers.words[i] for i, s in zip(answers.on_scale, scores, strict=True) if not 0 <= s <= 10 or s % 1]
    if odd or not numeric:
        found = odd[0] if odd else answers.words[answers.on_scale[0]]
        raise DataAcademyError(
            "unexpected_codes",
            f"NPSの列「{answers.column}」に、0〜10 の整数ではない「{found}」があります。",
            f"NPS column {answers.column!r} holds {found!r}, which is no whole number from 0 to 10.",
            fix="無回答のコード（99など）は、コード表（codebook=）の「欠損」に書くか、先に空欄にしてください。",
            fix_en="Declare missing codes such as 99 in the codebook, or empty them first.",
            column=answers.column,
        )


def _check_order(answers: Answers, values: pd.Series, book: Codebook | None) -> None:
    known = book is not None and answers.column in book and book[answers.column].values
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    numeric = pd.api.types.is_numeric_dtype(values)
    if not (known or ordered or numeric):
        raise DataAcademyError(
            "no_order",
            f"設問「{answers.column}」の答えの順番（悪い側からよい側へ）が分かりません。",
            f"The order of the answers to {answers.column!r} is unknown.",
            fix='order=["不満", "どちらともいえない", "満足"] のように並べるか、コード表（'
            "codebook=）を渡してください。",
            fix_en="Pass order=[…] from the most negative to the most positive, or codebook=.",
            column=answers.column,
        )
