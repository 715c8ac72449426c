"""Bad tables: whatever a file holds, reading ends in a table or in a message that names the place and the way out."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oldexcel import compound, xls
from python_calamine import CalamineWorkbook

from dataacademy.errors import DataAcademyError
from dataacademy.tables import delimitedblocks, excelparts, read, read_csv, sheets

POSIX = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no getrusage, and links only for administrators"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
HEADING = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
NORTH = '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>3</v></c></row>'


def workbook(rows: str = HEADING + NORTH, **parts: bytes | str | None) -> bytes:
    """The smallest workbook with these rows of sheet XML; ``parts`` replace or (None) leave out whole parts."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("町名", "人口", "北町"))
    whole = {
        "_rels/.rels": LINKS.format(f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": LINKS.format(
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    } | parts
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in whole.items():
            if content is not None:
                package.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def reads(tmp_path):
    """Write bytes under a name and read the file."""

    def reads(data: bytes, name: str = "表.xlsx", **options):
        (tmp_path / name).write_bytes(data)
        return read(tmp_path / name, **options)

    return reads


def refused(action, *arguments, **options):
    """The note of the DataAcademyError, which must tell in both languages what was wrong and what to do."""
    with pytest.raises(DataAcademyError) as caught:
        action(*arguments, **options)
    note = caught.value.note
    assert note.ja and note.en and note.fix and note.fix_en and note.file
    return note


def the(reading, kind):
    (note,) = [note for note in reading.notes if note.kind == kind]
    return note


def measured(path: Path) -> dict:
    """Read a file in a process of its own: rows, kinds of notes, peak memory in MB above that of the imports."""
    program = (
        "import json, resource, sys\n"
        "from dataacademy.tables import read\n"
        "def peak():\n"
        "    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "    return most / (1024 if sys.platform == 'linux' else 2**20)\n"
        "before = peak()\n"
        "reading = read(sys.argv[1])\n"
        "kinds = [note.kind for note in reading.notes]\n"
        "print(json.dumps({'shape': reading.data.shape, 'kinds': kinds, 'peak': peak() - before}))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout) | {"told": done.stderr}


# --- workbooks that are broken or closed ---------------------------------------------------------------------------


def test_the_small_workbook_of_these_tests_is_sound(reads):
    reading = reads(workbook())
    assert reading.data.to_dict("list") == {"町名": ["北町"], "人口": [3]}
    assert [note.level for note in reading.notes] == ["info"]


@pytest.mark.parametrize(
    "data",
    [
        workbook()[:-40],
        workbook()[: len(workbook()) // 2],
        workbook(HEADING + NORTH[:-9]),
        workbook(HEADING + '<row r="2"><c r="A2" t="s"><v>77</v></c></row>'),
        workbook('<row r="0"><c r="A0"><v>1</v></c></row>'),
        workbook('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'),
        workbook('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        workbook(**{"xl/workbook.xml": None}),
        workbook(**{"xl/workbook.xml": "<workbook><sheets"}),
        workbook(**{"xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets/></workbook>'}),
        workbook(**{"xl/_rels/workbook.xml.rels": None}),
        workbook(**{"xl/_rels/workbook.xml.rels": "<Relationships"}),
        workbook(**{"xl/sharedStrings.xml": None}),
        workbook(**{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>町'}),
        workbook(**{"xl/worksheets/sheet1.xml": None}),
        workbook(**{"xl/worksheets/sheet1.xml": random.Random(0).randbytes(3000)}),
        random.Random(1).randbytes(5000),
    ],
    ids=[
        "no end", "half", "open row", "no such text", "row 0", "no such column", "no such row", "no workbook",
        "cut workbook", "no sheets", "no links", "cut links", "no texts", "cut texts", "no sheet", "noise sheet",
        "noise",
    ],
)  # fmt: skip
def test_a_broken_workbook_is_refused(reads, data):
    note = refused(reads, data)
    assert (note.kind, note.file) == ("unreadable_workbook", "表.xlsx")
    assert "壊れ" in note.ja and "Excel" in note.fix


@pytest.mark.parametrize("place", [8, 30, 44, 600, 1030, 1500, 2100])
def test_a_broken_old_workbook_is_refused_without_noise(tmp_path, capfd, place):
    data = bytearray(xls([["町名", "人口"], ["北町", 3.0]]))
    data[place : place + 40] = b"\xff" * 40
    (tmp_path / "表.xls").write_bytes(data)
    try:
        assert len(read(tmp_path / "表.xls").data.columns) > 0  # where only filling was hit
    except DataAcademyError as error:
        assert error.note.kind in ("unreadable_workbook", "no_rows")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("size", [513, 1021, 1101])
def test_what_makes_calamine_give_up_is_a_broken_workbook(tmp_path, capfd, size):
    """Cut inside its table of sectors, an old workbook makes calamine panic, which is no Exception to Python."""
    data = xls([["町名", "人口"], ["北町", 3.0]])[:size]
    (tmp_path / "表.xls").write_bytes(data)
    with pytest.raises(BaseException) as caught:
        CalamineWorkbook.from_path(str(tmp_path / "表.xls"))
    assert type(caught.value).__module__ == "pyo3_runtime" and "panicked" in capfd.readouterr().err
    assert refused(read, tmp_path / "表.xls").kind == "unreadable_workbook"
    assert capfd.readouterr().err == ""


def test_a_mistake_of_our_own_is_not_taken_for_a_broken_workbook(tmp_path):
    with pytest.raises(RuntimeError, match="ours"), excelparts.opening(tmp_path / "表.xlsx"):
        raise RuntimeError("ours")


def encrypted() -> bytes:
    """A workbook as Excel protects it: an OLE file with the description of the cipher and the enciphered package."""
    about = (
        b"\x04\0\x04\0\x40\0\0\0"
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption">'
        b'<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
        b'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="/></encryption>'
    )
    package = len(workbook()).to_bytes(8, "little") + random.Random(2).randbytes(4096)
    return compound({"EncryptionInfo": about, "EncryptedPackage": package})


def test_a_workbook_with_a_password_is_refused(reads):
    note = refused(reads, encrypted())
    assert note.kind == "unreadable_workbook" and "パスワード" in note.ja and "パスワードを外し" in note.fix
    old = xls([["町名", "人口"], ["北町", 3.0]], password=True)
    assert "パスワード" in refused(reads, old, "表.xls").ja


def broken_parts():
    """A part of the workbook and up to five bytes in it that are other ones."""
    parts = ["workbook.xml", "_rels/workbook.xml.rels", "sharedStrings.xml", "worksheets/sheet1.xml"]
    return st.tuples(
        st.sampled_from([f"xl/{part}" for part in parts]),
        st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from(b'0129AZ<>/"= rstv\xff\0')), min_size=1, max_size=5),
    )


def _spoiled(data: bytes, changes) -> bytes:
    spoiled = bytearray(data)
    for place, byte in changes:
        spoiled[int(place * len(spoiled))] = byte
    return bytes(spoiled)


@settings(max_examples=150, deadline=None)  # writes files
@given(broken_parts())
def test_a_workbook_with_wrong_letters_in_a_part_is_read_or_refused(tmp_path_factory, broken):
    part, changes = broken
    sound = zipfile.ZipFile(io.BytesIO(workbook())).read(part)
    _read_or_refused(tmp_path_factory, workbook(**{part: _spoiled(sound, changes)}), "表.xlsx")


WORKBOOKS = [("表.xlsx", workbook()), ("表.xls", xls([["町名", "人口"], ["北町", 3.0]])), ("表.xlsx", encrypted())]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(WORKBOOKS),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8),
)
def test_a_workbook_cut_or_with_wrong_bytes_is_read_or_refused(tmp_path_factory, whole, share, changes):
    name, data = whole
    cut = data[: int(share * 2 * len(data))]  # in half of the cases all of it
    if cut:
        _read_or_refused(tmp_path_factory, _spoiled(cut, changes), name)


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.sampled_from([b"", "町名,人口\r\n北町,1\r\n".encode("cp932"), b"a,b\n"]))
def test_a_text_file_of_any_bytes_is_read_or_refused(tmp_path_factory, noise, start):
    _read_or_refused(tmp_path_factory, start + noise, "表.csv")


def _read_or_refused(factory, data: bytes, name: str) -> None:
    path = factory.mktemp("bytes") / name
    path.write_bytes(data)
    for reader in (read, read_csv, sheets):
        try:
            reader(path)
        except DataAcademyError as error:
            assert error.note.ja and error.note.fix and error.note.file == name


# --- workbooks that are too much -----------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("cells", ["", '<c r="A{0}" s="1"/><c r="B{0}" s="1"/>'])
def test_a_million_empty_formatted_rows(tmp_path, cells):
    rows = "".join(f'<row r="{i}" s="1" customFormat="1">{cells.format(i)}</row>' for i in range(3, 1_000_001))
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook(HEADING + NORTH + rows))
    found = measured(path)
    assert found["shape"] == [1, 2] and found["kinds"] == ["heading"]
    assert found["peak"] < 150  # MB; the sheet unpacks to 40 and 80


def test_a_value_far_away_does_not_fill_the_memory(reads):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    note = refused(reads, workbook(HEADING + NORTH + far))
    assert (note.kind, note.cells, note.sheet) == ("too_large", "XFD1048576", "表") and "Ctrl+End" in note.fix
    near = '<row r="3000"><c r="AA3000"><v>1</v></c></row>'
    assert reads(workbook(HEADING + NORTH + near)).rows.tolist() == [2, 3000]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook(**{"xl/sharedStrings.xml": None}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(300):
            part.write(b"<si><t>a</t></si>" * 61_681)  # a megabyte
    assert path.stat().st_size < 2_000_000
    note = refused(read, path)
    assert note.kind == "too_large" and "315 MB" in note.ja and note.file == "表.xlsx"


def test_a_large_sheet_is_looked_through_in_pieces(reads, monkeypatch):
    cells = '<c r="A{0}" t="s"><v>2</v></c><c r="B{0}" t="e"><v>#N/A</v></c>'
    rows = "".join(f'<row r="{i}">{cells.format(i)}</row>' for i in range(2, 60))
    whole = [note for note in reads(workbook(HEADING + rows)).notes if note.kind == "error_cells"]
    monkeypatch.setattr(excelparts, "_BLOCK", 100)
    pieces = [note for note in reads(workbook(HEADING + rows)).notes if note.kind == "error_cells"]
    assert whole == pieces and whole[0].cells == "B2:B59" and "58個" in whole[0].ja


# --- workbooks that hold more than values --------------------------------------------------------------------------


def test_macros_are_told_and_not_run(reads):
    reading = reads(workbook(**{"xl/vbaProject.bin": compound({"VBA": b"Sub Auto_Open()"})}), "表.xlsm")
    assert reading.data["人口"].tolist() == [3]
    note = the(reading, "macro")
    assert note.level == "info" and "動かさず" in note.ja and "not run" in note.en


def test_formulas_without_a_stored_value_are_named(reads):
    reading = reads(
        workbook(
            HEADING
            + '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
            + '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><f>B2+1</f></c></row>'
            + '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4"><f t="shared" si="0"/><v/></c></row>'
            + '<row r="5"><c r="A5" t="str"><f>IF(1,"","x")</f><v></v></c><c r="B5"><v>5</v></c></row>'
            + '<row r="6"><c r="A6" t="s"><v>2</v></c><c r="B6" s="2"><f>SUM(B2:B5)</f><v></v></c></row>'
        )
    )
    assert reading.data["人口"].fillna(-1).tolist() == [2, -1, -1, 5, -1]
    note = the(reading, "formula_no_value")
    assert (note.cells, note.row, note.level, note.sheet) == ("B3:B4, B6", 3, "warning", "表")
    assert "3個" in note.ja and "上書き保存" in note.fix


def test_formulas_as_openpyxl_writes_them_have_no_value(tmp_path):
    book = openpyxl.Workbook()
    for row in (["町名", "人口"], ["北町", 3], ["南町", "=B2+1"]):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    assert the(read(tmp_path / "表.xlsx"), "formula_no_value").cells == "B3"


def test_a_sheet_that_is_a_chart_is_passed_over(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["町名", "人口"])
    book.active.append(["北町", 3])
    book.create_chartsheet("グラフ", 0)
    book.save(tmp_path / "表.xlsx")
    assert read(tmp_path / "表.xlsx").data["人口"].tolist() == [3]
    book.remove(book["Sheet"])
    book.save(tmp_path / "図.xlsx")
    assert "グラフだけ" in refused(read, tmp_path / "図.xlsx").ja


# --- large text files ----------------------------------------------------------------------------------------------


def _large(path: Path, megabytes: int) -> int:
    """A register-like file: a number that never recurs, names, dates and quantities that do.  Returns its rows."""
    choice, row = np.random.default_rng(0), 0
    with path.open("wb") as stream:
        stream.write("番号,町名,受付日,性別,年齢,待ち時間,手続き,窓口,金額,備考\n".encode())
        while stream.tell() < megabytes * 1_000_000:
            most = [[300], [28], [100], [9000], [100_000]]
            town, day, age, wait, money = choice.integers(0, most, (5, 50_000)).tolist()
            lines = (
                f"{row + i},みらい町{town[i]}丁目,2025-04-{day[i] + 1:02},{'男女'[i % 2]},{age[i]},{wait[i] / 100},"
                f"手続き{i % 40},窓口{i % 5},{money[i]},\n"
                for i in range(50_000)
            )
            stream.write("".join(lines).encode())
            row += 50_000
    return row


@POSIX
def test_200_megabytes_are_read_in_bounded_memory_and_announced(tmp_path):
    rows = _large(tmp_path / "受付.csv", 200)
    found = measured(tmp_path / "受付.csv")
    assert found["shape"] == [rows, 10] and found["kinds"] == ["encoding", "heading", "kept_text"]
    assert found["peak"] < 5 * 200  # MB: five times the file
    assert "MBの大きなファイルです。読み終わるまで約" in found["told"] and "秒かかります" in found["told"]


def test_small_files_are_read_in_silence(reads, capfd):
    reads("町名,人口\n北町,3\n".encode(), "表.csv")
    assert capfd.readouterr() == ("", "")


CELLS = st.sampled_from(
    ["北町", "みらい町", "12", "1,200", 'a"b', "二\n行", "x\r\ny", "", " ", "﨑①", "㈱", '"', "0012", "-", "\0"]
)


@st.composite
def files(draw):
    """The bytes of a CSV file: quoted as need be or with stray quotes, perhaps ragged, in some encoding."""
    rows = draw(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=25))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoted = draw(st.booleans())
    lines = ["町名,人口,備考"]
    for row in rows:
        special = [quoted and bool(set(text) & set(',"\n\r')) for text in row]
        doubled = [text.replace('"', '""') for text in row]
        lines.append(",".join(f'"{d}"' if s else text for text, d, s in zip(row, doubled, special, strict=True)))
    if draw(st.integers(0, 9)) == 0:
        odd = draw(st.sampled_from(["東町", "東町,1,2,3", '"東町,1,2', "a,b,,,"]))
        lines.insert(draw(st.integers(0, len(lines))), odd)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "iso2022_jp", "euc_jp"]))
    data = (end.join(lines) + draw(st.sampled_from([end, ""]))).encode(encoding, "replace")
    if draw(st.integers(0, 9)) == 0:
        data += "東町,1,2\n".encode(draw(st.sampled_from(["utf-8", "cp932"])))
    return data


