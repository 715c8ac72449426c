"""クロス集計: answers by group, with the size of each group, the error, and which groups really differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from string import ascii_uppercase

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number, verdict
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between
from dataacademy.survey.answers import (
    Answers,
    codebook_of,
    encode,
    encode_groups,
    nobody_answered,
    questions_of,
)
from dataacademy.survey.design import as_design
from dataacademy.survey.intervals import (
    against_rest,
    pairwise,
    rao_scott,
    share_covariance,
    share_limits,
    t_quantile,
)
from dataacademy.survey.tables import join, used_of
from dataacademy.survey.tally import Tally

EVERYBODY = "全体"
ADJUSTMENTS = ("bonferroni", "none")


@dataclass(frozen=True)
class Crosstab(Analysis):
    """A cross table: a :class:`~dataacademy.finding.Finding` with the test of each question.

    tests
        One row a question: ``question, statistic`` (F), ``df1, df2, p_value, cramers_v, design_effect, n``.
    """

    tests: pd.DataFrame = field(default_factory=pd.DataFrame)

    def _repr_html_(self) -> str:
        """As on paper: groups down, answers across, few people in grey; letters and arrows for differences."""
        parts = [f"<p><strong>{escape(self.sentence)}</strong></p>"]
        for _, rows in list(self.table.groupby("question", sort=False))[:8]:
            parts.append(_as_on_paper(rows))
        if len(self.tests) > 8:
            parts.append(f"<p>ほかに {len(self.tests) - 8} 問あります（.table に全部あります）。</p>")
        notes = "".join(f"<li>{escape(line)}</li>" for line in (*self.assumptions, *self.left_out))
        return "".join(parts) + (f"<ul>{notes}</ul>" if notes else "")


def crosstab(
    data,
    *,
    question: str | Sequence[str],
    by: str,
    weights: str | None = None,
    codebook=None,
    confidence: float = 0.95,
    adjust: str = "bonferroni",
    small_base: int = 30,
    small_n: int = 5,
    single_category: bool = False,
) -> Crosstab:
    """Answers to one or several questions by the groups of an attribute.

    data
        Table, one row a respondent, or a :class:`~dataacademy.survey.Design`.  Many questions at once share the work.
    by
        The attribute (年齢層, 地区); people without one are in 全体 only.
    adjust
        Of the letters, for the number of pairs compared: ``bonferroni`` or ``none``.
    small_base, small_n
        Groups of fewer people, and cells of fewer answers, are ``small`` (grey on paper); such groups get no letters.
    single_category
        False: a question or attribute with a single category is an error; True: it is tabulated without a test.

    Table, one row a group and answer, 全体 first: ``question, wording, group, letter, answer, n, weighted_n,
    row_percent`` (of the group), ``column_percent`` (of those who gave the answer), ``lower_percent, upper_percent``
    (of row_percent), ``base`` and ``weighted_base`` of the group, ``letters`` (the groups whose share is lower beyond
    chance), ``arrow`` (▲▼ against all the others), ``small``.  わからない, 無回答 and empty cells are in no base.
    Value: p-value of the Rao–Scott test (F; of the first question).  ``tests``: all of them.

    Errors: ``one_category``, ``empty_group``, ``nobody_answered``, ``too_many_cells``, those of ``tabulate``.
    Checked against R ``svychisq``, ``svyby``, ``svycontrast`` under strata, weights and clusters; pandas for counts.
    When not to use: to search many attributes for small p-values (with 20 tests one is "found" by chance).

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> design = da.survey.Design(survey[survey["returned"]], strata="stratum", weights="weight", fpc="population")
    >>> finding = crosstab(design, question="q10", by="age_group", codebook=book)
    >>> finding.table["group"].unique().tolist()
    ['全体', '18〜39歳', '40〜64歳', '65歳以上']
    >>> finding.value < 0.001, finding.table.query("group == '65歳以上' and answer == 'はい'")["arrow"].item()
    (True, '▼')
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_choice("文字の調整（adjust）", adjust, ADJUSTMENTS, en="adjust")
    design, book = as_design(data, weights), codebook_of(codebook)
    names = questions_of(design.data, question, book)
    groups = encode_groups(design.data, by, book)
    asked = [encode(design.data, name, book) for name in names]
    counter = design.counter(groups.codes, len(groups.words), max(len(a.words) for a in asked))
    blocks, tests, left_out = [], [], []
    for a, tally in zip(asked, counter.each([a.codes for a in asked]), strict=True):
        block, test, why = _one(a, groups, tally, confidence, adjust, small_base, small_n)
        if why and not single_category:
            raise why
        blocks.append(block)
        tests.append(test)
        left_out += [f"「{a.column}」の検定：{why.note.ja}"] if why else []
    table, tests = join(blocks), pd.DataFrame(tests)
    if not design.weighted:
        table = table.drop(columns=["weighted_n", "weighted_base"])
    first, base = tests.iloc[0], int(blocks[0]["base"][0])
    unknown = int(np.isin(groups.codes, [-1, *(i for i in range(len(groups.words)) if i not in groups.on_scale)]).sum())
    if unknown:
        left_out.append(f"「{groups.label}」が分からない {unknown:,} 人（全体にだけ入っています）")
    silent = int(design.domain.sum()) - base
    apart = [f"「{names[0]}」に答えていない（わからない、無回答、空欄） {silent:,} 人"] if silent else []
    return Crosstab(
        table,
        float(first["p_value"]),
        _sentence(asked[0], groups, blocks[0], first, confidence, len(asked)),
        f"{names[0]} by {by}: F = {number(first['statistic'])} (df {first['df1']:.2f}, {first['df2']:.0f}), "
        f"p = {first['p_value']:.3g}, Cramér's V {first['cramers_v']:.2f}, n = {int(first['n']):,}.",
        used=used_of(design, base),
        left_out=(*left_out, *apart),
        figures={k: float(first[k]) for k in ("statistic", "df1", "df2", "p_value", "cramers_v", "design_effect")},
        assumptions=_reading(adjust, confidence, small_base, small_n),
        tests=tests,
    )


