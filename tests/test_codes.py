"""Codes of local governments, and the plane rectangular zone that follows from them."""

from __future__ import annotations

import pandas as pd
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.codes import check_digit, complete_code, complete_codes, plane_epsg
from dataacademy.errors import DataAcademyError

KNOWN = ["011002", "131016", "130001", "271004", "372013", "472018", "222127", "992011"]
KNOWN += ["282065", "222208", "272108", "010006", "012106", "121061", "465356"]

real_fives = st.builds(
    lambda prefecture, number: f"{prefecture:02d}{number:03d}",
    st.one_of(st.integers(1, 47), st.just(99)),
    st.one_of(st.just(0), st.integers(100, 799)),
)


def kinds(notes):
    return [note.kind for note in notes]


def six(code):
    return code if len(code) == 6 else code + check_digit(code)


def refused(value):
    with pytest.raises(DataAcademyError) as caught:
        complete_code(value)
    return caught.value.note


@pytest.mark.parametrize("code", KNOWN)
def test_check_digit_of_published_codes(code):
    assert check_digit(code[:5]) == code[5]
    assert complete_code(code) == (code, [])


@pytest.mark.parametrize("bad", ["3720", "372013", "3720a", "", "３７２０１"])
def test_check_digit_needs_five_digits(bad):
    with pytest.raises(DataAcademyError, match="コードではありません"):
        check_digit(bad)


@given(real_fives, st.integers(0, 9))
def test_one_check_digit_of_ten_is_right(five, digit):
    right = check_digit(five)
    if str(digit) == right:
        assert complete_code(five + right) == (five + right, [])
    else:
        note = refused(f"{five}{digit}")
        assert note.kind == "bad_check_digit"
        assert five + right in note.fix


@given(real_fives, st.integers(0, 4), st.integers(1, 9))
def test_a_single_wrong_digit_never_passes_as_the_same_town(five, place, shift):
    """One changed digit changes the remainder, but the remainders 0 and 10 share the check digit 1."""
    code = five + check_digit(five)
    typo = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    try:
        read, _ = complete_code(typo)
    except DataAcademyError:
        return
    assert read == typo != code  # a code of another town, never silently mended


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (372013, "372013", []),
        (372013.0, "372013", []),
        ("372013.0", "372013", ["code_cleaned"]),
        ("３７２０１３", "372013", ["code_cleaned"]),
        (" 372 013　", "372013", ["code_cleaned"]),
        ("37201", "372013", ["code_completed"]),
        (37201, "372013", ["code_completed"]),
        ("01100", "011002", ["code_completed"]),
        ("11002", "011002", ["leading_zero_restored"]),
        (11002.0, "011002", ["leading_zero_restored"]),
        ("1100", "011002", ["leading_zero_restored", "code_completed"]),
        ("９９２０１", "992011", ["code_cleaned", "code_completed"]),
        (pd.Series([92011])[0], "092011", ["leading_zero_restored"]),  # numpy integer; 宇都宮市
    ],
)
def test_what_offices_write(value, code, expected):
    read, notes = complete_code(value)
    assert (read, kinds(notes)) == (code, expected)
    assert all(code in n.ja or n.kind == "code_cleaned" for n in notes)


def test_two_readings_are_both_named():
    note = refused("12106")  # 千葉市緑区 without check digit, or 岩見沢市 without its 0
    assert note.kind == "ambiguous_code"
    assert "121061" in note.ja and "012106" in note.ja
    assert "6桁" in note.fix


@pytest.mark.parametrize(
    "value",
    [None, float("nan"), "", "高松市", "372", "3720131", "482010", "000001", "37.2013", 372013.5, -372013, True],
)
def test_not_a_code(value):
    assert refused(value).kind == "not_a_code"


def test_readings_of_numbers_never_given_out_are_no_readings():
    assert complete_code("47201")[0] == "472018"  # 宮城県 (04) never had a number 720
    assert complete_code("27226")[0] == "272264"
    assert refused(5190).kind == "not_a_code"  # 秋田県 (05) has no wards


def test_associations_are_codes_only_when_written_in_full():
    five = "37801"
    assert complete_code(five + check_digit(five))[1] == []
    with pytest.raises(DataAcademyError):
        complete_code(five)


