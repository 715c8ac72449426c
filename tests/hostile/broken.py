"""Notebooks that are not what they should be: JSON, encodings, metadata, cells, versions."""

from __future__ import annotations

import copy
import json

from handins import text_of
from hostile.world import case
from nbformat import NotebookNode, v4

ALL = "q1 q2 q3"


def file(name: str, kind: str, change, **about) -> None:
    case(name, kind, change=change, **about)


def at(notebook, id: str) -> int:
    return next(n for n, cell in enumerate(notebook.cells) if cell.id == id)


# -- JSON -------------------------------------------------------------------------------------------------------------


def unreadable(name: str, content, told: str) -> None:
    file(
        name,
        "json",
        lambda notebook: content(notebook) if callable(content) else content,
        earns="",
        told=told,
        plain="stops",
    )


unreadable("empty", b"", "空のファイル")
unreadable("only-spaces", b" \n\0\0", "空のファイル")
unreadable("cut-off", lambda notebook: text_of(notebook)[:900], "途中で切れて")
unreadable("with-something-behind", lambda notebook: text_of(notebook) + "}{", "余分なもの")
unreadable("brackets-without-end", b"[" * 10**6, "深すぎる")
unreadable("objects-without-end", b'{"cells":' * 10**5 + b"1" + b"}" * 10**5, "深すぎる")
unreadable("a-list", b"[1, 2]", "ノートブックではありません")
unreadable("a-number-of-many-digits", b'{"cells": [' + b"9" * 10**5 + b'], "nbformat": 4}', "壊れています")
unreadable("no-json", "これはノートブックではない".encode(), "壊れています")
unreadable("a-page", b"<!DOCTYPE html><script>alert(1)</script>", "HTML")
unreadable("an-archive", b"PK\3\4" + bytes(100), "ZIP")
unreadable("sixty-megabytes", b'{"cells": [], "nbformat": 4, "x": "' + b"x" * 60 * 2**20 + b'"}', "大きすぎる")
file("not-a-number", "json", lambda notebook: text_of(notebook).replace('"nbformat_minor": 5', '"nbformat_minor": NaN'))
file("infinite", "json", lambda notebook: text_of(notebook).replace('"nbformat": 4', '"nbformat": 1e999'))
file(
    "keys-twice",
    "json",
    lambda notebook: text_of(notebook)[:-2] + ',\n "cells": ' + json.dumps(notebook.cells) + "}",
)
file("keys-twice-the-last-empty", "json", lambda notebook: text_of(notebook)[:-2] + ', "cells": []}', earns="")
file(
    "outputs-of-a-hundred-thousand-brackets",
    "json",
    lambda notebook: text_of(notebook).replace('"outputs": []', '"outputs": [' + "[]," * 10**5 + "[]]", 1),
)


def _odd_values(notebook):
    odd = [None, 1, "x", [], {}, True, [None], {"x": {}}]
    return dict(
        notebook,
        metadata=3,
        cells=[*notebook.cells, *odd, *({"cell_type": value, "source": value, "metadata": value} for value in odd)],
    )


def _odd_levels(notebook):
    return dict(notebook, cells=[*notebook.cells, {"cell_type": "heading", "level": 2.0, "source": "x"}])


file("odd-values", "json", _odd_values, plain="stops")
file("a-heading-of-a-fraction", "json", _odd_levels)

# -- encodings --------------------------------------------------------------------------------------------------------

for encoding in ("utf-16", "cp932", "euc_jp", "utf-8-sig"):
    file(f"in-{encoding}", "encodings", lambda notebook, encoding=encoding: text_of(notebook).encode(encoding))
file(
    "in-latin-1",
    "encodings",
    lambda notebook: text_of(notebook).replace("市", "\xe9").encode("latin-1", "replace"),
    earns="q1 q2",
)
file(
    "half-letters",
    "encodings",
    lambda notebook: text_of(notebook).replace("return part", "'\\\\ud800 \\ud800'\\n    return part"),
)
file(
    "zeros-in-the-code",
    "encodings",
    lambda notebook: text_of(notebook).replace("def share", "\\u0000def share"),
    earns="q1 q3",
)

# -- metadata ---------------------------------------------------------------------------------------------------------


def with_metadata(**metadata):
    return lambda notebook: notebook.metadata.update(metadata)


def kernel(name: str, language: str = "python") -> dict:
    return {"kernelspec": {"name": name, "display_name": name, "language": language}}


for name in ("../../x", "bash", "python2", "", "x" * 10**5):
    file(
        f"kernelspec-{name[:10]}", "metadata", with_metadata(**kernel(name)), plain="stops" if name == "bash" else None
    )
file("language-r", "metadata", with_metadata(**kernel("ir", "R"), language_info={"name": "R"}))
file(
    "parameters-of-papermill",
    "metadata",
    with_metadata(papermill={"parameters": {"total": 730519}, "input_path": "/etc/passwd"}, widgets={"x": [1] * 1000}),
)
file("ten-megabytes-of-metadata", "metadata", with_metadata(x={"y": ["z" * 1000] * 10**4}))