@settings(max_examples=300, deadline=None)
@given(files(), st.integers(16, 200))
def test_many_blocks_give_what_one_block_gives(tmp_path_factory, data, block):
    path = tmp_path_factory.mktemp("blocks") / "表.csv"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimitedblocks, "separator_of", lambda sample: ",")  # a block here is too small to tell
        whole = _outcome(path)
        patch.setattr(delimitedblocks, "BLOCK", block)
        pieces = _outcome(path)
    assert type(whole) is type(pieces)
    if isinstance(whole, DataAcademyError):
        assert (whole.note.kind, whole.note.row, whole.note.ja) == (pieces.note.kind, pieces.note.row, pieces.note.ja)
        return
    pd.testing.assert_frame_equal(whole.data, pieces.data)
    assert whole.rows.tolist() == pieces.rows.tolist() and whole.notes == pieces.notes


def _outcome(path):
    try:
        return read_csv(path)
    except DataAcademyError as error:
        return error


def test_a_file_whose_first_block_is_english_is_still_japanese(tmp_path, monkeypatch):
    path = tmp_path / "表.csv"
    path.write_bytes(b"name,n\n" + b"north,1\n" * 50 + "髙﨑町,2\n".encode("cp932"))
    monkeypatch.setattr(delimitedblocks, "BLOCK", 100)
    reading = read(path)
    assert reading.data["name"].tolist()[-1] == "髙﨑町" and the(reading, "encoding").value == "cp932"
    path.write_bytes(path.read_bytes() + "みらい町,3\n".encode())
    note = refused(read, path)
    assert (note.kind, note.row) == ("mixed_encoding", 53)


