"""Tables in the contract's own columns: what the sample town has comes back from Japanese headings and words."""

from __future__ import annotations

import pandas as pd
import pytest
import smalltown

from dataacademy import about, load
from dataacademy.town.build import build
from dataacademy.town.contract import TABLES
from dataacademy.town.inspection import inspect
from dataacademy.town.plain import PLAIN


def in_words(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table as an office would write it: Japanese headings, meanings instead of codes."""
    columns = TABLES[name].columns
    out = table.copy()
    for column, c in columns.items():
        if c.values and column in out:
            meanings = {**c.values, **c.missing}
            assert len(set(meanings.values())) == len(meanings), (name, column)
            codes = out[column].astype("str")
            out[column] = codes.map(meanings).fillna(codes)
    return out.rename(columns={column: c.label for column, c in columns.items()})


@pytest.mark.parametrize("name", [name for name in PLAIN if name in about("mirai").tables])
@pytest.mark.parametrize("how", ["codes", "words"])
def test_every_plain_table_goes_the_way_of_a_town(tmp_path, name, how):
    table = load(name).head(400)
    handed = in_words(name, table) if how == "words" else table
    text = handed.to_csv(index=False)
    folder = smalltown.write(tmp_path / "data", **{"受け取った表.csv": text})
    found = inspect(folder, code=smalltown.CODE)
    assert [s.take_as for s in found.town.tables if s.file == "受け取った表.csv"] == [name]
    built = build(found.town)
    pd.testing.assert_frame_equal(built.tables[name], table.reset_index(drop=True), check_dtype=False)
    assert [n for n in built.notes if n.file == "受け取った表.csv" and n.level != "info"] == []


def test_the_meaning_of_an_empty_cell_is_an_empty_cell(tmp_path):
    table = in_words("checkups", load("checkups").head(200))
    unseen = ~table["受診した"].astype(bool)
    assert unseen.any() and table.loc[unseen, "血圧の保健指導"].isna().all()
    table.loc[unseen, "血圧の保健指導"] = "受診していない"
    table.iloc[unseen.argmax(), table.columns.get_loc("血圧の保健指導")] = "　"
    folder = smalltown.write(tmp_path / "data", **{"健診.csv": table.to_csv(index=False)})
    built = build(inspect(folder, code=smalltown.CODE).town)
    assert (built.tables["checkups"]["guidance"].isna() == unseen).all()
    assert [n for n in built.notes if n.kind == "unknown_code"] == []


def test_a_word_that_is_no_code_is_named(tmp_path):
    table = in_words("residents", load("residents").head(5))
    table.loc[3, "性別"] = "男姓"
    folder = smalltown.write(tmp_path / "data", **{"住民.csv": table.to_csv(index=False)})
    found = inspect(folder, code=smalltown.CODE)
    (note,) = [n for n in found.notes if n.kind == "unknown_code"]
    assert (note.file, note.row, note.column, note.value) == ("住民.csv", 5, "性別", "男姓")
    assert "もしかして「男性」" in note.ja


def test_a_table_without_a_needed_column_is_not_taken(tmp_path):
    table = load("vital_events").head(5).drop(columns="deaths")
    folder = smalltown.write(tmp_path / "data", **{"動き.csv": table.to_csv(index=False)})
    found = inspect(folder, code=smalltown.CODE)
    assert "動き.csv" not in [s.file for s in found.town.tables]
