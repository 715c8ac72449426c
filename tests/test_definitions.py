"""docs/definitions.md is what tools/definitions.py makes of today's sample town, and names no other."""

from __future__ import annotations

import importlib.util

import pytest


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("definitions", root / "tools" / "definitions.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh_and_a_stale_one_would_be_noticed(tool, monkeypatch):
    shares = tool.definitions()
    monkeypatch.setattr(tool, "definitions", lambda: shares)
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()
    monkeypatch.setattr(tool, "definitions", lambda: shares | {"代表点": [1.0, 2.0, 3.0]})
    assert tool.PAGE.read_text(encoding="utf-8") != tool.page()


def test_the_page_has_a_row_in_both_languages_for_every_definition(tool):
    text = tool.PAGE.read_text(encoding="utf-8")
    assert [f"| {name} |" in text for name in tool.MEANING] == [True] * len(tool.MEANING)
    assert [f"| {name} |" in text for name in tool.ENGLISH] == [True] * len(tool.ENGLISH)
    assert "焼津" not in text
    assert "高松" not in text