def test_an_unclosed_quote_in_a_large_file_does_not_gather_it_all(tmp_path, monkeypatch):
    path = tmp_path / "表.csv"
    path.write_text('町名,人口\n北町,1\n"南町,2\n' + "東町,3\n" * 500, encoding="utf-8")
    monkeypatch.setattr(delimitedblocks, "BLOCK", 100)
    monkeypatch.setattr(delimitedblocks, "_LONGEST", 1000)
    note = refused(read, path)
    assert (note.kind, note.row) == ("open_quote", 3)


# --- text files that are odd ---------------------------------------------------------------------------------------


def test_a_row_of_another_length_far_down_is_named_by_its_line(reads):
    lines = [f"町{i},{i},{i}" for i in range(1, 6000)]
    lines[3999] = "町4000,4000"  # row 4,001 of the file: one field is missing
    note = refused(reads, ("町名,人口,世帯数\n" + "\n".join(lines) + "\n").encode("cp932"), "表.csv")
    assert (note.kind, note.row, note.file) == ("ragged_row", 4001, "表.csv")
    assert "4001行目は 2欄" in note.ja and "3欄と合いません" in note.ja
    lines[0] = '町1,"1\n",1'  # a line break within quotes: row 4,001 begins in line 4,002
    note = refused(reads, ("町名,人口,世帯数\n" + "\n".join(lines) + "\n").encode("cp932"), "表.csv")
    assert note.row == 4001 and "4002行目は 2欄" in note.ja