def _one(answers: Answers, groups: Answers, tally: Tally, confidence, adjust, small_base, small_n):
    """The rows of one question by column, its test, and why there is none."""
    columns, rows = 1 + answers.on_scale, 1 + groups.on_scale
    others = [r for r in range(tally.n.shape[0] - 1) if r not in rows and tally.n[r, columns].any()]
    everywhere = np.concatenate([rows, others]).astype(int)
    n, w, squares = (v[np.ix_(everywhere, columns)] for v in (tally.n, tally.w, tally.squares))
    if not n.any():
        raise nobody_answered(answers)
    cov = tally.covariance(everywhere, columns)
    k = len(rows)
    shape = (1 + k, len(columns))
    # everybody first, then the groups
    count = np.vstack([n.sum(axis=0), n[:k]])
    weight = np.vstack([w.sum(axis=0), w[:k]])
    base, weighted_base = count.sum(axis=1), weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weight / weighted_base[:, None]
        n_effective = weighted_base**2 / np.concatenate([[squares.sum()], squares[:k].sum(axis=1)])
        column_percent = np.vstack([np.full(shape[1], 100.0), 100 * w[:k] / w[:k].sum(axis=0)])
    of_all = share_covariance(cov.sum(axis=(0, 2))[None, :, None, :], share[:1], weighted_base[:1])
    inner = cov[:k, :, :k, :]
    between = share_covariance(inner, share[1:], weighted_base[1:])
    variance = np.vstack([of_all[0], np.einsum("gga->ga", between)])
    df = np.concatenate([[tally.df_of_all(everywhere, columns)], tally.df(rows, columns)])
    t = np.array([t_quantile(confidence, d) for d in df])[:, None]
    low, high = share_limits(share, np.sqrt(np.maximum(variance, 0)), n_effective[:, None], t)
    few = base < small_base
    arrow, letters = _differences(inner, between, weight[1:], share[1:], few[1:], df[0], confidence, adjust)
    size = shape[0] * shape[1]
    names = np.array([EVERYBODY, *(groups.words[i] for i in groups.on_scale)], dtype=object)
    block = {
        "question": np.repeat(np.array(answers.column, dtype=object), size),
        "wording": np.repeat(np.array(answers.label, dtype=object), size),
        "group": np.repeat(names, shape[1]),
        "letter": np.repeat(np.array(["", *_letter_names(k)], dtype=object), shape[1]),
        "answer": np.tile(np.array([answers.words[i] for i in answers.on_scale], dtype=object), shape[0]),
        "n": count.ravel(),
        "weighted_n": weight.ravel(),
        "row_percent": 100 * share.ravel(),
        "column_percent": column_percent.ravel(),
        "lower_percent": 100 * low.ravel(),
        "upper_percent": 100 * high.ravel(),
        "base": np.repeat(base, shape[1]),
        "weighted_base": np.repeat(weighted_base, shape[1]),
        "letters": letters,
        "arrow": arrow,
        "small": (few[:, None] | (count < small_n)).ravel(),
    }
    test, why = _test(answers, groups, tally, n[:k], w[:k], inner)
    return block, test, why


def _differences(inner, between, w, share, few, df, confidence, adjust) -> tuple[np.ndarray, np.ndarray]:
    """▲▼ against all the others, and the letters of the groups whose share is lower, one a cell (全体 empty)."""
    k, width = share.shape
    letters = np.full((1 + k, width), "", dtype=object)
    arrow = letters.copy()
    if k < 2:
        return arrow.ravel(), letters.ravel()
    gap, se = against_rest(inner, w)
    t = t_quantile(confidence, df)
    usable = ~few[:, None] & (se > 0)
    arrow[1:][usable & (gap > t * se)] = "▲"
    arrow[1:][usable & (gap < -t * se)] = "▼"
    if k <= len(ascii_uppercase):
        pairs = k * (k - 1) / 2 if adjust == "bonferroni" else 1
        t = t_quantile(1 - (1 - confidence) / pairs, df)
        difference, error = pairwise(share, between)
        with np.errstate(invalid="ignore"):
            higher = (difference > t * error) & (error > 0) & ~few[:, None, None] & ~few[None, :, None]
        for g, h, a in np.argwhere(higher):
            letters[1 + g, a] += ascii_uppercase[h]
    return arrow.ravel(), letters.ravel()