def test_lost_zero_with_wrong_check_digit_is_told():
    note = refused("11003")
    assert note.kind == "bad_check_digit"
    assert "011002" in note.fix


# --- columns


def test_column_keeps_index_name_and_input():
    source = pd.Series(["37201", "372013"], index=[7, 9], name="市区町村コード")
    before = source.copy()
    codes, notes = complete_codes(source, file="a.csv", column="市区町村コード")
    assert codes.tolist() == ["372013", "372013"]
    assert codes.index.tolist() == [7, 9] and codes.name == "市区町村コード" and codes.dtype == "str"
    pd.testing.assert_series_equal(source, before)
    assert [(n.kind, n.row, n.file, n.column, n.value) for n in notes] == [
        ("code_completed", 2, "a.csv", "市区町村コード", "37201")
    ]


def test_column_reports_each_value_once_with_count_and_first_row():
    codes, notes = complete_codes(pd.Series([372013, 11002, 11002, 11002]), rows=[5, 8, 9, 10])
    assert codes.tolist() == ["372013", "011002", "011002", "011002"]
    assert [(n.kind, n.row) for n in notes] == [("leading_zero_restored", 8)]
    assert "3件" in notes[0].ja and "3 rows" in notes[0].en


def test_column_follows_the_prefecture_of_the_others():
    hokkaido, notes = complete_codes(pd.Series([11002, 12106]))
    assert hokkaido.tolist() == ["011002", "012106"]
    chiba, _ = complete_codes(pd.Series([12100, 12106]))
    assert chiba.tolist() == ["121002", "121061"]
    doubt = [n for n in notes if n.kind == "code_from_context"]
    assert len(doubt) == 1 and doubt[0].level == "warning" and "121061" in doubt[0].ja


def test_column_follows_the_way_the_others_are_written():
    without_digit = complete_codes(pd.Series(["01100", "37201", "12106"]))[0]
    assert without_digit.tolist() == ["011002", "372013", "121061"]
    zeros_lost = complete_codes(pd.Series([372013, 271004, 12106]))[0]
    assert zeros_lost.tolist() == ["372013", "271004", "012106"]


def test_column_that_contradicts_itself_is_not_guessed():
    for others in (["01202", "01203"], ["331007", "332020"]):  # prefecture says one thing, the way of writing the other
        doubtful = "12106" if others[0] < "02" else "33201"
        codes, notes = complete_codes(pd.Series([*others, doubtful]))
        assert codes.tolist()[2] == doubtful
        assert [(n.kind, n.row) for n in notes if n.level == "error"] == [("ambiguous_code", 4)]


def test_column_of_doubtful_values_takes_the_prefecture_they_share():
    both = ["12106", "13102"]  # 12…/01…, 13…/01…
    assert all(refused(v).kind == "ambiguous_code" for v in both)
    codes, _ = complete_codes(pd.Series(both))
    assert codes.str[:2].tolist() == ["01", "01"]


def test_column_without_a_way_out_keeps_values_and_says_so():
    codes, notes = complete_codes(pd.Series(["12106", "372014", "高松", None, "372013"]))
    assert codes.isna().tolist() == [False, False, False, True, False]
    assert codes.tolist()[1:3] == ["372014", "高松"]
    errors = {n.kind: n.row for n in notes if n.level == "error"}
    assert errors == {"bad_check_digit": 3, "not_a_code": 4}
    assert codes[0] == "012106"  # every sure value has a check digit, so this one has too
    assert [(n.row, n.level) for n in notes if n.kind == "code_missing"] == [(5, "warning")]
    lone, notes = complete_codes(pd.Series(["12106"] * 3))
    assert lone.tolist() == ["12106"] * 3
    assert [(n.kind, n.level, n.row) for n in notes] == [("ambiguous_code", "error", 2)]


def test_numbers_with_gaps_and_empty_columns():
    codes, _ = complete_codes(pd.Series([372013, None, 123]))  # floats
    assert codes[0] == "372013" and pd.isna(codes[1]) and codes[2] == "123"
    assert complete_codes(pd.Series([], dtype=object))[0].tolist() == []


def test_rows_must_fit():
    with pytest.raises(ValueError, match="rows has 1"):
        complete_codes(pd.Series(["372013", "372013"]), rows=[2])


