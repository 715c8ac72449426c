"""What is true of the answers to the questionnaire: planted in ``questions`` and ``words``, or counted of all."""

from __future__ import annotations

from itertools import accumulate, combinations
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.contract.answers import SOURCES, TRUST
from dataacademy.town.sample import policytruths, words
from dataacademy.town.sample import questions as planted
from dataacademy.town.sample.town import Town

NEWSLETTER = 1  # in q4


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Weights, policies, an item turned round, bases, and words that are not the most frequent ones."""
    people = planted.adults(town)
    sizes = planted.stratum_sizes(people)
    sheets = tables["survey"]
    sheets = sheets[sheets["returned"]]
    return [
        _weights(people, sheets),
        _late_answers(people, sheets),
        *policytruths.truths(sizes, sheets),
        _reversed_item(sheets),
        _skipped(sheets),
        _several_answers(sizes, sheets),
        _words(sheets),
    ]


def _percent(part, whole) -> float:
    return round(100 * int(part) / int(whole), 3)


def _weights(people: pd.DataFrame, sheets: pd.DataFrame) -> dict:
    share = _percent(people["online"].sum(), len(people))
    yes, answered = (sheets["q10"] == 1).sum(), sheets["q10"].isin([1, 2]).sum()
    said = _percent(yes, answered)
    return {
        "id": "survey_weighting_reverses",
        "title": "市民の過半数がオンラインの手続をしているのに、集計のままでは半数に届かない",
        "says": f"この1年に市の手続をオンラインか書かない窓口でした人は、18歳以上の市民の{share:.1f}％です。"
        "小さい地区に多く送り、高齢の人ほどよく答えたので、回収した票をそのまま数えると半数を下回ります。",
        "size": {"online_percent": share},
        "tolerance": {"online_percent": 3.0},
        "tables": ["survey"],
        "method": "層の人口÷回収数のウェイトを付けて割合を求め、層化を考えた信頼区間を付ける（survey.Design）。"
        "無回答（9）は除く。",
        "naive": {
            "method": "回収した票の単純集計をそのまま市民の割合とする。",
            "says": f"オンラインで手続をした人は{said:.1f}％で、市民の半数に届いていないように見える。",
            "value": {"online_percent": said},
        },
    }


def _late_answers(people: pd.DataFrame, sheets: pd.DataFrame) -> dict:
    share = _percent((people["staying"] <= 2).sum(), len(people))
    web = sheets.loc[sheets["channel"] == "web", "q6"]
    said = _percent(web.isin([1, 2]).sum(), web.isin([1, 2, 3, 4]).sum())
    return {
        "id": "nonresponse_bias",
        "title": "先に集まったWebの回答だけでは、住み続けたい人を少なく見積もる",
        "says": f"ずっと、または当分は住み続けたい人は、18歳以上の市民の{share:.1f}％です。Webで答えた人は若く、"
        "同じ年齢層でも移りたい人が多いので、Webの回答だけの速報は市民全体を表しません。",
        "size": {"stay_percent": share},
        "tolerance": {"stay_percent": 3.0},
        "tables": ["survey"],
        "method": "郵送とWebの回答を合わせ、層のウェイトを付けて割合を求める（survey.Design）。"
        "わからない（8）と無回答（9）は除く。",
        "naive": {
            "method": "Webの回答だけを単純集計する。",
            "says": f"住み続けたい人は{said:.1f}％しかいないように見える。",
            "value": {"stay_percent": said},
        },
    }


def _alpha(*, as_answered: bool) -> float:
    """Cronbach's alpha as planted: in a known share of the sheets, two items follow the same mood of the person."""
    items = [(shares, -1 if as_answered and k == planted.REVERSED else 1) for k, shares in enumerate(planted.TRUST, 1)]
    variance = sum(_covariance(shares, shares) for shares, _ in items)
    shared = sum(
        2 * sign * other_sign * planted.SAME_MOOD**2 * _covariance(shares, others)
        for (shares, sign), (others, other_sign) in combinations(items, 2)
    )
    return round(5 / 4 * (1 - variance / (variance + shared)), 3)


