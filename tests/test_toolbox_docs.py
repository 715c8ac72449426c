"""Every public function of the toolbox shows itself on the sample town and says when not to use it."""

from __future__ import annotations

import copy
import dataclasses
import doctest
import inspect
import pickle
import typing

import pytest

import dataacademy as da

MODULES = {
    name: getattr(da, name)
    for name in (
        "bi",
        "charts",
        "costs",
        "effect",
        "maps",
        "privacy",
        "queues",
        "stats",
        "status_page",
        "survey",
        "text",
    )
}
# a few numbers, rules or colours are enough for these
NO_TOWN = {
    *("stats.mcnemar", "stats.power", "stats.sample_size", "survey.margin_of_error", "text.read_rules"),
    *("survey.check_wording", "survey.example_draft"),
    *("charts.check_palette", "charts.style", "privacy.new_key", "stats.nightingale"),
    *("status_page.read_settings", "status_page.read_site_data"),
    *("stats.survival", "charts.survival_curve", "charts.newspaper", "charts.newspaper_table"),
}
FUNCTIONS = {
    f"{module}.{name}": getattr(da_module, name)
    for module, da_module in MODULES.items()
    for name in da_module.__all__
    if inspect.isfunction(getattr(da_module, name))
}
ANALYSES = [
    name
    for name, function in FUNCTIONS.items()
    if inspect.isclass(made := typing.get_type_hints(function).get("return")) and issubclass(made, da.Finding)
]
METHODS = ("effect.Indicator.from_dict", "effect.Indicator.recompute")
HOLDERS = ("status_page.build",)  # what they return holds a result


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


@pytest.fixture
def made(monkeypatch) -> list[da.Finding]:
    """Every result that is made while a test runs."""
    found, named = [], da.Finding.__post_init__

    def note(finding):
        named(finding)
        found.append(finding)

    monkeypatch.setattr(da.Finding, "__post_init__", note)
    return found


@pytest.mark.parametrize("name", ANALYSES)
def test_every_result_knows_the_function_that_made_it(name, made):
    function = FUNCTIONS[name]
    for example in doctest.DocTestFinder(recurse=False).find(function, name, globs=dict(function.__globals__)):
        failed, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example)
        assert not failed
    assert name in {finding.function for finding in made}
    assert {finding.function for finding in made} <= {*ANALYSES, *METHODS, *HOLDERS}


def test_a_result_keeps_its_function_wherever_it_goes_and_is_equal_without_it():
    def own():
        return da.Finding(1, 2, "文", "sentence")

    assert own().function == "" and len(ANALYSES) > 90
    found = da.survey.margin_of_error(400)
    assert found.function == "survey.margin_of_error" and "function" not in repr(own())
    for again in (pickle.loads(pickle.dumps(found)), copy.copy(found), dataclasses.replace(found, sentence="別の文")):
        assert again.function == "survey.margin_of_error"
    assert own() == dataclasses.replace(own(), function="maps.coverage")
