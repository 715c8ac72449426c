"""A municipality's own reception log: any usual headings and spellings, or town.yml says which is which."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
import smalltown
from hypothesis import given, settings
from hypothesis import strategies as st

from dataacademy import about, load, queues
from dataacademy.errors import DataAcademyError
from dataacademy.town.build import build, write
from dataacademy.town.clock import times
from dataacademy.town.inspection import inspect
from dataacademy.town.report import town_yml
from dataacademy.town.townfile import Source, read_town_file

LOG = load("counter_log").groupby(["date", "office"]).head(4).head(120).reset_index(drop=True)
COLUMNS = list(LOG.columns)


def folder(tmp_path, **files):
    """A small town's folder with these files (text or workbooks) beside its own."""
    return smalltown.write(tmp_path / "data", **files)


def built(tmp_path, **files):
    """Inspected, town.yml written and read again, built: the way of ``town inspect`` and ``tailor``."""
    found = inspect(folder(tmp_path, **files), code=smalltown.CODE, path=tmp_path / "town.yml")
    (tmp_path / "town.yml").write_text(town_yml(found), encoding="utf-8")
    return build(read_town_file(tmp_path / "town.yml"))


def told(made, file: str) -> list:
    return [note for note in made.notes if note.file == file and note.level != "info"]


