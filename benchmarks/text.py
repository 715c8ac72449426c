"""How much longer `text.tokenize` takes than SudachiPy alone, in one run on this machine; and its memory.

Run it by hand: ``python benchmarks/text.py [answers]``.  It prints ratios; they are no test, because machines differ.
Two kinds of answers, both in the words of the sample town: as people write them (many the same, like 特にありません),
and every answer different.  SudachiPy alone cuts every answer; ``surface`` takes only the words as written, ``form``
also the normalized form and the part of speech of every morpheme, which is what counting needs.
"""

from __future__ import annotations

import resource
import sys
from time import perf_counter

import numpy as np
import pandas as pd
from sudachipy import Dictionary, SplitMode

from dataacademy import load, text

ROUNDS = 3


def answers(n: int) -> dict[str, pd.DataFrame]:
    """``n`` answers of one or two sentences of the sample town's own, drawn by chance."""
    rng = np.random.default_rng(12)
    sentences = load("survey")["q12"].dropna().str.findall("[^。]+。").explode().dropna().unique()
    first, second = rng.choice(sentences, n), rng.choice(sentences, n)
    some = np.where(rng.random(n) < 0.35, "特にありません。", np.where(rng.random(n) < 0.5, first, first + second))
    every = [f"{a}{b}その{k}。" for k, (a, b) in enumerate(zip(first, second, strict=True))]
    return {"as people write": pd.DataFrame({"text": some}), "all different": pd.DataFrame({"text": every})}


def alone(texts: list[str], tokenize, read) -> int:
    return sum(len([read(m) for m in tokenize(one)]) for one in texts)


def seconds(works: dict) -> dict[str, float]:
    """The shortest time of each, in turns, so that a busy machine slows all of them alike."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = perf_counter()
            work()
            best[name] = min(best[name], perf_counter() - start)
    return best


def main(n: int = 100_000) -> None:
    tokenize = Dictionary(dict="core").tokenizer(SplitMode.C).tokenize
    print(
        f"{n:,} answers{'':<19}{'different':>10}{'surface, s':>12}{'form, s':>9}{'ours, s':>9}{'ratio':>8}{'ratio':>8}"
    )
    for name, data in answers(n).items():
        texts = data["text"].tolist()
        took = seconds(
            {
                "surface": lambda texts=texts: alone(texts, tokenize, lambda m: m.surface()),
                "form": lambda texts=texts: alone(texts, tokenize, lambda m: (m.normalized_form(), m.part_of_speech())),
                "ours": lambda data=data: text.tokenize(data, text="text"),
            }
        )
        ratios = took["ours"] / took["surface"], took["ours"] / took["form"]
        print(
            f"{name:<34}{len(set(texts)):>10,}{took['surface']:>12.2f}{took['form']:>9.2f}{took['ours']:>9.2f}"
            f"{ratios[0]:>8.2f}{ratios[1]:>8.2f}"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
