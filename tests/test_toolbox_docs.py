"""Every public function of the toolbox shows itself on the sample town and says when not to use it."""

from __future__ import annotations

import inspect

import pytest

import dataacademy as da

MODULES = {
    name: getattr(da, name) for name in ("charts", "costs", "effect", "maps", "privacy", "stats", "survey", "text")
}
# a few numbers, rules or colours are enough for these
NO_TOWN = {
    *("stats.mcnemar", "stats.power", "stats.sample_size", "survey.margin_of_error", "text.read_rules"),
    *("charts.check_palette", "charts.style", "privacy.new_key"),
}
FUNCTIONS = {
    f"{module}.{name}": getattr(da_module, name)
    for module, da_module in MODULES.items()
    for name in da_module.__all__
    if inspect.isfunction(getattr(da_module, name))
}


def test_the_exceptions_are_public_functions_that_need_no_town():
    assert FUNCTIONS.keys() >= NO_TOWN
    assert [name for name in sorted(NO_TOWN) if "load(" in inspect.getdoc(FUNCTIONS[name])] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example_on_the_sample_town_and_its_limits(name):
    doc = inspect.getdoc(FUNCTIONS[name]) or ""
    examples = [line for line in doc.splitlines() if line.startswith((">>> ", "... "))]
    assert examples, "no example"
    assert "When not to use: " in doc
    assert name in NO_TOWN or any("load(" in line for line in examples), "no example on the sample town"
