"""Pseudonyms: the same for the same person and purpose, others otherwise; and the key is found nowhere."""

from __future__ import annotations

import base64
import hmac

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from dataacademy import paths, privacy
from dataacademy.errors import DataAcademyError

KEY = "q7Zt0vX2mN8bL5cR1dS4fG6hJ9kP3wYa"
PEOPLE = pd.DataFrame({"id": ["A1", "Ａ１", " A1 ", "B2", None], "v": range(5)})


def made(**options):
    return privacy.pseudonymize(PEOPLE, **{"column": "id", "purpose": "分析", "key": KEY, **options})


def test_one_person_one_pseudonym_and_rfc_2104():
    ids = made().table["id"]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert pd.isna(ids[4])
    purpose = "分析".encode()
    message = len(purpose).to_bytes(4, "big") + purpose + b"A1"
    assert ids[0] == base64.b32encode(hmac.new(KEY.encode(), message, "sha256").digest()).decode()[:16]
    assert made(same_spelling=False).value == 4


def test_purposes_and_keys_cannot_be_joined():
    ids = {made().table["id"][0], made(purpose="別").table["id"][0], made(key=KEY[::-1]).table["id"][0]}
    assert len(ids) == 3
    assert made().table["id"].tolist()[:4] == made().table["id"].tolist()[:4]


def test_numbers_with_empty_cells_are_the_same_people():
    whole = privacy.pseudonymize(pd.DataFrame({"id": [1, 2]}), column="id", purpose="分析", key=KEY)
    floats = privacy.pseudonymize(pd.DataFrame({"id": [1.0, None]}), column="id", purpose="分析", key=KEY)
    assert whole.table["id"][0] == floats.table["id"][0]


def test_the_original_is_not_changed():
    before = PEOPLE.copy()
    made()
    pd.testing.assert_frame_equal(PEOPLE, before)


def test_the_key_is_in_no_result_message_or_notebook(monkeypatch, tmp_path):
    found = made()
    shown = [str(found), found._repr_html_(), repr(found), found.table.to_csv()]
    with pytest.raises(DataAcademyError) as raised:
        made(key=KEY[:31])
    shown += [str(raised.value), repr(raised.value)]
    code = (
        'import dataacademy as da\npeople = da.load("checkups")\n'
        'found = da.privacy.pseudonymize(people, column="person_id", purpose="分析")\nfound'
    )
    cells = [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell("found.table.head()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    monkeypatch.setenv("DATAACADEMY_KEY", KEY)
    with paths.telling_children():
        NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "仮名に置きかえました" in str(notebook.cells[0].outputs)
    shown.append(nbformat.writes(notebook))
    assert [text for text in shown if KEY in text or KEY[:31] in text] == []


BAD = {
    "key_missing": {"key": ""},
    "key_too_short": {"key": "みらい市2026"},
    "key_too_plain": {"key": "a" * 64},
    "no_purpose": {"purpose": " "},
    "not_whole_between": {"length": 4},
    "key_no_text": {"key": 123},
    "unknown_column": {"column": "番号"},
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind, monkeypatch):
    monkeypatch.delenv("DATAACADEMY_KEY", raising=False)
    with pytest.raises(DataAcademyError) as raised:
        made(**BAD[kind])
    assert raised.value.note.kind == kind


def test_a_length_with_a_point_is_refused():
    with pytest.raises(DataAcademyError) as raised:
        made(key=KEY, length=10.5)
    assert raised.value.note.kind == "not_whole_between"


def test_too_few_letters_collide():
    many = pd.DataFrame({"id": range(3)})
    from dataacademy.privacy import pseudonyms

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pseudonyms, "_pseudonym", lambda *_: "A" * 52)
        with pytest.raises(DataAcademyError) as raised:
            privacy.pseudonymize(many, column="id", purpose="分析", key=KEY)
    assert raised.value.note.kind == "collision"