def workbook(**sheets: pd.DataFrame) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(table.columns))
        for row in table.itertuples(index=False):
            sheet.append([None if pd.isna(value) else value for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def wide(text: str) -> str:
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789:"})


def spoken(text: str) -> str:
    hour, minute, second = map(int, text.split(":"))
    return f"{'午後' if hour >= 12 else '午前'}{hour - 12 if hour > 12 else hour}時{minute}分{second}秒"


# -- three shapes, dirty as they come ---------------------------------------------------------------------------------


def machine() -> tuple[str, bytes]:
    """A ticket machine's CSV in cp932: date and time in one cell, one column too many, full-width figures."""
    log = LOG
    table = pd.DataFrame(
        {
            "発券番号": log["ticket_no"],
            "施設名": log["office"],
            "業務区分": log["procedure"],
            "発券日時": log["date"].str.replace("-", "/") + " " + log["arrived"],
            "呼出日時": log["date"].str.replace("-", "/") + "　" + log["called"].map(wide),
            "終了日時": log["date"] + "T" + log["ended"],
            "窓口": "第" + log["counter"].astype("str") + "窓口",
            "備考": "",
        }
    )
    return "発券機_出力.csv", table.to_csv(index=False).encode("cp932")


def ledger() -> tuple[str, bytes]:
    """A workbook by hand: a sheet a month, true Excel times, eras, a title above, an empty sheet and one of sums."""
    table = pd.DataFrame(
        {
            "受付日": pd.to_datetime(LOG["date"]).map(lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日"),
            "庁舎": LOG["office"],
            "整理券番号": LOG["ticket_no"],
            "用件": LOG["procedure"],
            "来庁時刻": LOG["arrived"].map(as_time),
            "案内時刻": LOG["called"].map(spoken),
            "完了時刻（時:分）": LOG["ended"].map(lambda t: pd.Timedelta(t).total_seconds() / 86400),
            "カウンター": LOG["counter"].map(lambda n: f"{n}番"),
            "職員の時間": LOG["staff_minutes"].map(lambda n: f"{n}分"),
        }
    )
    month = pd.to_datetime(LOG["date"]).dt.month
    sheets = {f"{n}月": table[month == n] for n in month.unique()}
    sums = pd.DataFrame({"月": ["4月"], "件数": [10]})
    return "窓口日報.xlsx", workbook(**sheets, 集計=sums, Sheet3=pd.DataFrame())


def english() -> tuple[str, bytes]:
    """The contract's own names, tab-separated, times without colons."""
    table = LOG.copy()
    for column in ("arrived", "called", "ended"):
        table[column] = table[column].str.replace(":", "").str.lstrip("0")
    return "log.tsv", table.to_csv(index=False, sep="\t").encode()


@pytest.mark.parametrize("shape", [machine, ledger, english])
def test_a_log_of_any_usual_shape_becomes_the_canonical_table(tmp_path, shape):
    name, content = shape()
    made = built(tmp_path, **{name: content})
    table = made.tables["counter_log"]
    lost = [c for c in ("staff_minutes",) if shape is machine]
    pd.testing.assert_frame_equal(table[[c for c in COLUMNS if c not in lost]], LOG.drop(columns=lost))
    assert table["staff_minutes"].isna().all() == bool(lost)  # not invented
    assert told(made, name) == []


# -- several files and sheets -----------------------------------------------------------------------------------------

PLAIN = LOG.rename(
    columns={"date": "日付", "office": "支所", "procedure": "手続き", "arrived": "受付時刻", "called": "案内時刻"}
    | {"ended": "交付時刻", "ticket_no": "受付番号", "counter": "窓口"}
).drop(columns="staff_minutes")


def csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False)


def test_months_in_several_files_are_joined_and_a_row_that_stands_in_two_is_used_once(tmp_path):
    first, second = PLAIN.iloc[:70], PLAIN.iloc[60:]
    made = built(tmp_path, **{"4月.csv": csv(first), "5月.csv": csv(second), "z4月.csv": csv(first)})
    table = made.tables["counter_log"]
    assert len(table) == len(LOG)
    pd.testing.assert_frame_equal(
        table.sort_values(COLUMNS[:3]).reset_index(drop=True)[COLUMNS[:8]],
        LOG.sort_values(COLUMNS[:3]).reset_index(drop=True)[COLUMNS[:8]],
    )
    copies = {note.file: note.en.split()[0] for note in made.notes if note.kind == "same_rows"}
    assert copies == {"5月.csv": "10", "z4月.csv": "70"}


def test_the_same_row_twice_in_one_file_is_a_fault_that_stays_for_the_lesson(tmp_path):
    made = built(tmp_path, **{"log.csv": csv(pd.concat([PLAIN, PLAIN.head(3)]))})
    assert len(made.tables["counter_log"]) == len(LOG) + 3


def test_sheets_of_offices_without_a_column_for_them_are_told_apart_by_their_names(tmp_path):
    parts = {"本庁": "本庁", "みなと支所（4月）": "みなと支所"}
    sheets = {sheet: PLAIN[PLAIN["支所"] == office].drop(columns="支所") for sheet, office in parts.items()}
    made = built(tmp_path, **{"日報.xlsx": workbook(**sheets)})
    counts = made.tables["counter_log"]["office"].value_counts()
    assert counts.to_dict() == LOG["office"].value_counts().to_dict()
    assert [note.kind for note in made.notes if note.file == "日報.xlsx" and note.kind == "one_office"] != []


def test_a_column_of_windows_may_hold_names_of_offices_or_numbers_of_counters(tmp_path):
    named = PLAIN.drop(columns="窓口").rename(columns={"支所": "窓口"})
    made = built(tmp_path, **{"log.csv": csv(named)})
    assert made.tables["counter_log"]["office"].tolist() == LOG["office"].tolist()
    assert made.tables["counter_log"]["counter"].isna().all()


# -- what cannot be read ----------------------------------------------------------------------------------------------


def spoilt(column: str, value, row: int = 2) -> str:
    table = PLAIN.astype("object")
    table.iloc[row, table.columns.get_loc(column)] = value
    return csv(table)


@pytest.mark.parametrize("value", ["25:10", "9時ごろ", "8:75", "朝", "90", "99:99:99", "2026/13/41 9:00"])
def test_a_time_that_cannot_be_read_is_left_empty_and_told_with_its_row_and_column(tmp_path, value):
    made = built(tmp_path, **{"log.csv": spoilt("案内時刻", value)})
    (note,) = told(made, "log.csv")
    assert (note.kind, note.row, note.column, note.value) == ("bad_time", 4, "案内時刻", value)
    table = made.tables["counter_log"]
    assert pd.isna(table.loc[2, "called"]) and table["called"].isna().sum() == 1 and len(table) == len(LOG)


def test_many_kinds_of_unreadable_times_are_told_in_a_few_words(tmp_path):
    table = PLAIN.assign(案内時刻=[f"？{n}" for n in range(len(PLAIN))])
    notes = told(built(tmp_path, **{"log.csv": csv(table)}), "log.csv")
    assert len(notes) == 6 and "115 行" in notes[-1].ja


@pytest.mark.parametrize(
    ("column", "kind"), [("案内時刻", "no_time"), ("手続き", "no_procedure"), ("支所", "no_office")]
)
def test_an_empty_cell_stays_in_the_log_and_is_told_once(tmp_path, column, kind):
    made = built(tmp_path, **{"log.csv": spoilt(column, None)})
    (note,) = told(made, "log.csv")
    assert (note.kind, note.row, note.column) == (kind, 4, column)
    assert len(made.tables["counter_log"]) == len(LOG)


@pytest.mark.parametrize(("value", "kinds"), [(None, {"no_day"}), ("2025-02-30", {"no_day", "impossible_date"})])
def test_a_row_without_a_day_is_left_out_and_told(tmp_path, value, kinds):
    made = built(tmp_path, **{"log.csv": spoilt("日付", value)})
    notes = told(made, "log.csv")
    assert {note.kind for note in notes} == kinds and all(note.row == 4 for note in notes)
    assert len(made.tables["counter_log"]) == len(LOG) - 1


def test_a_log_without_any_day_is_told_and_not_used(tmp_path):
    made = built(tmp_path, **{"log.csv": csv(PLAIN.drop(columns="日付"))})
    assert "counter_log" not in made.tables
    (note,) = told(made, "log.csv")
    assert note.level == "error" and "date:" in note.fix


def test_a_ticket_closed_on_the_next_day_keeps_that_day(tmp_path):
    next_day = (pd.Timestamp(LOG.loc[2, "date"]) + pd.Timedelta(days=1)).strftime("%Y-%m-%d")
    made = built(tmp_path, **{"log.csv": spoilt("交付時刻", f"{next_day} 8:31")})
    assert made.tables["counter_log"].loc[2, "ended"] == f"{next_day} 08:31:00"


# -- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("8:05", None, "08:05:00"),
        ("０８：０５：３０", None, "08:05:30"),
        ("午前8時5分", None, "08:05:00"),
        ("午後1時05分", None, "13:05:00"),
        ("午後12時30分", None, "12:30:00"),
        ("午前12時30分", None, "00:30:00"),
        ("8:05 PM", None, "20:05:00"),
        ("8時05分30秒", None, "08:05:30"),
        ("805", None, "08:05:00"),
        ("080530", None, "08:05:30"),
        ("0.5", None, "12:00:00"),
        ("46113.25", "2026-04-01", "06:00:00"),
        ("2026/4/1 8:05", "2026-04-01", "08:05:00"),
        ("2026-04-01T08:05:30.250+09:00", "2026-04-01", "08:05:30"),
        ("令和8年4月1日 午後3時5分", "2026-04-01", "15:05:00"),
        ("R8.4.1　15:05", "2026-04-01", "15:05:00"),
        ("2026/4/1(水) 8:05", "2026-04-01", "08:05:00"),
        ("8", None, None),
        ("8.05", None, None),
        ("24:00", None, None),
        ("昨日 8:05", None, None),
        ("", None, None),
    ],
)
def test_a_time_is_read_in_every_spelling_of_offices(text, day, clock):
    clocks, days = times(pd.Series([text]))
    assert [None if pd.isna(one[0]) else one[0] for one in (days, clocks)] == [day, clock]