@given(st.lists(real_fives, min_size=1, max_size=20), st.sampled_from(["full", "five"]))
def test_columns_written_in_one_way_come_back(fives, way):
    """A column all with or all without check digit is never silently turned into other towns' codes."""
    fives = [*fives, "22212"]  # one that can be read in one way only
    right = [six(five) for five in fives]
    written = right if way == "full" else fives
    codes, notes = complete_codes(pd.Series(written))
    unread = {n.value for n in notes if n.level == "error"}
    assert all(code == good or text in unread for code, good, text in zip(codes, right, written, strict=True))


# --- zones

CAPITALS = {
    "01": (43.064, 141.347), "02": (40.824, 140.740), "03": (39.704, 141.153), "04": (38.269, 140.872),
    "05": (39.719, 140.102), "06": (38.240, 140.363), "07": (37.750, 140.468), "08": (36.342, 140.447),
    "09": (36.566, 139.884), "10": (36.391, 139.060), "11": (35.857, 139.649), "12": (35.605, 140.123),
    "13": (35.690, 139.692), "14": (35.448, 139.643), "15": (37.902, 139.023), "16": (36.695, 137.211),
    "17": (36.595, 136.626), "18": (36.065, 136.222), "19": (35.664, 138.568), "20": (36.651, 138.181),
    "21": (35.391, 136.722), "22": (34.977, 138.383), "23": (35.180, 136.907), "24": (34.730, 136.509),
    "25": (35.004, 135.868), "26": (35.021, 135.756), "27": (34.686, 135.520), "28": (34.691, 135.183),
    "29": (34.685, 135.833), "30": (34.226, 135.168), "31": (35.504, 134.238), "32": (35.472, 133.051),
    "33": (34.662, 133.935), "34": (34.397, 132.460), "35": (34.186, 131.471), "36": (34.066, 134.559),
    "37": (34.340, 134.043), "38": (33.842, 132.766), "39": (33.560, 133.531), "40": (33.607, 130.418),
    "41": (33.249, 130.299), "42": (32.745, 129.874), "43": (32.790, 130.742), "44": (33.238, 131.613),
    "45": (31.911, 131.424), "46": (31.560, 130.558), "47": (26.212, 127.681),
}  # fmt: skip


def covers(epsg, lat, lon):
    area = pyproj.CRS.from_epsg(epsg).area_of_use
    return area.south <= lat <= area.north and area.west <= lon <= area.east


@pytest.mark.parametrize("prefecture", CAPITALS)
def test_zone_of_every_prefectural_capital(prefecture):
    lat, lon = CAPITALS[prefecture]
    epsg = plane_epsg(six(prefecture + "000"), lat=lat, lon=lon)
    assert covers(epsg, lat, lon)
    if prefecture not in ("01", "47"):
        assert plane_epsg(six(prefecture + "201")) == epsg  # the municipality alone tells as much


def test_the_prefecture_decides_where_boxes_overlap():
    """Capitals whose nearest meridian is another zone's: the 告示 goes by prefecture."""
    zones = {p: plane_epsg(six(f"{p}201")) - 6668 for p in ("03", "07", "16", "18", "28", "33", "38", "42")}
    assert zones == {"03": 10, "07": 9, "16": 7, "18": 6, "28": 5, "33": 5, "38": 4, "42": 1}


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("01202", 11), ("01203", 11), ("01233", 11), ("01236", 11),  # 函館, 小樽, 伊達, 北斗
        ("01400", 11), ("01361", 11), ("01347", 11), ("01571", 11), ("01575", 11), ("01584", 11),  # 倶知安 … 洞爺湖
        ("01100", 12), ("01101", 12), ("01204", 12), ("01205", 12), ("01578", 12), ("01601", 12),  # 札幌 … 白老, 日高
        ("01555", 12), ("01559", 12), ("01219", 12), ("01511", 12),  # 遠軽, 湧別, 紋別, 猿払
        ("01206", 13), ("01207", 13), ("01208", 13), ("01211", 13), ("01223", 13),  # 釧路, 帯広, 北見, 網走, 根室
        ("01543", 13), ("01552", 13), ("01564", 13), ("01631", 13), ("01668", 13), ("01694", 13),  # 美幌 … 羅臼
    ],
)  # fmt: skip
def test_hokkaido_goes_by_municipality(code, zone):
    assert plane_epsg(six(code)) == 6668 + zone


