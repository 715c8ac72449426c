"""Questionnaire and interview notes of the sample town: drawn as stated, skipped as asked, and said like people do."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dataacademy.tables import problems
from dataacademy.town.contract import TABLES, answers, validate
from dataacademy.town.sample import found_town, hearing, make_tables, questions, survey, words
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.build import make_truths, table_bytes
from dataacademy.town.sample.dice import Dice

LIMITS = {"survey": 550_000, "hearing": 40_000}  # bytes
CLOSED = [c for c, column in answers.TABLES["survey"].columns.items() if c.startswith("q") and column.values]


@pytest.fixture(scope="module")
def town():
    return found_town()


@pytest.fixture(scope="module")
def made(town):
    return make_tables(town)


@pytest.fixture(scope="module")
def sheets(made):
    return made["survey"][made["survey"]["returned"]]


# --- the whole --------------------------------------------------------------------------------------------------------


def test_they_are_small_clean_and_keep_the_contract(made, tmp_path):
    for name, limit in LIMITS.items():
        data = table_bytes(name, made[name])
        assert len(data) <= limit, name
        assert validate(name, made[name]) == []
        (tmp_path / TABLES[name].file).write_bytes(data)
    assert problems(tmp_path)["ja"].tolist() == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(town, made):
    for name, part in {"survey": survey, "hearing": hearing}.items():
        tables = (part.make(t)[name] for t in (found_town(), replace(town, seed=1)))
        again, other = (table[made[name].columns].astype(made[name].dtypes) for table in tables)
        assert table_bytes(name, again) == table_bytes(name, made[name])
        assert table_bytes(name, other) != table_bytes(name, made[name])


@pytest.mark.parametrize(("residents", "size"), [(3_000, 0.0375), (80_000, 4.0)])
def test_they_grow_with_the_town(town, made, residents, size):
    grown = replace(found_town(residents=residents) if residents != 80_000 else town, scale=size)
    people, notes = survey.make(grown)["survey"], hearing.make(grown)["hearing"]
    assert len(people) == pytest.approx(size * len(made["survey"]), rel=0.02)
    assert len(notes) == pytest.approx(np.sqrt(size) * len(made["hearing"]), rel=0.2)
    assert people["respondent_id"].is_unique and notes["note_id"].is_unique


def test_truths_are_told_in_one_form(town, made):
    keys = ["id", "title", "says", "size", "tolerance", "tables", "method", "naive"]
    planted = [truth for part in (survey, hearing) for truth in part.truths(town, made)]
    assert len(planted) == 10
    all_planted = make_truths(town, made)
    for truth in planted:
        assert list(truth) == keys and list(truth["naive"]) == ["method", "says", "value"]
        assert truth["size"].keys() == truth["tolerance"].keys()
        assert all(type(n) in (int, float) for n in [*truth["size"].values(), *truth["naive"]["value"].values()])
        assert truth in all_planted


# --- who was asked and who answered -----------------------------------------------------------------------------------


def test_strata_are_counted_from_the_register(town, made):
    asked = made["survey"]
    quarter, group = zip(*asked["stratum"].map(answers.STRATA), strict=True)
    assert asked["quarter"].tolist() == list(quarter) and asked["age_group"].tolist() == list(group)
    bins = pd.cut(town.register["age"], [18, 40, 65, 200], right=False, labels=list(answers.AGE_GROUPS))
    living = pd.crosstab(town.register["quarter"], bins)
    for code, (quarter, group) in answers.STRATA.items():
        stratum = asked[asked["stratum"] == code]
        assert (stratum["population"] == living.loc[quarter, group]).all()
        assert (stratum["sent"] == len(stratum)).all()
        returned = stratum[stratum["returned"]]
        assert (abs(returned["weight"] - living.loc[quarter, group] / len(returned)) < 0.0001).all()
    assert len(asked) == 3000 and 1200 < asked["returned"].sum() < 1450
    rates = asked.groupby("stratum")["sent"].first() / asked.groupby("stratum")["population"].first()
    assert rates.max() > 5 * rates.min()
    assert asked.groupby("age_group")["returned"].mean().is_monotonic_increasing  # the old answer more often


def test_nobody_is_asked_twice_and_numbers_tell_nothing(town):
    people = questions.adults(town)
    sent = survey._sent(people, town.scale, town.dice("survey"))
    assert sent["row"].is_unique and (town.register["age"].to_numpy()[sent["row"]] >= 18).all()
    assert abs(np.corrcoef(np.arange(len(sent)), sent["stratum"])[0, 1]) < 0.06


def test_opinions_are_those_planted(town):
    people = questions.adults(town)
    told = {"online": (people["online"], questions.ONLINE), "staying": (people["staying"] <= 2, questions.STAY)}
    for said, percent in told.values():
        planted = np.array(percent)
        error = np.sqrt(planted * (100 - planted) / questions.stratum_sizes(people))
        assert (abs(100 * said.groupby(people["stratum"]).mean().to_numpy() - planted) < 4 * error).all()


def test_planted_shares_add_up():
    for question in questions.SHARES:
        assert np.allclose(questions.by_stratum(question).sum(axis=1), 100), question
        assert (questions.by_stratum(question) >= 0).all()
    assert {sum(shares) for shares in questions.TRUST} == {100}


# --- answers ----------------------------------------------------------------------------------------------------------


def test_nothing_is_answered_on_sheets_that_did_not_come_back(made):
    lost = made["survey"][~made["survey"]["returned"]]
    columns = list(made["survey"].columns)
    assert lost[columns[columns.index("channel") :]].isna().all(axis=None)


def test_every_answer_is_a_code_of_the_codebook(sheets):
    for name in CLOSED:
        column = TABLES["survey"].columns[name]
        allowed = {int(code) for code in (*column.values, *column.missing)}
        assert set(sheets[name].dropna()) <= (allowed if name != "q11" else {*range(11), 99}), name
        for code in column.missing:
            assert (sheets[name] == int(code)).any() or name in ("q8", "q9"), (name, code)
    for name in ("channel", "years_lived", "household_type", "occupation"):
        assert set(sheets[name]) == set(TABLES["survey"].columns[name].values), name


def test_skipped_questions_are_empty_and_others_are_not(sheets):
    assert (sheets["q8"].notna() == (sheets["q7"] == 1)).all()
    assert (sheets["q9"].notna() == (sheets["q7"] == 2)).all()
    assert sheets[[c for c in CLOSED if c not in ("q8", "q9") and not c.startswith("q4")]].notna().all(axis=None)
    sources = sheets[[f"q4_{k}" for k in range(1, 9)]]
    skipped = sources.isna()
    assert (skipped.all(axis=1) == skipped.any(axis=1)).all() and 0 < skipped.all(axis=1).mean() < 0.1
    chosen = sources.dropna()
    assert (chosen.sum(axis=1) >= 1).all()
    assert (chosen.loc[chosen["q4_8"] == 1].sum(axis=1) == 1).all()  # none means none


def test_households_are_those_of_the_register(town):
    register = town.register
    homes = pd.Series(register["household_id"].unique()[:80])
    forms = survey._households(register, homes)
    for home, form in zip(homes, forms, strict=True):
        ages = register.loc[register["household_id"] == home, "age"]
        assert (form == "alone") == (len(ages) == 1)
        assert (form == "generations") == (ages.max() - ages.min() >= 18)
        assert len(ages) == 2 or form != "pair"


def test_only_the_young_study_and_the_old_are_retired(sheets):
    assert set(sheets.loc[sheets["occupation"] == "student", "age_group"]) == {"18-39"}
    farmers = (sheets["occupation"] == "primary").groupby(sheets["quarter"]).mean()
    assert farmers.idxmax() == "農村" and farmers.nsmallest(2).index.isin(["旧市街", "ニュータウン"]).all()


# --- comments ---------------------------------------------------------------------------------------------------------


def test_a_keyword_stands_in_its_own_topic_only():
    topics = [*words.COMMON, *(topic for of_quarter in words.LOCAL.values() for topic in of_quarter)]
    assert list(words.LOCAL) == list(geo.QUARTERS) and len({t.word for t in topics}) == len(topics) == 24
    assert sum(words.COMMON.values()) == 100
    for topic in topics:
        assert all(topic.word in subject for subject in topic.subjects)
        elsewhere = [p for t in topics if t is not topic for p in (*t.subjects, *t.states, *t.wishes)]
        said = [*elsewhere, *words.OPENINGS, *words.JOINTS, *words.NOTHING, *words.PERSONAL]
        assert [phrase for phrase in said if topic.word in phrase] == []


def test_comments_are_short_and_differ(sheets):
    texts = sheets["q12"].dropna()
    assert texts.str.len().between(5, 80).all()
    assert len(texts) / len(sheets) == pytest.approx(0.45, abs=0.05)
    spoken = texts[~texts.isin(words.NOTHING)]
    assert spoken.duplicated().mean() < 0.03
    assert not texts.str.contains(r"\s").any()


def test_no_comment_is_too_long_however_chance_falls(town):
    """Two topics in brief, and the longest way of saying who one is."""

    def longest(topics):
        return max(max(map(len, t.subjects)) + max(map(len, t.states)) + 1 for t in topics)

    family, given = max(geo.FAMILY_NAMES, key=len), max(geo.GIVEN_NAMES["male"], key=len)
    address = max((area.name for area in town.areas), key=len) + "30番地"
    who = {"phone": "0000-00-0000", "name": family + given, "family": family, "address": address}
    local = longest(topic for of_quarter in words.LOCAL.values() for topic in of_quarter)
    assert longest(words.COMMON) + local + max(len(form.format(**who)) for form in words.PERSONAL) <= words.LONGEST
    many = words.comments(np.repeat(geo.QUARTERS, 3000), dict.fromkeys(geo.QUARTERS, ["灯台下二丁目"]), Dice(1, "x"))
    assert words.LONGEST - 5 < max(map(len, many)) <= words.LONGEST


def test_some_comments_give_away_who_wrote_them_and_all_of_it_is_invented(sheets, town):
    texts = sheets["q12"].dropna()
    phones = texts.str.findall(r"\d[\d-]{6,}").explode().dropna()
    assert len(phones) >= 2 and phones.str.fullmatch(r"0000-\d{2}-\d{4}").all()
    named = texts[texts.str.contains("|".join(geo.FAMILY_NAMES))]
    addresses = texts[texts.str.contains(r"\d+番地")]
    assert 5 <= len(set(phones.index) | set(named.index) | set(addresses.index)) <= 30
    quarters = {area.name: area.quarter for area in town.areas}
    for row, text in addresses.items():
        area = next(name for name in sorted(quarters, key=len, reverse=True) if re.search(rf"{name}\d", text))
        assert quarters[area] == sheets.loc[row, "quarter"]


# --- interview notes --------------------------------------------------------------------------------------------------


def test_notes_are_shorthand_of_working_days(made):
    notes = made["hearing"]
    assert len(notes) == 120 and notes["text"].str.len().between(20, 120).all()
    assert notes["text"].nunique() > 110
    assert notes["date"].is_monotonic_increasing and pd.to_datetime(notes["date"]).dt.day_of_week.max() == 4
    assert set(notes["coder_a"]) == set(notes["coder_b"]) == set(answers.CODES)
    assert set(notes["quarter"]) == set(geo.QUARTERS) and set(notes["age_group"]) == set(answers.AGE_GROUPS)


def test_a_note_says_what_its_coders_read(made):
    for note in made["hearing"].itertuples():
        between = (note.coder_a, note.coder_b) == ("community", "health")
        for code in {note.coder_a, note.coder_b}:
            facts = hearing.WATCHING if between else hearing.FACTS[code]
            assert any(fact in note.text for fact in facts), note.text
