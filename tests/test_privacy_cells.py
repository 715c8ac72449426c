"""Cells hidden so that nothing can be computed back: proved on 300 random tables, and as few as the optimum."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from privacy_tables import MINIMUM, TABLES, Cube, attacked, optimum, random_table, with_totals

from dataacademy import DataAcademyError, load
from dataacademy.privacy import audit_table, suppress_table

FEW = 46  # so many cells with totals, and the independent programme finds the optimum of a table in seconds


def truth(data: pd.DataFrame, shape: tuple[int, ...]):
    """All true counts; which are small; and the least anybody knows of a cell (1 an inner cell that is not 0)."""
    counts = data["count"].to_numpy().reshape(shape)
    true = with_totals(counts)
    return true, (true >= 1) & (true < MINIMUM), with_totals((counts > 0).astype(int))


def safe(found: np.ndarray, least: np.ndarray) -> bool:
    return bool((found[:, 0] <= least + 1e-6).all() and (found[:, 1] >= MINIMUM - 1e-6).all())


def test_there_are_three_hundred_tables_of_up_to_four_dimensions_and_two_hundred_inner_cells():
    assert sum(n for n, _ in TABLES.values()) == 300
    assert {len(shape) for shape in TABLES} == {1, 2, 3, 4}
    assert max(int(np.prod(shape)) for shape in TABLES) == 200


@pytest.mark.parametrize("shape", TABLES, ids=lambda s: "x".join(map(str, s)))
def test_no_hidden_cell_can_be_bounded_and_hardly_more_are_hidden_than_the_optimum(shape):
    number, mean = TABLES[shape]
    ours = best = open_before = 0
    for seed in range(number):
        data = random_table(seed, shape, mean)
        by = list(data.columns[:-1])
        found = suppress_table(data, by=by, count="count", minimum=MINIMUM)
        cube, (true, small, least) = Cube(found.table, by), truth(data, shape)
        hidden, cells = np.isnan(cube.y), np.flatnonzero(small)
        assert hidden[small].all() and (cube.y[~hidden] == true[~hidden]).all()
        assert safe(attacked(cube, hidden, true, cells, 1), least[small]), seed
        open_before += not safe(attacked(cube, small, true, cells, 1), least[small])
        if len(true) <= FEW:
            may = (true >= 1) & ~cube.is_total
            if not safe(attacked(cube, may | small, true, cells, 1), least[small]):
                may = true >= 1  # totals cannot stay
            best += optimum(cube, true, small, may, least, MINIMUM, 1)
            ours += found.value
    assert ours <= 1.1 * best
    assert open_before > 0 or number < 5  # hiding the small ones alone would not have done
    if best:
        assert ours == best  # as measured: the smallest on every one of them


@pytest.mark.parametrize("seed", range(8))
def test_without_keeping_totals_the_fewest_cells_of_all_are_hidden(seed):
    shape = [(4, 3), (2, 2, 3)][seed % 2]
    data = random_table(100 + seed, shape, 9)
    by = list(data.columns[:-1])
    found = suppress_table(data, by=by, count="count", minimum=MINIMUM, keep_totals=False)
    true, small, least = truth(data, shape)
    assert found.value == optimum(Cube(found.table, by), true, small, true >= 1, least, MINIMUM, 1)


def small_table(**changes) -> pd.DataFrame:
    cells = {("北", "男"): 3, ("北", "女"): 20, ("南", "男"): 30, ("南", "女"): 40, ("西", "男"): 18, ("西", "女"): 25}
    return pd.DataFrame([(*k, v) for k, v in cells.items()], columns=["区", "性", "人"]).assign(**changes)


BY = {"by": ["区", "性"], "count": "人"}


def test_one_small_cell_takes_three_more_and_the_totals_stay():
    data = small_table()
    before = data.copy(deep=True)
    found = suppress_table(data, **BY)
    assert (found.value, found.figures["small"], found.figures["extra"], found.figures["exact"]) == (4, 1, 3, True)
    hidden = found.table[found.table["mark"] == "X"]
    assert set(hidden["区"]) == {"北", "西"}  # the smaller ones of those that would do
    assert (hidden["lower"] <= 3).any() and (hidden["upper"] >= 10).all()
    assert not found.table.loc[found.table[["区", "性"]].eq("計").any(axis=1), "mark"].any()
    assert list(found.published.columns) == ["区", "性", "count", "mark"]
    assert "12 マス（計を含む）のうち 4 マスを伏せました。10 人未満のマスが 1、" in found.sentence
    assert "一緒に伏せたマスが 3 です" in found.sentence and "1〜10 人のどれとも" in found.sentence
    pd.testing.assert_frame_equal(data, before)


def test_persons_counts_and_counts_with_totals_give_the_same_table():
    data = small_table()
    persons = data.loc[data.index.repeat(data["人"]), ["区", "性"]]
    tables = (suppress_table(data, **BY), suppress_table(persons, by=["区", "性"]))
    ours, other = (t.published.set_index(["区", "性"]).sort_index() for t in tables)
    pd.testing.assert_frame_equal(ours, other)
    totals = pd.DataFrame({"区": ["北", "合計", None], "性": [None, "男", "総数"], "人": [23, 51, 136]})
    given = suppress_table(pd.concat([totals, data]), **BY)
    assert given.value == 4 and len(given.table) == 12


def test_zeros_are_published_or_hidden_as_asked():
    data = small_table(人=[0, 20, 30, 40, 18, 25])
    assert suppress_table(data, **BY).value == 0
    assert "伏せるマスはありません" in suppress_table(data, **BY).sentence
    shown = suppress_table(data, **BY, zeros="hide")
    row = shown.table.set_index(["区", "性"]).loc[("北", "男")]
    assert row["mark"] == "X" and row["lower"] == 0 and row["upper"] >= 10


def test_subtotals_of_a_hierarchy_cannot_be_used_either():
    towns = {"本町": "旧市街", "仲町": "旧市街", "浜": "沿岸", "港": "沿岸", "岬": "沿岸"}
    data = pd.DataFrame([(t, s, 20 + 3 * i + 7 * j) for i, t in enumerate(towns) for j, s in enumerate("男女")],
                        columns=["町", "性", "人"])  # fmt: skip
    data.loc[0, "人"] = 2
    found = suppress_table(data, by=["町", "性"], count="人", hierarchies={"町": towns})
    flat = suppress_table(data, by=["町", "性"], count="人")
    table = found.table.set_index(["町", "性"])
    assert len(table) == 8 * 3 and table.loc[("旧市街", "計"), "count"] == data["人"][:4].sum()
    assert set(table.index[table["mark"] == "X"].get_level_values("町")) == {"本町", "仲町"}  # inside one group
    assert found.value == flat.value == 4
    again = audit_table(found.published, by=["町", "性"], count="count", hierarchies={"町": towns})
    assert again.value == 0 and len(again.table) == 4


def test_when_everything_has_to_be_hidden_it_says_so():
    found = suppress_table(small_table(人=[1, 2, 3, 4, 2, 1]), **BY)
    assert "区分をまとめたほうが" in found.sentence and "計です" in found.sentence
    assert found.table.loc[found.table["区"].ne("計") & found.table["性"].ne("計"), "mark"].eq("X").all()


def test_combinations_without_a_row_are_zeros_and_said():
    found = suppress_table(small_table().drop(index=2), **BY)
    assert found.left_out == ("表に行のない組み合わせ 1 マスは、0 人と数えました",)
    assert found.table.set_index(["区", "性"]).loc[("南", "男"), "count"] == 0


def test_the_same_table_in_another_order_hides_the_same_number_and_is_as_safe():
    data = random_table(7, (5, 4), 12)
    by = ["x0", "x1"]
    first = suppress_table(data, by=by, count="count", minimum=MINIMUM)
    other = suppress_table(data.sample(frac=1, random_state=1), by=by[::-1], count="count", minimum=MINIMUM)
    assert first.value == other.value
    assert suppress_table(data, by=by, count="count", minimum=MINIMUM).table.equals(first.table)


def test_the_audit_computes_what_was_hidden_in_vain():
    open_table = small_table(人=[None, 20, 30, 40, 18, 25])
    total = pd.DataFrame({"区": ["計"], "性": ["男"], "人": [51]})
    found = audit_table(pd.concat([open_table, total]), **BY)
    assert found.value == 1 and found.table.loc[0, ["lower", "upper", "known"]].tolist() == [3, 3, True]
    assert "1 マスのうち 1 マスは、引き算などで人数が一つに決まります" in found.sentence
    free = audit_table(open_table, **BY, upper=9)
    assert free.table.loc[0, ["lower", "upper"]].tolist() == [0, 9] and free.value == 0


def test_counts_of_the_sample_town_in_three_dimensions():
    people = load("residents").merge(load("areas")[["area_id", "quarter"]], on="area_id")
    people["band"] = (2025 - people["birth_date"].str[:4].astype(int)).clip(upper=99) // 20 * 20
    found = suppress_table(people, by=["quarter", "band", "sex"], minimum=250)
    assert found.used["人"] == len(people)
    assert found.figures["extra"] > 0
    assert audit_table(found.published, by=["quarter", "band", "sex"], count="count").value == 0


def suppress(data=None, **options):
    return lambda: suppress_table(small_table() if data is None else data, **({**BY} | options))


def audit(data=None, **options):
    return lambda: audit_table(
        small_table(人=[None, 20, 30, 40, 18, 25]) if data is None else data, **({**BY} | options)
    )


def edited(row: int, value) -> pd.DataFrame:
    return small_table(人=small_table()["人"].astype(object).where(small_table().index != row, value).astype(float))


def plus(*rows) -> pd.DataFrame:
    return pd.concat([small_table(), pd.DataFrame(rows, columns=["区", "性", "人"])])


LARGE = pd.DataFrame({"a": np.repeat(np.arange(80), 80), "b": np.tile(np.arange(80), 80), "人": 20})
CASES = [
    ("totals_do_not_add_up", suppress(plus(("北", "計", 24))), "「北・計」の行は 24 人ですが、内訳を足すと 23 人"),
    ("totals_do_not_add_up", suppress(plus((None, None, 1))), "「計・計」の行は 1 人"),
    (
        "totals_do_not_add_up",
        audit(pd.concat([edited(2, np.nan), plus(("北", "計", 24)).tail(1)])),
        "内訳を足すと 23 人",
    ),
    ("negative_count", suppress(edited(1, -2)), "負の数があります（1 行、最初は 2 行目）"),
    ("not_whole", suppress(edited(1, 2.5)), "端数のある数"),
    ("blank_count", suppress(edited(1, np.nan)), "空欄があります"),
    ("cell_twice", suppress(plus(("北", "男", 1))), "同じマス（北・男）の行が二つ"),
    ("cell_twice", suppress(by=["区"]), "by"),
    ("minimum_too_small", suppress(minimum=1), "2 以上"),
    ("minimum_too_small", suppress(minimum="10"), "「10」"),
    ("one_cell", suppress(small_table().head(1)), "区分が一つだけ"),
    ("no_categories", suppress(pd.DataFrame({"区": ["計"], "性": ["男"], "人": [3]})), "計しかなく"),
    ("table_too_large", suppress(LARGE, by=["a", "b"]), "4,000"),
    ("too_many_columns", suppress(small_table(a=1, b=1, c=1), by=["区", "性", "a", "b", "c"]), "4 つまで"),
    ("count_is_category", suppress(by=["区", "人"]), "by"),
    ("not_in_hierarchy", suppress(hierarchies={"区": {"北": "山側"}}), "「南」"),
    ("not_in_hierarchy", suppress(hierarchies={"区": dict.fromkeys("北南西", "計")}), "「計」"),
    (
        "circular_hierarchy",
        suppress(hierarchies={"区": dict.fromkeys("北南西", "山") | {"山": "川", "川": "山"}}),
        "輪",
    ),
    ("unknown_column", suppress(hierarchies={"町": {}}), "町"),
    ("not_hierarchies", suppress(hierarchies="区"), "区分: まとまり"),
    ("not_hierarchies", suppress(hierarchies={"区": "山"}), "まとまり"),
    ("name_taken", suppress(small_table().rename(columns={"区": "mark"}), by=["mark", "性"]), "mark"),
    ("duplicate_columns", suppress(pd.concat([small_table(), small_table()[["性"]]], axis=1)), "性"),
    ("not_whole_between", audit(lower="1"), "lower"),
    ("not_whole_between", audit(upper=float("nan")), "upper"),
    ("unknown_column", suppress(count="人数"), "もしかして「人」"),
    ("no_quasi_identifiers", suppress(by=[]), "準識別子"),
    ("unknown_choice", suppress(zeros="yes"), "show"),
    ("not_numeric", suppress(small_table(人="多い")), "数ではありません"),
    ("not_a_table", suppress([1, 2]), "list"),
    ("no_rows", suppress(small_table().head(0)), "行がない"),
    ("nothing_hidden", audit(small_table()), "伏せたマス"),
    (
        "impossible_table",
        audit(pd.concat([edited(0, np.nan), plus(("北", "計", 10)).tail(1)])),
        "合う人数の組み合わせがありません",
    ),
    ("bounds_crossed", audit(lower=5, upper=4), "lower"),
]


@pytest.mark.parametrize(("kind", "call", "says"), CASES)
def test_bad_input_is_told_apart(kind, call, says):
    with pytest.raises(DataAcademyError) as error:
        call()
    assert error.value.note.kind == kind
    assert says in str(error.value)