@pytest.mark.parametrize(
    ("code", "point", "zone"),
    [
        ("130001", None, 9), ("133612", None, 9), ("134210", None, 14),
        ("134210", (27.09, 142.19), 14), ("134210", (24.78, 141.32), 14),  # 父島, 硫黄島
        ("134210", (20.42, 136.08), 18), ("134210", (24.29, 153.98), 19),  # 沖ノ鳥島, 南鳥島
        ("130001", (33.1, 139.8), 9),  # 八丈島
        ("46201", None, 2), ("46222", None, 1), ("46535", None, 1), ("46304", None, 1), ("46529", None, 1),
        ("46215", None, 2), ("46215", (31.82, 130.30), 2), ("46215", (31.83, 129.90), 1),  # 薩摩川内, 甑島
        ("46303", (30.83, 129.94), 1), ("46303", (30.79, 130.28), 2),  # 三島村 黒島, 硫黄島
        ("460001", (28.32, 130.00), 1), ("460001", (28.35, 130.03), 1),  # 喜界島 beyond 130° E
        ("46505", (30.34, 130.5), 2),  # 屋久島
        ("47201", None, 15), ("47361", None, 15),  # 那覇, 久米島
        ("47207", None, 16), ("47214", None, 16), ("47375", None, 16), ("47381", None, 16), ("47382", None, 16),
        ("47357", None, 17), ("47358", None, 17),
        ("470007", (24.34, 124.16), 16), ("470007", (25.83, 131.24), 17), ("470007", (26.21, 127.68), 15),
        ("010006", (41.77, 140.73), 11), ("010006", (43.77, 142.36), 12), ("010006", (42.98, 144.38), 13),
    ],
)  # fmt: skip
def test_islands_and_whole_prefectures(code, point, zone):
    lat, lon = point or (None, None)
    assert plane_epsg(six(code), lat=lat, lon=lon) == 6668 + zone


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (34.75, 138.2, 8), (35.7, 139.75, 9), (43.1, 141.3, 12), (38.2, 140.9, 10), (36.3, 140.5, 9), (32.8, 129.9, 1),
        (26.3, 127.8, 15), (24.4, 124.2, 16), (27.1, 142.2, 14), (28.4, 129.5, 1), (33.6, 130.4, 2),
    ],
)  # fmt: skip
def test_made_up_towns_take_the_nearest_meridian(lat, lon, zone):
    epsg = plane_epsg("992011", lat=lat, lon=lon)
    assert epsg == 6668 + zone
    origin = pyproj.CRS.from_epsg(epsg).coordinate_operation.params[1].value
    assert abs(origin - lon) < 1.2


@pytest.mark.parametrize("zone", range(1, 20))
def test_origin_meridians_are_those_of_the_register(zone):
    """A made-up town on a zone's origin meridian, in the middle of its land, gets that zone."""
    crs = pyproj.CRS.from_epsg(6668 + zone)
    origin = crs.coordinate_operation.params[1].value
    area = crs.area_of_use
    lat = 42.5 if zone in (11, 12, 13) else (area.south + area.north) / 2
    assert plane_epsg("992011", lat=lat, lon=origin) == 6668 + zone


@pytest.mark.parametrize("code", ["992011", "010006", "470007"])
@pytest.mark.parametrize("point", [{}, {"lat": 34.7}, {"lat": 34.7, "lon": float("nan")}])
def test_missing_coordinates_are_asked_for(code, point):
    with pytest.raises(DataAcademyError) as caught:
        plane_epsg(code, **point)
    assert caught.value.note.kind == "needs_coordinates"
    assert "lat=" in caught.value.note.fix


def test_far_or_swapped_coordinates_are_refused():
    with pytest.raises(DataAcademyError, match="入れ替わって"):
        plane_epsg("992011", lat=138.2, lon=34.7)
    for lat, lon in [(0.0, 0.0), (37.57, 126.98), (51.5, -0.1)]:
        with pytest.raises(DataAcademyError, match="日本の陸地から離れて"):
            plane_epsg("992011", lat=lat, lon=lon)


def test_zone_reads_codes_as_completion_does():
    assert plane_epsg("37201") == plane_epsg("３７２０１３") == 6672
    with pytest.raises(DataAcademyError, match="検査数字"):
        plane_epsg("372014")