def _letter_names(k: int) -> list[str]:
    return list(ascii_uppercase[:k]) if k <= len(ascii_uppercase) else [""] * k


def _test(answers: Answers, groups: Answers, tally: Tally, n, w, cov) -> tuple[dict, DataAcademyError | None]:
    rows, columns = np.flatnonzero(n.sum(axis=1)), np.flatnonzero(n.sum(axis=0))
    head = {"question": answers.column, "statistic": np.nan, "df1": np.nan, "df2": np.nan, "p_value": np.nan,
            "cramers_v": np.nan, "design_effect": np.nan, "n": int(n.sum())}  # fmt: skip
    if len(rows) < 2 or len(columns) < 2:
        return head, _one_category(groups if len(rows) < 2 else answers)
    total = w.sum()
    cells = (rows[:, None] * n.shape[1] + columns[None, :]).ravel()
    flat = cov.reshape(n.size, n.size)[np.ix_(cells, cells)]
    share = (w / total)[np.ix_(rows, columns)]
    p = share.ravel()
    side = flat - np.outer(p, flat.sum(axis=0))
    joint = (side - np.outer(side.sum(axis=1), p)) / total**2
    df = tally.df_of_all(1 + groups.on_scale, 1 + answers.on_scale)
    found = rao_scott(share, joint, head["n"], df)
    pearson = found.pop("pearson")
    v = float(np.sqrt(pearson / head["n"] / (min(share.shape) - 1)))
    return head | found | {"cramers_v": v}, None


def _one_category(answers: Answers) -> DataAcademyError:
    return DataAcademyError(
        "one_category",
        f"「{answers.column}」の答えは1種類だけなので、くらべることがありません。",
        f"{answers.column!r} has a single category; there is nothing to compare.",
        fix="ほかの列を選ぶか、行を選びすぎていないか確かめてください。一つの設問なら da.survey.tabulate です。",
        fix_en="Choose another column, or check how rows were chosen; da.survey.tabulate shows one question.",
        column=answers.column,
    )


def _sentence(answers: Answers, groups: Answers, block: dict, test, confidence: float, count: int) -> str:
    width = len(answers.on_scale)
    shares = block["row_percent"].reshape(-1, width)[1:]
    there = block["base"].reshape(-1, width)[1:, 0] > 0
    shares, names = shares[there], [groups.words[i] for i in groups.on_scale[there]]
    k = int(np.ptp(shares, axis=0).argmax())
    answer, cells = answers.words[answers.on_scale[k]], shares[:, k]
    high, low = int(cells.argmax()), int(cells.argmin())
    more = f"ほかに {count - 1} 問を集計しました。" if count > 1 else ""
    if np.isnan(test["p_value"]):
        return f"「{answers.label}」を「{groups.label}」別に集計しました（検定はできません）。{more}"
    return (
        f"「{answers.label}」と「{groups.label}」の関連は、{verdict(test['p_value'], confidence, '関連')}。"
        f"最もちがう「{answer}」は、「{names[high]}」が {cells[high]:.1f}%、「{names[low]}」が {cells[low]:.1f}% です"
        f"（回答 {int(test['n']):,}人）。{more}"
    )


def _reading(adjust: str, confidence: float, small_base: int, small_n: int) -> tuple[str, ...]:
    level = f"{1 - confidence:.0%}"
    return (
        f"英字は、その区分より割合が低い区分です（{level}水準、"
        f"{'くらべた組の数で調整' if adjust == 'bonferroni' else '調整なし'}）。▲▼は、ほかの全員との差です（"
        f"{level}水準）。",
        f"灰色は、回答が {small_base} 人より少ない区分と、{small_n} 人より少ないますです。読み取らないでください。",
    )


def _as_on_paper(rows: pd.DataFrame) -> str:
    answers = list(dict.fromkeys(rows["answer"]))
    head = "".join(f"<th>{escape(a)}</th>" for a in answers)
    lines = []
    for group, cells in rows.groupby("group", sort=False):
        letter = cells["letter"].iloc[0]
        name = escape(group) + (f"（{letter}）" if letter else "")
        body = "".join(
            f"<td style='text-align:right{';color:#9A9A9A' if c.small else ''}'>{c.row_percent:.1f}"
            f"<sup>{escape(c.letters)}</sup>{c.arrow}</td>"
            if c.base
            else "<td style='text-align:right;color:#9A9A9A'>–</td>"
            for c in cells.itertuples()
        )
        lines.append(
            f"<tr><td style='text-align:left'>{name}</td><td style='text-align:right'>{cells['base'].iloc[0]:,}</td>"
            f"{body}</tr>"
        )
    return (
        f"<table><caption style='text-align:left;white-space:nowrap'>{escape(rows['wording'].iloc[0])}（%）</caption>"
        f"<thead><tr><th></th><th>回答（人）</th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