def _odd_marks(notebook):
    values = [None, 5, [], {"grade_id": {}}, {"grade_id": ["q1"]}, {"points": -(10**30)}, {"points": "NaN"}]
    for cell, value in zip(notebook.cells, values, strict=False):
        cell.metadata = NotebookNode(nbgrader=value)
    return dict(notebook)


def _no_metadata(notebook):
    return dict(notebook, cells=[{k: v for k, v in cell.items() if k != "metadata"} for cell in notebook.cells])


def _negative_points(notebook):
    for cell in notebook.cells:
        if "points" in cell.metadata.get("nbgrader", {}):
            cell.metadata.nbgrader.points = -5


file("odd-marks", "metadata", _odd_marks, told="点数かしるし")
file("no-metadata", "metadata", _no_metadata)
file("negative-points", "metadata", _negative_points, told="点数かしるし")

# -- versions ---------------------------------------------------------------------------------------------------------


def versions(major, minor):
    return lambda notebook: dict(notebook, nbformat=major, nbformat_minor=minor)


def schema(version):
    def change(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.schema_version = version

    return change


def _version_3(notebook):
    cells = [dict(cell) for cell in notebook.cells]
    for cell in cells:
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "language": "python", "prompt_number": 1}
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


file("nbformat-99", "versions", versions(99, 0), told="新しい形式", plain="stops")
file("nbformat-text", "versions", versions("four", None))
file("nbformat-3", "versions", _version_3, told="古い形式")
for version in (1, 99, "x", None):
    file(f"schema-{version}", "versions", schema(version))

# -- cells ------------------------------------------------------------------------------------------------------------


def _copied(notebook):
    notebook.cells.insert(at(notebook, "q2"), copy.deepcopy(notebook.cells[at(notebook, "q1")]))


def _all_twice(notebook):
    notebook.cells += copy.deepcopy(notebook.cells)


def _copied_with_another_answer(notebook):
    other = copy.deepcopy(notebook.cells[at(notebook, "q1")])
    other.source = "total = 5"
    notebook.cells.insert(at(notebook, "q1"), other)


def _second_answer_behind_the_test(notebook):
    other = copy.deepcopy(notebook.cells[at(notebook, "q1")])
    notebook.cells[at(notebook, "q1")].source = "total = 5"
    notebook.cells.insert(at(notebook, "q2"), other)


def without(*ids):
    def change(notebook):
        notebook.cells = [cell for cell in notebook.cells if cell.id not in ids]

    return change


def _turned_round(notebook):
    notebook.cells.reverse()


def _one_id_for_all(notebook):
    for cell in notebook.cells:
        cell.id = "same"


def _ids_of_paths(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.id = f"../../{number}\n<script>"


def of_type(kind, *ids):
    def change(notebook):
        for cell in notebook.cells:
            if cell.id in ids:
                cell.cell_type = kind

    return change


def _two_thousand_more(notebook):
    notebook.cells += [v4.new_code_cell("", id=f"e{n}") for n in range(1500)]


file("a-copied-cell", "cells", _copied, told="2 個ありました")
file("all-cells-twice", "cells", _all_twice, told="2 個ありました")
file("a-copy-with-another-answer", "cells", _copied_with_another_answer, told="2 個ありました")
file("an-answer-behind-its-test", "cells", _second_answer_behind_the_test, told="2 個ありました", earns="q2 q3")
file("an-answer-missing", "cells", without("q2"), told="答えのセル「q2」がありません", earns="q1 q3")
file("the-start-missing", "cells", without("start", "head"), told="元に戻しました")
file("all-missing", "cells", lambda notebook: dict(notebook, cells=[]), earns="", told="答えのセル「q1」がありません")
file("turned-round", "cells", _turned_round, told="元の順番に戻しました")
file("one-id-for-all", "cells", _one_id_for_all, plain=ALL)
file("ids-like-paths", "cells", _ids_of_paths)
file("fifteen-hundred-more", "cells", _two_thousand_more)
file("an-answer-as-text", "cell types", of_type("markdown", "q1"), told="種類が変わっていた", plain="q2 q3")
file("an-answer-raw", "cell types", of_type("raw", "q1", "q3"), told="種類が変わっていた", plain="q2")
file("the-tests-as-text", "cell types", of_type("markdown", "q1-test", "q2-test"), told="種類が変わっていた")
file("a-type-unknown", "cell types", of_type("video", "q1", "end"))
case("an-answer-that-is-no-python", "cell types", answers={"q1": "合計は 730519 です。"}, earns="q2 q3")
case("an-empty-answer", "cell types", answers={"q1": "", "q2": "   \n"}, earns="q3")
case("only-the-stub", "cell types", answers={"q1": "total = ..."}, earns="q2 q3")