@settings(max_examples=50, deadline=None)
@given(st.times().map(lambda t: t.replace(microsecond=0)))
def test_no_spelling_changes_the_time(moment):
    text = moment.isoformat()
    fraction = (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400
    cells = pd.Series([text, wide(text), spoken(text), f"{fraction:.10f}", f"2026/4/1 {text}", text.replace(":", "")])
    assert set(times(cells)[0]) == {text}


# -- columns: of town.yml ---------------------------------------------------------------------------------------------

ODD = PLAIN.rename(columns={"受付時刻": "番号札を取った時刻", "案内時刻": "お呼びした時刻"})


def mapped(tmp_path, table: pd.DataFrame, take_as: str = "counter_log", **columns):
    """The small town with this table, of which town.yml says what it is."""
    found = inspect(folder(tmp_path, **{"odd.csv": csv(table)}), code=smalltown.CODE, path=tmp_path / "town.yml")
    found.town.tables = [s for s in found.town.tables if s.file != "odd.csv"]
    found.town.tables.append(Source(file="odd.csv", take_as=take_as, columns=columns))
    (tmp_path / "town.yml").write_text(town_yml(found), encoding="utf-8")
    return build(read_town_file(tmp_path / "town.yml"))


@pytest.mark.parametrize("keys", [("arrived", "called"), ("受付時刻", "呼出時刻")])
def test_only_the_odd_headings_are_written_in_town_yml_by_name_or_label(tmp_path, keys):
    made = mapped(tmp_path, ODD, **dict(zip(keys, ("番号札を取った時刻", "お呼びした　時刻"), strict=True)))
    pd.testing.assert_frame_equal(made.tables["counter_log"][COLUMNS[:8]], LOG[COLUMNS[:8]])


def test_a_table_that_is_almost_a_log_is_told_what_to_write(tmp_path):
    found = inspect(
        folder(tmp_path, **{"odd.csv": csv(ODD.rename(columns={"お呼びした時刻": "案内時刻"}))}), code=smalltown.CODE
    )
    (look,) = [k for k in found.looks if k.file == "odd.csv"]
    assert look.role == "other" and "arrived（受付時刻）" in look.why and "take_as: counter_log" in look.why


def test_headings_of_ones_own_are_shown_in_town_yml_and_can_be_changed_there(tmp_path):
    table = PLAIN.assign(発券日時="2000-01-01 0:00")
    found = inspect(folder(tmp_path, **{"log.csv": csv(table)}), code=smalltown.CODE, path=tmp_path / "town.yml")
    text = town_yml(found)
    assert 'arrived: "受付時刻"' in text and 'ended: "交付時刻"' in text
    (tmp_path / "town.yml").write_text(text.replace('counter: "窓口"', 'counter: ""'), encoding="utf-8")
    table = build(read_town_file(tmp_path / "town.yml")).tables["counter_log"]
    assert table["counter"].isna().all() and table["arrived"].tolist() == LOG["arrived"].tolist()


def test_a_wrong_heading_in_town_yml_is_named_with_the_nearest_one(tmp_path):
    with pytest.raises(DataAcademyError, match="もしかして「お呼びした時刻」") as caught:
        mapped(tmp_path, ODD, arrived="番号札を取った時刻", called="お呼びした時間")
    assert caught.value.note.kind == "unknown_column" and "odd.csv" in caught.value.note.ja


def test_a_wrong_name_in_town_yml_is_named_with_the_nearest_one(tmp_path):
    with pytest.raises(DataAcademyError, match="もしかして「arrived」") as caught:
        mapped(tmp_path, ODD, arived="番号札を取った時刻")
    assert caught.value.note.kind == "unknown_name" and "called（呼出時刻）" in caught.value.note.fix


def test_a_log_that_still_lacks_a_column_is_refused_with_its_label(tmp_path):
    with pytest.raises(DataAcademyError, match="「呼出時刻」の列がありません"):
        mapped(tmp_path, ODD, arrived="番号札を取った時刻")


def test_every_plain_table_can_be_mapped_by_its_odd_headings_only(tmp_path):
    table = load("hearing").head(20)
    odd = table.rename(columns={"text": "話の中身", "coder_a": "一人目"})
    made = mapped(tmp_path, odd, take_as="hearing", text="話の中身", coder_a="一人目")
    pd.testing.assert_frame_equal(made.tables["hearing"], table.reset_index(drop=True), check_dtype=False)


def test_the_name_of_the_office_can_be_written_as_label(tmp_path):
    found = inspect(folder(tmp_path, **{"log.csv": csv(PLAIN.drop(columns="支所"))}), code=smalltown.CODE)
    (source,) = [s for s in found.town.tables if s.file == "log.csv"]
    assert set(build(found.town).tables["counter_log"]["office"]) == {"窓口"}
    source.label = "市民課"
    assert set(build(found.town).tables["counter_log"]["office"]) == {"市民課"}


def test_what_tailor_keeps_is_what_lessons_load_and_its_queues_come_out(tmp_path, monkeypatch):
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path / "course"))
    name, content = machine()
    write(built(tmp_path, **{name: content}))
    assert about(smalltown.CODE).has("counter_log")
    table = load("counter_log", town=smalltown.CODE)
    assert table["called"].tolist() == LOG["called"].tolist() and table["staff_minutes"].isna().all()
    waits = queues.minutes(table).table["wait_minutes"]
    assert waits.tolist() == queues.minutes(LOG).table["wait_minutes"].tolist()