def test_nul_bytes_are_left_out_and_told(reads):
    reading = reads("町名,人口\n北町,3\n南町\0\0\0,4\n".encode("cp932"), "表.csv")
    assert reading.data["町名"].tolist() == ["北町", "南町"]
    note = the(reading, "nul_removed")
    assert (note.level, note.row) == ("warning", 3) and "3個" in note.ja


def test_a_file_of_headings_alone_is_told(reads):
    reading = reads("町名,人口\n".encode(), "表.csv")
    assert reading.data.shape == (0, 2) and the(reading, "no_data").level == "warning"


def test_five_thousand_columns(reads):
    names, values = [f"項目{i}" for i in range(5000)], [str(i % 7) for i in range(5000)]
    reading = reads("\n".join(",".join(row) for row in (names, values, values)).encode(), "表.csv")
    assert reading.data.shape == (2, 5000) and reading.data["項目4999"].tolist() == [1, 1]


def test_a_cell_of_ten_megabytes(reads):
    text = "議事録" * 1_200_000
    reading = reads(f'会議,"全,文"\n第1回,"{text}"\n第2回,x" y\n'.encode(), "表.csv")
    assert reading.data["全,文"].map(len).tolist() == [3_600_000, 4]
    note = refused(reads, f"会議,全文\n第1回,{text}\n第2回,短い,x\n".encode(), "表.csv")
    assert (note.kind, note.row) == ("ragged_row", 3) and len(str(note)) < 1000


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(reads, encoding):
    reading = reads("町名,備考\r\nみらい町,　北　\r\n".encode(encoding), "表.csv")
    assert reading.data["町名"].tolist() == ["みらい町"] and the(reading, "encoding").value == encoding


