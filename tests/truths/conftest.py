"""What is true of the sample town, for the tests that recover it."""

from __future__ import annotations

from functools import cache

import pytest
import yaml

from dataacademy import load, paths


class _Tables:
    """The sample town's tables by name, each loaded once; a test gets its own copy."""

    def __init__(self):
        self._load = cache(load)

    def __getitem__(self, name: str):
        return self._load(name).copy()


@pytest.fixture(scope="session")
def tables() -> _Tables:
    return _Tables()


@pytest.fixture(scope="session")
def truths() -> dict[str, dict]:
    """Every planted truth by its id."""
    text = (paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8")
    return {truth["id"]: truth for truth in yaml.safe_load(text)}


@pytest.fixture
def truth(truths):
    """One planted truth: ``truth("simpson_checkups")``."""
    return truths.__getitem__
