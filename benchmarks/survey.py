"""How fast questionnaires are counted, all in one run on this machine: 1,000,000 respondents × 50 questions.

Run it by hand: ``python benchmarks/survey.py [respondents]``.  The answers are those of the sample town drawn again and
again, with the weights of its strata.  It prints ratios and the peak memory; they are no test, because machines differ.
"""

from __future__ import annotations

import resource
import sys
from time import perf_counter

import numpy as np
import pandas as pd

from dataacademy import load, survey

ROUNDS = 3
MARGINS = {
    "sex": {"女性": 0.52, "男性": 0.48},
    "age_group": {"18〜39歳": 0.28, "40〜64歳": 0.36, "65歳以上": 0.36},
    "quarter": {"旧市街": 0.20, "ニュータウン": 0.35, "農村": 0.15, "沿岸": 0.30},
}


def timed(work):
    """Shortest of a few runs, and the result."""
    best = np.inf
    for _ in range(ROUNDS):
        start = perf_counter()
        result = work()
        best = min(best, perf_counter() - start)
    return best, result


def answers(people: int) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Labelled answers of ``people`` respondents: 50 questions on scales, and 50 marks of 0 and 1."""
    sheets = load("survey")
    sheets = sheets[sheets["returned"]].reset_index(drop=True)
    book = survey.read_codebook(load("codebook"), table="survey")
    words = survey.label(sheets, codebook=book)
    scales = [c for c in words if c[:2] in ("q1", "q2", "q3") and words[c].dtype == "category"]
    scales += [c for c in ("q5", "q6", "q7", "q8", "q9") if c in words]
    marks = [f"q4_{k}" for k in range(1, 9)]
    rows = np.random.default_rng(50).integers(0, len(sheets), people)
    out = {c: words[c].array.take(rows) for c in [*scales[:50], "sex", "age_group"]}
    out["quarter"] = sheets["quarter"].astype("category").array.take(rows)
    out |= {c: sheets[c].to_numpy()[rows] for c in ("weight", "stratum")}
    chosen = {f"m{i}": sheets[marks[i % 8]].fillna(0).to_numpy(np.int8)[np.roll(rows, i)] for i in range(50)}
    return pd.DataFrame(out | chosen), scales[:50], list(chosen)


def crosstabs(data: pd.DataFrame, questions: list[str]):
    """All weighted cross tables by one attribute: ours (n, weighted n, errors, tests), bincount, pandas."""
    weights, codes = data["weight"].to_numpy(), [data[q].cat.codes.to_numpy() for q in questions]
    width = 1 + max(len(data[q].cat.categories) for q in questions)  # one more for empty cells, code −1
    group = data["age_group"].cat.codes.to_numpy().astype(np.int64) * width + 1
    ours, finding = timed(lambda: survey.crosstab(data, question=questions, by="age_group", weights="weight"))
    design = survey.Design(data, strata="stratum", weights="weight")  # made once for all analyses
    designed, _ = timed(lambda: survey.crosstab(design, question=questions, by="age_group"))
    floor, _ = timed(lambda: [np.bincount(group + c, weights, 3 * width) for c in codes])
    some = questions[:5]
    start = perf_counter()
    theirs = [pd.crosstab(data["age_group"], data[q], values=data["weight"], aggfunc="sum") for q in some]
    pandas = (perf_counter() - start) * len(questions) / len(some)
    table = finding.table
    for q, wide in zip(some, theirs, strict=True):
        cells = table[(table["question"] == q) & (table["group"] != "全体")]
        same = [wide.loc[r.group, r.answer] for r in cells.itertuples()]
        assert np.allclose(cells["weighted_n"], np.nan_to_num(same)), q
    return {"crosstabs of 50 questions": (ours, floor, pandas), "the same, 12 strata": (designed, floor, pandas)}


def several_answers(data: pd.DataFrame, marks: list[str]):
    """50 columns of 0 and 1: ours (with errors), bincount, pandas' melt and pivot of a tenth."""
    weights = data["weight"].to_numpy()
    ours, finding = timed(lambda: survey.multiple_response(data, columns=marks, weights="weight"))
    floor, counts = timed(lambda: [np.bincount(data[m].to_numpy(), weights, 2) for m in marks])
    assert np.allclose(finding.table["weighted_n"], [c[1] for c in counts])
    part = data.iloc[: len(data) // 10]
    start = perf_counter()
    long = part[[*marks, "weight"]].melt("weight", var_name="mark", value_name="chosen")
    long.pivot_table(index="mark", columns="chosen", values="weight", aggfunc="sum")
    return {"several answers, 50 columns": (ours, floor, (perf_counter() - start) * 10)}


def raking(data: pd.DataFrame):
    """Three margins: ours against a plain pandas loop (the same number of rounds)."""
    ours, finding = timed(lambda: survey.rake(data, targets=MARGINS))
    rounds = finding.figures["iterations"]

    start = perf_counter()
    weights = pd.Series(1.0, index=data.index)
    for _ in range(rounds):
        for column, target in MARGINS.items():
            sums = weights.groupby(data[column], observed=True).sum()
            factor = pd.Series(target) * len(data) / sums
            weights = weights * data[column].map(factor).astype(float)
    pandas = perf_counter() - start
    assert np.allclose(finding.weights, weights, rtol=1e-6)
    return {f"raking, {rounds} rounds": (ours, np.nan, pandas)}


def peak() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data, questions, marks = answers(people)
    size, before = data.memory_usage(deep=True).sum() / 2**20, peak()
    print(f"{people:,} respondents; table {size:,.0f} MB, peak before counting {before:,.0f} MB")
    survey.crosstab(data.head(1000), question=questions[0], by="age_group", weights="weight")  # libraries are loaded
    print(f"{'':<30}{'ours, s':>9}{'bincount, s':>13}{'ours/bincount':>15}{'pandas, s':>11}{'pandas/ours':>13}")
    results = crosstabs(data, questions)
    ours_peak = peak()
    for work in (lambda: several_answers(data, marks), lambda: raking(data)):
        results |= work()
    for name, (ours, floor, pandas) in results.items():
        print(f"{name:<30}{ours:>9.3f}{floor:>13.3f}{ours / floor:>15.2f}{pandas:>11.2f}{pandas / ours:>13.1f}")
    print(f"peak memory after the cross tables {ours_peak:,.0f} MB (with pandas' own {peak():,.0f} MB)")
