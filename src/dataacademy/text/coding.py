"""Texts sorted by rules: how many belong to each code, and whether groups differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, p_words
from dataacademy.errors import check_columns, nearest_guess
from dataacademy.inputs import levels, prepare
from dataacademy.labels import label_of
from dataacademy.stats import chi2, proportion
from dataacademy.text.distinctive import holm
from dataacademy.text.reader import plain_text
from dataacademy.text.rules import Branch, Leaf, mistake, read_rules
from dataacademy.text.tokens import Tokens, tokens_of

UNCODED = "（どれにも入らない）"


@dataclass(frozen=True)
class Coding(Analysis):
    """``.codes``: which text belongs to which code, one row a text (labels of the table), one column a code."""

    codes: Any = None


def coding_rules(
    data,
    *,
    rules,
    text: str | None = None,
    by: str | None = None,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Coding:
    """Sort texts by rules (KH Coder's コーディングルール), count the codes, and compare groups ``by`` with a test.

    rules
        A file of rules, their text, or a dict; see :func:`~dataacademy.text.rules.read_rules` for how they are
        written.  A text may belong to several codes.  A word of a rule is found in all its forms and spellings; what
        is no single word of content, exactly as written.

    Table without ``by``, one row a code: ``code, count, base, percent, lower_percent, upper_percent`` (Wilson); the
    last row is the texts that belong to none.  With ``by``, one row a code and group: ``code, group, count, base,
    percent, adjusted_residual, direction`` (多い / 少ない / empty where within chance), ``p_value`` (χ² of the code by
    group), ``p_adjusted`` (Holm, over the codes).  ``count`` and ``base`` are texts; with ``weights`` the percentages
    are weighted and the test is Rao–Scott's.  Value: percent of texts that belong to at least one code.

    Errors: ``rule_syntax`` with the line, ``no_rules``, ``no_rule_file``, unknown_column, one_category, …
    Checked against the same conditions written as pandas expressions, and :func:`da.stats.chi2`.
    When not to use: before people have read a sample of the texts: rules find words, not meanings (「不便ではない」).

    >>> import dataacademy as da
    >>> rules = '''
    ... ＊移動
    ... バス or 坂道 or near(車-人)[8]
    ... ＊医療
    ... 病院 or 診療所
    ... '''
    >>> coded = coding_rules(da.load("survey"), text="q12", rules=rules, by="quarter")
    >>> coded.table.query("code == '移動' and direction == '多い'")["group"].tolist()
    ['ニュータウン']
    """
    tokens = tokens_of(data, text)
    check_columns(tokens.documents, [name for name in (by, weights) if name], table="渡した表")
    read = read_rules(rules)
    where = rules.name if hasattr(rules, "name") else str(rules) if isinstance(rules, str) and "\n" not in rules else ""
    sorter = _Sorter(tokens, where)
    codes: dict[str, np.ndarray] = {}
    for rule in read:
        codes[rule.code] = sorter.holds(rule.condition, codes)
    none = ~np.any(list(codes.values()), axis=0)
    frame = pd.DataFrame(codes | {UNCODED: none}, index=tokens.documents.index)
    extra = {name: tokens.documents[name] for name in (by, weights) if name}
    people = frame.set_axis([f"code {k}" for k in range(frame.shape[1])], axis=1).assign(**extra)
    counted, left_out = _counted(people, list(frame), weights, confidence), ()
    value = 100 - counted["percent"].iloc[-1]
    n = len(frame)
    top = counted.iloc[:-1].sort_values("percent", ascending=False, kind="stable").iloc[0]
    how = "、重みつき" if weights else ""
    ja = f"{n:,} 件のうち {n - int(none.sum()):,} 件が、{len(codes)} の分類のどれかに入りました（{value:.1f}%{how}）。"
    ja += f"最も多いのは「{top['code']}」の {top['count']:,} 件（{top['percent']:.1f}%{how}）です。"
    en = f"{n - int(none.sum()):,} of {n:,} texts belong to at least one of {len(codes)} codes ({value:.1f} %)."
    table = counted
    if by:
        table, left_out = _crossed(people, list(frame), by, weights, confidence)
        sure = table[table["p_adjusted"] < 1 - confidence].drop_duplicates("code")
        names = "、".join(f"「{r.code}」（{p_words(r.p_adjusted)}）" for r in sure.itertuples(index=False))
        ja += f"「{label_of(by)}」で割合がちがう分類は、{names or '見つかりません（偶然の範囲です）'}" + "。" * (
            not names
        )
        ja += "です。" * bool(names)
        en += f" {len(sure)} differ by {by} beyond chance (Holm)."
    return Coding(
        table,
        float(value),
        ja,
        en,
        used=tokens.used,
        left_out=(*tokens.left_out, *sorter.unknown, *left_out),
        assumptions=(
            "規則は言葉を見つけるだけで、否定や皮肉は分かりません。当てはまった記述を読んで確かめてください。",
        ),
        codes=frame,
    )


def _counted(people: pd.DataFrame, names: list[str], weights: str | None, confidence: float) -> pd.DataFrame:
    rows = []
    for k, name in enumerate(names):
        hit = people[f"code {k}"]
        shown = proportion(
            people.assign(hit=hit.map({True: "あり", False: "なし"})),
            value="hit",
            equals="あり" if hit.any() else "なし",
            weights=weights,
            confidence=confidence,
        ).table.iloc[0]
        span = shown[["share_percent", "lower_percent", "upper_percent"]].to_numpy(float)
        if not hit.any():
            span = 100 - span[[0, 2, 1]]
        rows.append((name, int(hit.sum()), len(people), *span))
    return pd.DataFrame(rows, columns=["code", "count", "base", "percent", "lower_percent", "upper_percent"])


def _crossed(people: pd.DataFrame, names: list[str], by: str, weights, confidence: float):
    used = prepare(people, categories=[by], weights=weights)
    groups = levels(used.frame[by], by)
    people = people[people[by].notna()]
    rows, p_values = [], []
    for k, name in enumerate(names):
        hit = people[f"code {k}"]
        if hit.all() or not hit.any():
            p_values.append(np.nan)
            cells = dict.fromkeys(groups, (np.nan, ""))
            share = {g: 100.0 * bool(hit.all()) for g in groups}
        else:
            tested = chi2(people.assign(hit=hit), rows=by, columns="hit", weights=weights, confidence=confidence)
            p_values.append(tested.figures["p_value"])
            yes = tested.table[tested.table["column"]].set_index("row")
            cells = {g: tuple(yes.loc[g, ["adjusted_residual", "direction"]]) for g in groups}
            share = yes["row_percent"].to_dict()
        for g in groups:
            here = (people[by] == g).to_numpy()
            rows.append((name, g, int(hit[here].sum()), int(here.sum()), share[g], *cells[g]))
    columns = ["code", "group", "count", "base", "percent", "adjusted_residual", "direction"]
    table = pd.DataFrame(rows, columns=columns)
    p = np.array(p_values)
    adjusted = np.full_like(p, np.nan)
    real = np.array([name != UNCODED for name in names]) & ~np.isnan(p)
    adjusted[real] = holm(p[real])
    return table.assign(p_value=np.repeat(p, len(groups)), p_adjusted=np.repeat(adjusted, len(groups))), used.left_out


class _Sorter:
    """Which of the texts a condition holds for."""

    def __init__(self, tokens: Tokens, file: str):
        self.tokens, self.file, self.n = tokens, file, len(tokens.documents)
        self.there = tokens.matrix().tocsc()
        self.unknown: list[str] = []
        self._texts: list[str] | None = None

    def holds(self, condition: Leaf | Branch, codes: dict[str, np.ndarray]) -> np.ndarray:
        if isinstance(condition, Branch):
            parts = [self.holds(part, codes) for part in condition.parts]
            if condition.kind == "not":
                return ~parts[0]
            return np.all(parts, axis=0) if condition.kind == "and" else np.any(parts, axis=0)
        if condition.kind == "code":
            return codes[condition.value[0]]
        if condition.kind == "near":
            return self._near(condition)
        word = self.tokens.word_of(condition.value[0]) if condition.kind == "word" else ""
        found = self._with(word) if word else self._literally(condition.value[0])
        if not found.any():
            guess = nearest_guess(condition.value[0], self.tokens.words)
            hint = f"もしかして「{guess}」ですか" if guess else "書き方を確かめてください"
            self.unknown.append(
                f"規則の {condition.line} 行目の「{condition.value[0]}」：どの記述にも出てきません（{hint}）"
            )
        return found

    def _with(self, word: str) -> np.ndarray:
        out = np.zeros(self.n, bool)
        out[self.there[:, [self.tokens.words.get_loc(word)]].indices] = True
        return out

    def _literally(self, piece: str) -> np.ndarray:
        if self._texts is None:
            self._texts = [self.tokens.text_of(k) for k in range(self.n)]
        wanted = plain_text(piece)
        return np.fromiter((wanted in one for one in self._texts), bool, self.n)

    def _near(self, leaf: Leaf) -> np.ndarray:
        *asked, size = leaf.value
        places = []
        for written in asked:
            word = self.tokens.word_of(written)
            if not word and not self.tokens.reader.form_of(written):
                raise mistake(
                    f"near の中の「{written}」は、一つの言葉として数えられていません。",
                    f"{written!r} in near is not counted as one word.",
                    self.file,
                    leaf.line,
                    fix=f'tokenize の words=["{written}"] に入れて一語にするか、別の言葉にしてください。',
                    fix_en="Give it to tokenize as one of words=, or use another word.",
                )
            if not word:
                self.unknown.append(f"規則の {leaf.line} 行目の「{written}」：どの記述にも出てきません")
                return np.zeros(self.n, bool)
            places.append(np.flatnonzero((self.tokens.table["word"] == word).to_numpy()))
        stride = int(self.tokens.table["place"].max()) + size + 2  # texts lie further apart than any two words may
        line = self.tokens.place_of * stride + self.tokens.table["place"].to_numpy()
        first, second = line[places[0]], line[places[1]]
        at = np.searchsorted(second, first)
        gaps = np.stack([abs(second[np.clip(at + k, 0, len(second) - 1)] - first) for k in (-1, 0, 1)])
        gaps[gaps == 0] = size + 1  # the word itself, where both are the same
        out = np.zeros(self.n, bool)
        out[self.tokens.place_of[places[0][gaps.min(axis=0) <= size]]] = True
        return out
