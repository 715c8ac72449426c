"""Every planted truth is recovered by one test and shown to fool the naive method by another."""

from __future__ import annotations

import re
from pathlib import Path

KEYS = ["id", "title", "says", "size", "tolerance", "tables", "method", "naive"]


def test_every_truth_has_its_two_tests(truths):
    here = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    written = set(re.findall(r"^def test_(\w+)\(", here, re.MULTILINE))
    assert len(truths) >= 20
    assert [t for t in truths if t not in written] == []
    assert [t for t in truths if f"{t}_naive" not in written] == []


def test_every_truth_says_what_it_must(truths, tables):
    for name, truth in truths.items():
        assert list(truth) == KEYS, name
        assert list(truth["naive"]) == ["method", "says", "value"], name
        assert truth["size"] and set(truth["tolerance"]) <= set(truth["size"]), name
        assert all(len(tables[table]) for table in truth["tables"]), name
        assert all(truth[key].strip() for key in ("title", "says", "method")), name
