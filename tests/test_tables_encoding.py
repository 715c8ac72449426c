"""Which encoding a text file is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataacademy.errors import DataAcademyError
from dataacademy.tables import read_csv
from dataacademy.tables.encoding import decode

TEXT = "地区,備考\n髙﨑町,①㈱ ～ − Ⅲ\n北町,ｱｲｳ\n"


@pytest.mark.parametrize(
    ("python", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp932", "cp932"),
        ("euc_jp", "euc_jp"),
        ("iso2022_jp", "iso2022_jp"),
    ],
)
def test_each_encoding_is_found_and_nothing_is_lost(python, found):
    text = TEXT if python in ("utf-8", "utf-8-sig", "utf-16") else "地区,備考\n北町,平成の公民館です\n南町,データ\n"
    if python == "cp932":
        text = TEXT.replace("−", "－")
    decoded, note = decode(text.encode(python))
    assert decoded == text
    assert note.value == found


def test_machine_dependent_letters_survive_cp932():
    for name in ("cp932", "Shift_JIS", "sjis", "ms932", "Windows-31J"):
        text, _ = decode("髙﨑①㈱Ⅲ㎝".encode("cp932"), encoding=name)
        assert text == "髙﨑①㈱Ⅲ㎝"


def test_half_width_kana_alone_are_not_taken_for_utf8_or_euc():
    text = "氏名カナ\nﾃｨｰﾅ ﾔｲﾂﾞ\nﾀｶﾏﾂ ﾊﾅｺ\n"
    assert decode(text.encode("cp932"))[0] == text


@given(
    st.lists(st.sampled_from("焼津市高松港小中学校北南町字あいうカタナー、。0123abc ,"), min_size=1, max_size=80).map(
        "".join
    )
)
def test_utf8_and_cp932_texts_come_back_as_they_were(text):
    assert decode(text.encode("utf-8"))[0] == text
    assert decode(("漢字かな混じりの見出し\n" + text).encode("cp932"))[0] == "漢字かな混じりの見出し\n" + text


@pytest.mark.parametrize(
    ("first", "second", "line", "byte"),
    [("utf-8", "cp932", 3, 0x93), ("cp932", "utf-8", 3, "南町集会所".encode()[0]), ("utf-8-sig", "cp932", 3, 0x93)],
)
def test_joined_files_of_two_encodings_name_the_line_and_the_byte(tmp_path, first, second, line, byte):
    path = tmp_path / "つないだ表.csv"
    path.write_bytes("名称,数\n北町公民館,1\n".encode(first) + "南町集会所,2\n".encode(second))
    with pytest.raises(DataAcademyError) as caught:
        read_csv(path)
    note = caught.value.note
    assert (note.kind, note.row, note.value, note.file) == ("mixed_encoding", line, f"0x{byte:02X}", path.name)
    assert f"{line}行目" in note.ja and "CSV UTF-8" in note.fix and "CSV UTF-8" in note.fix_en


def test_bytes_that_fit_nothing_are_refused():
    with pytest.raises(DataAcademyError) as caught:
        decode("名称\n公民館\n".encode("cp932") + b"\xff\xfe\x81")
    assert (caught.value.note.kind, caught.value.note.row) == ("unknown_encoding", 3)


def test_a_wrong_encoding_given_is_told_with_line_and_byte():
    with pytest.raises(DataAcademyError) as caught:
        decode("a\n北町\n".encode("cp932"), encoding="utf-8")
    assert (caught.value.note.kind, caught.value.note.row, caught.value.note.value) == ("wrong_encoding", 2, "0x96")
    with pytest.raises(DataAcademyError, match="文字コード「ebcdic-jp」"):
        decode(b"a", encoding="ebcdic-jp")