def _covariance(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Of two answers with these shares (per cent) that both follow the same mood.

    >>> _covariance((50, 50), (50, 50)), _covariance((50, 50), (25, 75))
    (0.25, 0.125)
    """
    ends, other_ends = [0, *accumulate(a)], [0, *accumulate(b)]
    together = sum(
        (i + 1) * (j + 1) * max(0, min(ends[i + 1], other_ends[j + 1]) - max(ends[i], other_ends[j]))
        for i in range(len(a))
        for j in range(len(b))
    )
    mean, other_mean = (sum(code * share for code, share in enumerate(shares, 1)) for shares in (a, b))
    return (100 * together - mean * other_mean) / 10_000


def _reversed_item(sheets: pd.DataFrame) -> dict:
    complete = sheets[[f"q3_{k}" for k in range(1, 6)]].astype("int64")
    complete = complete[(complete != 9).all(axis=1)].to_numpy()
    n, total = len(complete), complete.sum(axis=1)
    squares = [int((x * x).sum()) * n - int(x.sum()) ** 2 for x in (*complete.T, total)]
    said = round(5 / 4 * (1 - sum(squares[:5]) / squares[5]), 3)
    alpha = _alpha(as_answered=False)
    return {
        "id": "item_reversed",
        "title": "市への信頼をたずねた5問のうち1問は、向きが逆である",
        "says": f"問3の{planted.REVERSED}番（{TRUST[planted.REVERSED - 1][0]}）は、そう思う人ほど"
        "信頼していないことを表します。"
        f"向きをそろえる（6から引く）と、5問の信頼性係数（クロンバックのα）は{alpha:.2f}です。",
        "size": {"item": planted.REVERSED, "alpha": alpha, "alpha_as_answered": _alpha(as_answered=True)},
        "tolerance": {"item": 0, "alpha": 0.03, "alpha_as_answered": 0.08},
        "tables": ["survey"],
        "method": "無回答（9）を除き、ほかの項目の合計との相関が負になる項目を探し、向きをそろえてからαを求める"
        "（survey.cronbach_alpha）。",
        "naive": {
            "method": "5問の答えを、向きをそろえずにそのまま足す。",
            "says": "αが低いので、5問は同じものを測っていないように見える。",
            "value": {"alpha": said},
        },
    }


def _skipped(sheets: pd.DataFrame) -> dict:
    satisfied = sheets["q8"].isin([4, 5]).sum()
    share = sum(planted.SHARES["q8"][3:])
    said = _percent(satisfied, len(sheets))
    return {
        "id": "skip_logic_base",
        "title": "町のバスの満足度は、乗った人だけを分母にする",
        "says": f"この1年に町のバスに乗った人の{share}％は、バスに満足かやや満足です。"
        "乗らない人には、この質問をしていません。",
        "size": {"satisfied_percent": float(share)},
        "tolerance": {"satisfied_percent": 6.5},
        "tables": ["survey"],
        "method": "問7で「はい」と答え、問8に答えた人だけを分母にし、ウェイトを付けて割合を求める（survey.tabulate）。",
        "naive": {
            "method": "満足かやや満足の人数を、回収した票の数で割る。",
            "says": f"バスに満足している人は{said:.1f}％しかいないように見える。",
            "value": {"satisfied_percent": said},
        },
    }


def _several_answers(sizes: np.ndarray, sheets: pd.DataFrame) -> dict:
    shares = planted.by_age(planted.NEWS)[:, NEWSLETTER - 1].tolist()
    share = round(sum(int(n) * s for n, s in zip(sizes, shares, strict=True)) / int(sizes.sum()), 3)
    marks = [int(sheets[f"q4_{k}"].sum()) for k in range(1, len(SOURCES) + 1)]
    said = _percent(marks[NEWSLETTER - 1], sum(marks))
    return {
        "id": "multiple_answer_base",
        "title": "複数回答の割合は、回答の数ではなく人の数で割る",
        "says": f"市の情報を{SOURCES[NEWSLETTER - 1][0]}で得ている人は、18歳以上の市民の{share:.1f}％です。",
        "size": {"people_percent": share},
        "tolerance": {"people_percent": 3.2},
        "tables": ["survey"],
        "method": "問4に答えた人（全部空欄の人を除く）を分母にし、ウェイトを付けて割合を求める。合計は100％を超える"
        "（survey.multiple_response）。",
        "naive": {
            "method": "選ばれた数を、選ばれた数の合計で割る。",
            "says": f"{SOURCES[NEWSLETTER - 1][0]}を見ている人は{said:.1f}％しかいないように見える。",
            "value": {"people_percent": said},
        },
    }


def _words(sheets: pd.DataFrame) -> dict:
    texts = sheets["q12"].dropna()
    common = [topic.word for topic in words.COMMON][:3]
    said = {word: _percent(texts.str.contains(word, regex=False).sum(), len(texts)) for word in common}
    local = (1 - words.NOTHING_SHARE) * words.LOCAL_SHARE * 100
    return {
        "id": "words_of_quarters",
        "title": "地区の性格を分ける言葉は、よく出る言葉ではない",
        "says": "自由記述で、"
        + "、".join(f"{q}は「{'・'.join(t.word for t in topics)}」" for q, topics in words.LOCAL.items())
        + "が、ほかの地区よりはっきり多く出ます。自分の地区の4語のどれかが出る記述は"
        f"{local * words.OWN_SHARE:.0f}％、ほかの地区では{local * (1 - words.OWN_SHARE) / 3:.0f}％です。",
        "size": {
            "own_percent": round(local * words.OWN_SHARE, 3),
            "elsewhere_percent": round(local * (1 - words.OWN_SHARE) / 3, 3),
        },
        "tolerance": {"own_percent": 4.5, "elsewhere_percent": 0.8},
        "tables": ["survey"],
        "method": "言葉ごとに、それが出る記述の割合を地区の性格で比べ、差を検定する（text.distinctive_words）。"
        "「空き店舗」「買い物」「草刈り」は一語として数える。",
        "naive": {
            "method": "出た回数の多い言葉を、多い順に並べる。",
            "says": f"どの地区でも「{'・'.join(said)}」が並び、地区のちがいはないように見える。",
            "value": said,
        },
    }