# --- files that cannot be opened -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "使っているか、読む許可がありません"),
        (OSError(5, "Input/output error"), "不調"),
        (MemoryError(), "メモリに入りません"),
    ],
)
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch, name, error, said, times):
    """Locked from the start, or only when it is opened again: these tests run as root, so the error is injected."""
    path = tmp_path / name
    path.write_bytes(workbook() if name.endswith("xlsx") else "町名,人口\n北町,3\n".encode())
    opened, whole = Path.open, []

    def refuse(self, *arguments, **options):
        whole.append(self)
        if len(whole) > times:
            raise error
        return opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    if times > 1 and name.endswith("xlsx"):  # calamine and zipfile open it by its name
        monkeypatch.setattr(excelparts.zipfile, "is_zipfile", refuse)
    note = refused(read, path)
    assert note.kind == "cannot_read" and said in note.ja and note.file == name


def test_a_folder_named_like_a_table(tmp_path):
    (tmp_path / "表.csv").mkdir()
    assert "フォルダです" in refused(read, tmp_path / "表.csv").ja


@POSIX
def test_a_link_to_a_file_that_is_gone(tmp_path):
    (tmp_path / "表.csv").symlink_to(tmp_path / "元の表.csv")
    assert "リンクの先" in refused(read, tmp_path / "表.csv").ja
    (tmp_path / "輪.csv").symlink_to(tmp_path / "輪.csv")
    assert "リンクの先" in refused(read, tmp_path / "輪.csv").ja


@POSIX
def test_something_that_is_no_regular_file(tmp_path):
    os.mkfifo(tmp_path / "表.csv")
    assert refused(read, tmp_path / "表.csv").kind == "no_file"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_name_that_is_no_text(tmp_path):
    name = os.fsencode(tmp_path) + b"/" + "人口".encode("cp932") + b".csv"
    with open(name, "wb") as stream:
        stream.write(b"a,b\n1,2\n")
    note = refused(read, Path(os.fsdecode(name)))
    assert note.kind == "bad_file_name" and "「人口.csv」" in note.fix and str(note).encode()
