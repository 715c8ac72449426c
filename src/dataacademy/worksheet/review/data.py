"""Step 2: the data list: may it be used, is it there in time, is it used as its class says."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.words import first_word, plain

PERSONAL = "個人情報の加工が必要"
_SOON = datetime.timedelta(days=14)  # classes are one or two weeks apart


def table_names(text: str) -> set[str]:
    """The names by which a table may be called: as written, as a file, without its ending."""
    name = PurePosixPath(text.strip().replace("\\", "/"))
    return {plain(part) for part in (text, name.name, name.stem)} - {""}


@rule("data_ground_vague", "word")
def data_ground_vague(c: Context):
    for data in c.records("data"):
        if word := first_word(data.legal_ground, c.words("根拠にならない言葉")):
            yield found(data, "legal_ground", word=word)


@rule("data_looks_personal", "word")
def data_looks_personal(c: Context):
    """Called usable as it is, and its name says that it lists persons."""
    for data in c.records("data"):
        word = first_word(data.text, c.words("個人情報らしい言葉"), c.words("個人情報でない言い方"))
        if word and data.handling == "そのまま使える":
            yield found(data, "handling", word=word)


@rule("data_processed_is_raw")
def data_processed_is_raw(c: Context):
    for data in c.records("data"):
        if data.handling == PERSONAL and data.processed and plain(data.processed) == plain(data.table):
            yield found(data, "processed")


@rule("finding_on_raw", "data")
def finding_on_raw(c: Context):
    """A finding rests on the unprocessed table of data that must be processed."""
    items = [data for data in c.records("data") if data.handling == PERSONAL]
    raw, done = {}, set()
    for data in items if c.begun("finding") else ():
        if plain(data.processed) != plain(data.table):
            done.add(plain(data.processed))
        for name in table_names(data.table) | _town_names(data.table):
            raw.setdefault(name, data)
    for finding in c.records("finding"):
        data = next((d for d in c.all(finding.data, "data") if d.handling == PERSONAL and not d.processed), None)
        for source in finding.sources:
            if data is None and plain(source.path) not in done:
                names = table_names(source.path) | table_names(source.table)
                data = next((raw[name] for name in sorted(names) if name in raw), None)
        if data is not None:
            yield found(finding, "sources", data=data.text or data.id)


def _town_names(table: str) -> set[str]:
    """The name of a town's table that is called by its Japanese label."""
    if not table or table.isascii():
        return set()
    from dataacademy.worksheet.recording.sources import town_table

    return {plain(town_table(table))} - {""}


@rule("data_due_passed", "due")
def data_due_passed(c: Context):
    for data in c.records("data"):
        if data.due and data.due < c.today and not data.table:
            yield found(data, "due", due=_day(data.due))


@rule("data_late_no_substitute", "due")
def data_late_no_substitute(c: Context):
    for data in c.records("data"):
        if data.due and data.due > c.today + _SOON and not data.table and not data.substitute:
            yield found(data, "substitute", due=_day(data.due))


@rule("data_no_due")
def data_no_due(c: Context):
    for data in c.records("data"):
        if not data.due and not data.table and not _set_aside(data):
            yield found(data, "due")


def _set_aside(data) -> bool:
    """Listed, and done without: no hypothesis asks for it, and what stands in for it is written."""
    return bool(data.substitute and not data.hypotheses)


@rule("data_for_nothing")
def data_for_nothing(c: Context):
    """No hypothesis asks for it, and nothing else uses it."""
    users = ("design", "crud", "prototype", "finding")
    if c.begun("hypothesis", *users):
        for data in c.records("data"):
            used = data.hypotheses or any(c.pointing(kind, "data", data.id) for kind in users)
            if not used and not _is_source(c, data) and not _set_aside(data):
                yield found(data, "hypotheses")


def _is_source(c: Context, data) -> bool:
    names = table_names(data.table)
    return any(table_names(i.source) & names for i in c.records("indicator"))


