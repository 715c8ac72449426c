"""The tests and what runs them: replaced, forged, patched, answered in their place."""

from __future__ import annotations

from handins import marks
from hostile.world import WRONG, case
from nbformat import v4

ALL = "q1 q2 q3"
EASY = {f"q{n}-test": "assert True" for n in (1, 2, 3)}


def patched(name: str, code: str, *, plain: str | None = ALL, earns: str = "q3", **about) -> None:
    """Two wrong answers and a trick before them; the right answer to q3 is honest work."""
    case(name, "machinery patched", answers=WRONG, before={"q1": code}, earns=earns, plain=plain, **about)


# -- tests replaced ---------------------------------------------------------------------------------------------------


def _edit_tests(notebook) -> None:
    for cell in notebook.cells:
        cell.source = EASY.get(cell.id, cell.source)


def _drop_tests(notebook) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.id not in EASY]


def _unlock_and_edit_tests(notebook) -> None:
    _edit_tests(notebook)
    for cell in notebook.cells:
        if cell.id in EASY:
            cell.metadata.nbgrader.update(locked=False, solution=True)


def _more_points(notebook) -> None:
    for cell in notebook.cells:
        if cell.id in EASY:
            cell.metadata.nbgrader.points = 1000


def _own_test(notebook) -> None:
    notebook.cells.append(v4.new_code_cell("assert True", metadata=marks("bonus", grade=True, locked=True, points=50)))


def _swapped_names(notebook) -> None:
    """The test of q1 is called the test of q3, and the other way round."""
    cells = {cell.id: cell for cell in notebook.cells}
    first, last = cells["q1-test"].metadata.nbgrader, cells["q3-test"].metadata.nbgrader
    first.grade_id, last.grade_id = last.grade_id, first.grade_id


case("tests-edited", "tests replaced", answers=WRONG, change=_edit_tests, earns="q3", told="元の内容に戻しました")
case("tests-dropped", "tests replaced", answers=WRONG, change=_drop_tests, earns="q3", told="消えていた")
case("tests-unlocked", "tests replaced", answers=WRONG, change=_unlock_and_edit_tests, earns="q3", told="しるし")
case("points-raised", "tests replaced", answers=WRONG, change=_more_points, earns="q3", told="点数かしるし")
case("a-test-of-ones-own", "tests replaced", answers=WRONG, change=_own_test, earns="q3", told="この課題にありません")
case("tests-with-swapped-names", "tests replaced", answers=WRONG, change=_swapped_names, earns="q3")

# -- outputs forged ---------------------------------------------------------------------------------------------------


