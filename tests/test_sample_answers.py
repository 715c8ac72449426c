"""Questionnaire and interview notes of the sample town: drawn as stated, skipped as asked, and said like people do."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from dataacademy.tables import problems
from dataacademy.town.contract import TABLES, answers, validate
from dataacademy.town.sample import found_town, hearing, make_tables, questions, survey, voices, words
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.build import make_truths, table_bytes
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import SEED

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
    homes = {"P1": [30], "P2": [70, 72], "P3": [24, 41], "P4": [0, 20, 38], "P5": [3, 6, 34, 36, 61], "P6": [5, 23]}
    register = pd.DataFrame(
        [(home, age) for home, ages in homes.items() for age in ages], columns=["household_id", "age"]
    )
    forms = survey._households(register, pd.Series(["P2", *homes]))
    assert forms.tolist() == ["one", "alone", "one", "one", "three", "three", "two"]


def test_households_are_as_in_any_town(town):
    """Per cent of the grown-up who live so, by age: the young with parents, the old in couples or alone."""
    people = town.register[town.register["age"] >= 18]
    forms = survey._households(town.register, people["household_id"])
    group = pd.cut(people["age"], [18, 40, 65, 200], right=False, labels=list(answers.AGE_GROUPS))
    share = 100 * pd.crosstab(group, forms, normalize="index")
    assert share.loc["65+", "alone"] == pytest.approx(25, abs=5) and share.loc["65+", "one"] == pytest.approx(48, abs=7)
    assert share.loc["65+", ["two", "three"]].sum() == pytest.approx(25, abs=6)
    assert share["two"].idxmax() == "18-39" and share["one"].idxmax() == share["alone"].idxmax() == "65+"
    assert (share["three"] > 3).all() and share.loc["18-39", "alone"] < 20


@pytest.mark.parametrize("seed", [SEED, 1])
def test_work_goes_by_sex_and_age(town, seed):
    made = survey.make(replace(town, seed=seed))["survey"]
    answered = made[made["returned"]]
    share = 100 * pd.crosstab([answered["sex"], answered["age_group"]], answered["occupation"], normalize="index")
    assert set(answered.loc[answered["occupation"] == "student", "age_group"]) == {"18-39"}
    assert (share.loc["male", "home"] < 5).all() and share.loc[("female", "65+"), "home"] > 30
    assert (share.loc[("male", "65+"), "none"] > 50) and (share.loc["female", "part"] > share.loc["male", "part"]).any()
    assert (share.loc["male", "employee"] > share.loc["female", "employee"]).all()
    farmers = (answered["occupation"] == "primary").groupby(answered["quarter"]).mean()
    assert farmers.idxmax() == "農村" and farmers.nsmallest(2).index.isin(["旧市街", "ニュータウン"]).all()


def test_shares_of_work_add_up():
    for by_age in questions.OCCUPATIONS.values():
        assert list(by_age) == list(answers.AGE_GROUPS)
        assert {sum(shares) for shares in by_age.values()} == {100}
        assert {len(shares) for shares in by_age.values()} == {len(answers.OCCUPATIONS)}


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
    assert notes["date"].is_monotonic_increasing
    assert set(notes["coder_a"]) == set(notes["coder_b"]) == set(answers.CODES)
    assert set(notes["quarter"]) == set(geo.QUARTERS) and set(notes["age_group"]) == set(answers.AGE_GROUPS)


def test_offices_are_closed_on_weekends_and_holidays(made):
    """Autumn 2025 by the law: two Mondays that are chosen to be holidays, three days, and a Sunday made good for."""
    days = pd.Series(pd.to_datetime(hearing.office_days()))
    assert len(days) == 60 and days.dt.day_of_week.max() == 4
    assert set(made["hearing"]["date"]) <= set(hearing.office_days())
    mondays = {month: days[(days.dt.day_of_week == 0) & (days.dt.month == month)].dt.day for month in (9, 10, 11)}
    assert mondays[9].tolist() == [1, 8, 22, 29]  # 敬老の日: the third
    assert mondays[10].tolist() == [6, 20, 27]  # スポーツの日: the second
    assert mondays[11].tolist() == [10, 17]  # 文化の日, and the day after 勤労感謝の日
    assert pd.Timestamp("2025-09-23") not in set(days)  # 秋分の日


def test_a_note_says_what_its_coders_read(made):
    for note in made["hearing"].itertuples():
        between = (note.coder_a, note.coder_b) == ("community", "health")
        for code in {note.coder_a, note.coder_b}:
            facts = voices.WATCHING if between else voices.FACTS[code]
            assert any(f"{fact}。" in note.text for fact, _ in facts), note.text


def test_somebody_can_tell_whatever_is_asked_for():
    for a, row in hearing.CODED.items():
        ages = [
            age for age, share in zip(answers.AGE_GROUPS, hearing.AGE_SHARES.get(a, hearing.OLD), strict=True) if share
        ]
        codes = [b for b, count in zip(answers.CODES, row, strict=True) if count]
        for age, quarter, b in product(ages, answers.QUARTERS, codes):
            told = voices.told_by(age, quarter, a, b)
            assert len({text for text, _ in told}) == len(told) >= 2, (age, quarter, a, b)


def test_every_saying_is_somebodys_and_every_trait_is_known():
    groups = [{age, *words.split()} for age, people in voices.WHO.items() for _, words, _ in people]
    known = set.union(*groups, answers.QUARTERS)
    everybody = [group | {quarter} for group in groups for quarter in answers.QUARTERS]
    said = [
        *voices.WATCHING,
        *voices.WISHES,
        *voices.NOTES,
        *(fact for facts in voices.FACTS.values() for fact in facts),
    ]
    needed = {word for _, needs in said for need in needs.split() for word in need.split("|")}
    assert needed <= known and set.union(*groups) - set(answers.AGE_GROUPS) <= needed
    assert all(any(voices.fits(needs, traits) for traits in everybody) for _, needs in said)


IMPOSSIBLE = (  # who, and what they cannot say
    ("一人暮らし|娘は市外", "送り迎え|学童|孫を|身内の介護|家族の車|家族同席"),
    (
        "要支援|[78]0代女性、(一人|娘は)",
        "運転|を送り迎え|車は2台|身内の介護|元気なうち|のぞいている|近所で続けている|体操の会",
    ),
    ("[2-6]0代", "運転が怖く|家の中だけ|冬が心配|元気なうち|通院はタクシー|孫|足が悪く|家族同席"),
    ("[78]0代", "学童|遊ばせる所|子を送り迎え|保育園|勤め"),
    ("(会社員|転入3年|学生|役員|民生委員|農家|漁師|店番|持ち家)。", "学童|遊ばせる所|子を|孫|保育園"),
    ("会社員|学生|パート|共働き|夫婦|自営", "民生委員|機械の更新|漁は|月の半分"),
    ("女性、学生|農家|漁師|夫婦、|民生委員|役員", "店を畳みたい"),
    ("女性、学生|自営|店番|農家|漁師", "勤め先|勤め帰り"),
)


def test_nobody_tells_what_cannot_be_theirs(town):
    told = hearing.make(replace(town, scale=400.0))["hearing"]
    who = told["text"].str.extract(r"^(.*?。)", expand=False)
    rest = [text[len(w) :] for text, w in zip(told["text"], who, strict=True)]
    assert who.nunique() == sum(map(len, voices.WHO.values()))  # large enough: everybody speaks
    for people, sayings in IMPOSSIBLE:
        assert [w + r for w, r in zip(who, rest, strict=True) if re.search(people, w) and re.search(sayings, r)] == []
    for quarter, sayings in {"沿岸": "津波|漁師|漁は", "農村": "農家|田は今の代"}.items():
        assert set(told.loc[told["text"].str.contains(sayings), "quarter"]) == {quarter}