@rule("data_not_drawn", "hypothesis")
def data_not_drawn(c: Context):
    """Its hypothesis has designs, and none of them uses it."""
    for data in c.records("data"):
        if c.pointing("design", "data", data.id):
            continue
        for id in data.hypotheses:
            if c.pointing("design", "hypothesis", id):
                yield found(data, "hypotheses", hypothesis=id)
                break


@rule("hypothesis_no_data")
def hypothesis_no_data(c: Context):
    if not c.begun("data"):
        return
    for hypothesis in c.records("hypothesis"):
        named = c.pointing("data", "hypotheses", hypothesis.id)
        if not named and not c.pointing("design", "hypothesis", hypothesis.id):
            yield found(hypothesis, "text")


@rule("hypothesis_no_design")
def hypothesis_no_design(c: Context):
    if not c.begun("design") or not c.all_linked("design", "hypothesis"):
        return
    for hypothesis in c.records("hypothesis"):
        has_data = c.pointing("data", "hypotheses", hypothesis.id) or not c.begun("data")
        if has_data and not c.pointing("design", "hypothesis", hypothesis.id):
            yield found(hypothesis, "text")


@rule("issue_no_hypothesis")
def issue_no_hypothesis(c: Context):
    if not c.begun("hypothesis") or c.flow == "B" or not c.all_linked("hypothesis", "issue"):
        return
    for issue in c.records("issue"):
        if not c.pointing("hypothesis", "issue", issue.id):
            yield found(issue, "text")


@rule("problem_no_issue")
def problem_no_issue(c: Context):
    if not c.begun("issue") or not c.begun("hypothesis", "measure", "process") or not c.all_linked("issue", "problem"):
        return
    for problem in c.records("problem"):
        if not c.pointing("issue", "problem", problem.id):
            yield found(problem, "text")


@rule("goal_no_problem")
def goal_no_problem(c: Context):
    if not c.begun("problem") or not c.begun("issue", "hypothesis") or not c.all_linked("problem", "goal"):
        return
    for goal in c.records("goal"):
        if not c.pointing("problem", "goal", goal.id):
            yield found(goal, "text")


_TIMES = (
    ("毎日", 365),
    ("毎週", 52),
    ("毎月", 12),
    ("毎年", 1),
    ("月に?[1一]", 12),
    ("四半期", 4),
    ("半年", 2),
    ("年に?[1一]", 1),
)
_OFTEN = {"毎月": 12, "四半期ごと": 4, "毎年": 1}


@rule("indicator_faster_than_data", "often", "data")
def indicator_faster_than_data(c: Context):
    """The indicator is looked at more often than its table changes."""
    tables = _tables(c)
    for indicator in c.records("indicator"):
        data = _listed(tables, indicator.source)
        if data is None or not indicator.frequency:
            continue
        times = _times_a_year(plain(data.frequency))
        if times is not None and times < _OFTEN[indicator.frequency]:
            yield found(indicator, "frequency", often=data.frequency, data=data.text or data.id)


def _times_a_year(frequency: str) -> float | None:
    if every := re.search(r"(\d+)年(?:ごと|毎|に[1一]|おき)", frequency):
        return 1 / max(int(every[1]), 1)
    return next((times for words, times in _TIMES if re.search(words, frequency)), None)


@rule("indicator_source_unlisted")
def indicator_source_unlisted(c: Context):
    if not c.begun("data"):
        return
    tables = _tables(c)
    for indicator in c.records("indicator"):
        if indicator.source and _listed(tables, indicator.source) is None:
            yield found(indicator, "source")


def _tables(c: Context) -> dict:
    """Data items by every name that their tables or they themselves may be called by."""
    names = {}
    for data in c.records("data"):
        for name in table_names(data.table) | table_names(data.processed) | {plain(data.text)} - {""}:
            names.setdefault(name, data)
    return names


def _listed(tables: dict, source: str):
    return next((tables[name] for name in sorted(table_names(source)) if name in tables), None)


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