def _outputs_of_success(notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [v4.new_output("execute_result", {"text/plain": "1000"}, execution_count=1)]
            cell.execution_count = 1


case("outputs-handed-in", "outputs forged", answers=WRONG, change=_outputs_of_success, earns="q3")
case("points-printed", "outputs forged", answers=WRONG | {"q1": "total = 1\nprint('a4 10/10')\n1000"}, earns="q3")
case(
    "outputs-cleared",
    "outputs forged",
    answers=WRONG,
    before={
        "q1": "from IPython.display import clear_output\n"
        "get_ipython().events.register('post_run_cell', lambda *a: clear_output())"
    },
    earns="q3",
    plain=ALL,
)
case(
    "errors-not-sent",
    "outputs forged",
    answers=WRONG,
    before={"q1": "get_ipython()._showtraceback = lambda *a, **k: None"},
    earns="q3",
    plain=ALL,
)

# -- machinery patched ------------------------------------------------------------------------------------------------

patched("run-cell-skips-tests", """
ip = get_ipython()
real, real_async = ip.run_cell, ip.run_cell_async
def honest(code):
    return "" if "assert" in code else code
ip.run_cell = lambda code, *args, **named: real(honest(code), *args, **named)
ip.run_cell_async = lambda code, *args, **named: real_async(honest(code), *args, **named)
""")  # fmt: skip
patched("input-transformer", """
get_ipython().input_transformers_cleanup.append(lambda lines: [l for l in lines if "assert" not in l])
""")  # fmt: skip
patched("ast-transformer", """
import ast
class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(NoAsserts())
""")  # fmt: skip
patched("compiler-replaced", """
import builtins
ip = get_ipython()
real = ip.compile.ast_parse
ip.compile.ast_parse = lambda source, *a, **k: real("" if "assert" in source else source, *a, **k)
""")  # fmt: skip
patched("do-execute-replaced", """
kernel = get_ipython().kernel
real = type(kernel).do_execute
async def do_execute(self, code, *args, **named):
    return await real(self, "" if "assert" in code else code, *args, **named)
type(kernel).do_execute = do_execute
""")  # fmt: skip
case(
    "builtins-replaced",
    "machinery patched",
    answers=WRONG | {"q2": "import builtins\nbuiltins.abs = lambda x: 0\ndef share(part, whole):\n    return 0.25"},
    earns="q3",
    plain="q2 q3",
)
patched("pandas-patched", """
import pandas as pd
pd.testing.assert_frame_equal = lambda *a, **k: None
pd.DataFrame.equals = lambda *a: True
by_ward = None
""", plain="q3")  # fmt: skip
case(
    "pandas-testing-patched",
    "machinery patched",
    answers={"q3": "by_ward = None\npd.testing.assert_frame_equal = lambda *a, **k: None"},
    earns="q1 q2",
    plain=ALL,
)
case(
    "the-source-s-module-replaced",
    "machinery patched",
    answers={
        "q3": "by_ward = None\nclass pd:\n    DataFrame = dict\n    class testing:\n        assert_frame_equal = print"
    },
    earns="q1 q2",
    plain=ALL,
)
patched("json-patched", """
import json
json.dumps = lambda *a, **k: '{"values": {"total": 730519}}'
""", plain=None, earns="")  # fmt: skip
patched("serializer-of-the-kernel-patched", """
session = get_ipython().kernel.session
real = session.send
def send(stream, kind, content=None, *args, **named):
    if (kind if isinstance(kind, str) else kind["header"]["msg_type"]) == "error":
        return None
    return real(stream, kind, content, *args, **named)
session.send = send
""")  # fmt: skip
patched("checks-of-the-course-patched", """
from dataacademy.course import check
for name in dir(check):
    if callable(getattr(check, name)) and not name.startswith("_"):
        setattr(check, name, lambda *a, **k: None)
""", plain="q3")  # fmt: skip
patched("the-hand-says-what-it-likes", """
from dataacademy.course.grade import hand
hand._answer = lambda request: '{"values": {"total": ["list", 730519], "share": true}}'
""", plain=None, earns="")  # fmt: skip
patched("import-replaced", """
import builtins
real = builtins.__import__
def load(name, *args, **named):
    if name.startswith("dataacademy"):
        raise ImportError(name)
    return real(name, *args, **named)
builtins.__import__ = load
""", plain=None, earns="")  # fmt: skip
# -- objects that say yes ---------------------------------------------------------------------------------------------

YES = """
class Yes:
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda *a: True
    __hash__ = object.__hash__
    __sub__ = __rsub__ = __abs__ = __truediv__ = lambda self, *a: self
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *a, **k: True
"""


def says_yes(name: str, answers: dict[str, str], *, earns: str, plain: str = ALL) -> None:
    case(name, "always equal", answers=answers, before={"q1": YES}, earns=earns, plain=plain)


says_yes("equal-to-everything", {"q1": "total = Yes()"}, earns="q2 q3")
says_yes("a-function-gives-yes", {"q2": "share = lambda *a: Yes()"}, earns="q1 q3")
says_yes("a-class-stands-for-a-function", {"q2": "class share(Yes):\n    def __init__(self, *a): ..."}, earns="q1 q3")
says_yes("an-int-of-ones-own", {"q1": "class Int(int):\n    __eq__ = lambda *a: True\ntotal = Int(5)"}, earns="q2 q3")
says_yes(
    "a-float-of-ones-own",
    {"q2": "class Float(float):\n    __eq__ = __lt__ = lambda *a: True\n    __sub__ = __abs__ = lambda s, *a: s\n"
    "share = lambda *a: Float(9)"},
    earns="q1 q3",
)  # fmt: skip
says_yes(
    "a-table-of-ones-own",
    {"q3": "class Table(pd.DataFrame):\n    equals = __eq__ = lambda *a: True\nYes.__call__ = lambda *a, **k: None\n"
    "pd.testing.assert_frame_equal = Yes()\nby_ward = Table({'a': [1]})"},
    earns="q1 q2",
)  # fmt: skip
says_yes("mock-any", {"q1": "from unittest.mock import MagicMock\ntotal = MagicMock()\n"
    "total.__gt__.return_value = total.__eq__.return_value = True"}, earns="q2 q3")  # fmt: skip
