"""Answers are judged outside the learner's process: honest work earns what it would in a notebook, tricks nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from dataacademy.course.grade.judge import judge
from dataacademy.course.grade.normalise import SubmittedCell
from dataacademy.course.grade.records import (
    ANSWER,
    LOCKED,
    PLAIN,
    TASK,
    TEST,
    WRITTEN,
    Limits,
    SourceCell,
    SourceNotebook,
)
from dataacademy.course.kernels.confinement import why_open

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kernels talk over files in the file system here")

LIMITS = Limits(cell_seconds=20, notebook_seconds=60)
SHORT = Limits(cell_seconds=1.5, notebook_seconds=20)


def cell(kind: str, source: str, name: str = "", points: float = 1, cell_type: str = "code") -> SourceCell:
    return SourceCell(
        f"c-{name or abs(hash(source))}", kind, cell_type, source, name, points if kind == TEST else points
    )


def notebook(*cells: SourceCell) -> SourceNotebook:
    return SourceNotebook("n", cells, {})


def judged(source: SourceNotebook, answers: dict[str, str], folder: Path, limits: Limits = LIMITS, extra=()):
    """Points by grade_id, messages by grade_id, the executed notebook and the notes."""
    cells = [SubmittedCell(c, answers.get(c.grade_id, c.source), c.cell_type, c.id) for c in source.cells]
    for place, text in extra:
        cells.insert(place, SubmittedCell(None, text, "code", f"extra-{place}"))
    found, executed, notes = judge(source, cells, limits=limits, folder=folder)
    nbformat.validate(executed)
    return {j.grade_id: j.points for j in found}, {j.grade_id: j.message for j in found}, executed, notes


def one(
    answer: str,
    test: str,
    folder: Path,
    limits: Limits = LIMITS,
    setup: str = "import numpy as np\nimport pandas as pd",
):
    """The points (0 or 1) and the message of one answer under one test."""
    source = notebook(cell(PLAIN, setup, "setup"), cell(ANSWER, "answer = ...", "a"), cell(TEST, test, "t"))
    points, messages, _, notes = judged(source, {"a": answer}, folder, limits)
    return points["t"], messages["t"] + "".join(notes)


# -- our own exercise -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a4(root) -> tuple[SourceNotebook, dict[str, str]]:
    """The exercise with its hidden tests, and the reference answers."""
    solution = nbformat.read(root / "solutions/a4/a4.ipynb", as_version=4)
    released = nbformat.read(root / "exercises/a4/a4.ipynb", as_version=4)
    hidden = {
        c.id: re.findall(r"### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", c.source, re.DOTALL) for c in solution.cells
    }
    cells = []
    for c in released.cells:
        about = c.metadata.get("nbgrader", {})
        kind = PLAIN
        if about:
            grade, own = about["grade"], about["solution"]
            kind = WRITTEN if grade and own else TEST if grade else ANSWER if own else LOCKED
        text = "\n".join([c.source, *hidden.get(c.id, [])])
        cells.append(SourceCell(c.id, kind, c.cell_type, text, about.get("grade_id", ""), about.get("points", 0)))
    answers = {c.id: c.source for c in solution.cells if c.metadata.get("nbgrader", {}).get("solution")}
    return SourceNotebook("a4", tuple(cells), {}), answers


def test_reference_answers_earn_all_points(a4, tmp_path):
    source, answers = a4
    points, messages, executed, notes = judged(source, answers, tmp_path)
    written = points.pop("a4-q6")
    assert written is None
    assert points == {c.grade_id: c.points for c in source.cells if c.kind == TEST}
    assert set(messages.values()) == {""} and notes == []
    shown = [o.get("text", "") for c in executed.cells if c.id.endswith("-test") for o in c.outputs]
    assert shown == ["○ 正解です\n"] * 5


def test_a_blank_exercise_earns_nothing_and_is_asked_kindly(a4, tmp_path):
    points, messages, _, _ = judged(a4[0], {}, tmp_path)
    assert set(points.values()) == {0.0}
    assert all("がまだ空です" in messages[name] for name in points if name != "a4-q6")


def wrong_answers(root) -> dict[str, list[dict[str, str]]]:
    return yaml.safe_load((root / "tests/wrong_answers/a4.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(7))
def test_wrong_answers_get_the_messages_of_the_notebook(a4, root, tmp_path, number):
    source, answers = a4
    wrong = {task: tried[number] for task, tried in wrong_answers(root).items() if number < len(tried)}
    if not wrong:
        pytest.skip("no task has so many wrong answers")
    points, messages, _, _ = judged(source, answers | {task: w["answer"] for task, w in wrong.items()}, tmp_path)
    for task, tried in wrong.items():
        assert tried["message"] in messages[f"{task}-test"], (task, tried)
        assert points[f"{task}-test"] == 0
    right = {c.grade_id for c in source.cells if c.kind == TEST} - {f"{task}-test" for task in wrong}
    assert all(points[name] == 2 for name in right)


# -- nbgrader's own example -------------------------------------------------------------------------------------------

SQUARES = 'def squares(n):\n    if n < 1:\n        raise ValueError("n")\n    return [i ** 2 for i in range(1, n + 1)]'
SUM = "def sum_of_squares(n):\n    return sum(squares(n))"


def users_guide(name: str) -> tuple[SourceNotebook, dict[str, str]]:
    """A notebook of nbgrader's user guide as learners get it, and its solutions."""
    import nbgrader

    folder = Path(nbgrader.__file__).parent / "docs/source/user_guide/source/ps1"
    cells, answers = [], {}
    for number, c in enumerate(nbformat.read(folder / f"{name}.ipynb", as_version=4).cells):
        about = c.metadata.get("nbgrader", {})
        grade, own = about.get("grade"), about.get("solution")
        kind = TASK if about.get("task") else WRITTEN if grade and own else TEST if grade else ANSWER if own else PLAIN
        text = re.sub(
            r"( *)### BEGIN SOLUTION.*?### END SOLUTION", r"\1raise NotImplementedError", c.source, flags=re.DOTALL
        )
        if kind == ANSWER:
            answers[about["grade_id"]] = re.sub(r"### (BEGIN|END) SOLUTION", "", c.source)
        grade_id = about.get("grade_id", "")
        cells.append(SourceCell(f"g{number}", kind, c.cell_type, text, grade_id, about.get("points", 0)))
    return SourceNotebook(name, tuple(cells), {}), answers


TESTS = ("correct_squares", "squares_invalid_input", "correct_sum_of_squares", "sum_of_squares_uses_squares")


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({}, (1, 1, 0.5, 0.5)),
        ({"squares": "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]"}, (1, 0, 0.5, 0.5)),
        ({"squares": "def squares(n):\n    return [i for i in range(1, n + 1)]"}, (0, 0, 0, 0.5)),
        ({"sum_of_squares": "def sum_of_squares(n):\n    return sum(i * i for i in range(1, n + 1))"}, (1, 1, 0.5, 0)),
        ({"squares": "def squares(n)\n    return 1"}, (0, 0, 0, 0)),
        ({"sum_of_squares": "def sum_of_squares(n):\n    raise NotImplementedError"}, (1, 1, 0, 0)),
        ({"squares": "squares = 3"}, (0, 0, 0, 0.5)),
    ],
)
def test_nbgraders_example_earns_what_it_earns_in_nbgrader(tmp_path, answers, points):
    source, solutions = users_guide("problem1")
    assert tuple(judged(source, solutions | answers, tmp_path)[0][name] for name in TESTS) == points


def test_a_blank_example_earns_nothing(tmp_path):
    points, messages, _, _ = judged(users_guide("problem1")[0], {}, tmp_path)
    assert [points[name] for name in TESTS] == [0, 0, 0, 0]
    assert messages["correct_squares"] == "テストの途中でエラーになりました。（NotImplementedError）"
    assert points["sum_of_squares_equation"] == 0  # as nbgrader: untouched, so nobody need read it


def test_written_answers_wait_for_a_person(tmp_path):
    points, _, _, _ = judged(users_guide("problem2")[0], {"part-a": "わかりません"}, tmp_path)
    assert points == {"part-a": None, "part-b": 0.0}


# -- honest work ------------------------------------------------------------------------------------------------------

CALLBACK = "def answer(f, xs):\n    return [f(x) for x in xs]"
ACCOUNT = """
class Account:
    rate = 2
    def __init__(self, money):
        self.money = money
    def add(self, n):
        self.money += n
        return self
    def __len__(self):
        return self.money
    def __add__(self, n):
        return Account(self.money + n)
    def __eq__(self, other):
        return self.money == other.money
"""
HONEST = [
    ("answer = np.float64(0.1) + 0.2", "assert abs(answer - 0.3) < 1e-9"),
    ("answer = pd.DataFrame({'a': [1, 2]})", "pd.testing.assert_frame_equal(answer, pd.DataFrame({'a': [1, 2]}))"),
    ("answer = {'a': {1, 2}}", "assert answer == {'a': {1, 2}} and type(answer['a']) is set"),
    ("answer = lambda x, y=2: x + y", "assert answer(1) == 3 and answer(1, y=5) == 6 and callable(answer)"),
    ("answer = np.mean", "assert answer == np.mean and answer([1, 3]) == 2"),
    (CALLBACK, "assert answer(lambda x: x * k, [1, 2]) == [3, 6]", "k = 3"),
    (CALLBACK, "seen = []\nassert answer(seen.append, [1, 2]) == [None, None] and seen == [1, 2]"),
    (CALLBACK, "import math\nassert answer(math.sqrt, iter([4, 9])) == [2, 3]"),
    (
        CALLBACK,
        "def bad(x):\n    raise KeyError(x)\ntry:\n    answer(bad, [1])\nexcept KeyError as e:\n"
        "    assert e.args == (1,)\nelse:\n    raise AssertionError",
    ),
    ("def answer(xs):\n    xs.sort()", "xs = [3, 1]\nassert answer(xs) is None and xs == [1, 3]"),
    ("def answer(xs):\n    xs.append(1)\n    return xs", "xs = []\nassert answer(xs) is xs and xs == [1]"),
    ("def answer(d):\n    d['b'] = 2", "d = pd.DataFrame({'a': [1]})\nanswer(d)\nassert list(d) == ['a', 'b']"),
    (
        "def answer(n):\n    for i in range(n):\n        yield i",
        "g = answer(3)\nassert next(g) == 0 and list(g) == [1, 2]",
    ),
    (
        "def answer():\n    print('やあ')",
        "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as s:\n"
        "    answer()\nassert s.getvalue() == 'やあ\\n'",
    ),
    ("answer = 5\ndef twice():\n    return answer * 2", "answer = 7\nassert twice() == 14"),
    (
        "def helper():\n    return 1\ndef answer():\n    return helper() + 1",
        "calls = []\nreal = helper\ndef helper():\n    calls.append(1)\n    return real()\n"
        "assert answer() == 2 and calls == [1]",
    ),
    (
        "class MyError(ValueError):\n    pass\ndef answer():\n    raise MyError('x', 3)",
        "try:\n    answer()\nexcept MyError as e:\n    assert e.args == ('x', 3) and isinstance(e, ValueError)\n"
        "else:\n    assert False",
    ),
    (
        "def answer():\n    return np.linalg.inv(np.zeros((2, 2)))",
        "try:\n    answer()\nexcept np.linalg.LinAlgError:\n    pass\nelse:\n    assert False",
    ),
    (
        "def answer(a, *, b=1):\n    'doc'",
        "import inspect\nassert list(inspect.signature(answer).parameters) == ['a', 'b']\n"
        "assert answer.__doc__ == 'doc' and answer.__name__ == 'answer'",
    ),
    (
        "import matplotlib.pyplot as plt\nfig, answer = plt.subplots()\nanswer.bar(['a'], [3])\nanswer.set_title('T')",
        "assert answer.get_title() == 'T' and answer.patches[0].get_height() == 3 and len(fig.axes) == 1",
    ),
    (
        "answer = 3",
        "def t():\n    return answer\nassert t() == 3 and [answer for _ in 'x'] == [3] and eval('answer') == 3",
    ),
    (
        "answer = 3",
        "assert globals().get('answer') == 3 and 'answer' in globals() and 'answer' in dir()\n"
        "assert 'other' not in globals() and globals().get('other', 5) == 5",
    ),
    (
        "answer = [3, 1]",
        "answer.sort()\nassert answer == [1, 3]\ndel answer\ntry:\n    answer\nexcept NameError:\n    pass\n"
        "else:\n    assert False",
    ),
    ("sum = 10\nanswer = 1", "assert sum([1, 2]) == 3"),
    ("def answer():\n    return math.sqrt(4)", "import math\nassert answer() == 2"),
    (
        "import random\ndef answer():\n    return random.random()",
        "import random\nrandom.seed(3)\na = random.random()\nrandom.seed(3)\nassert answer() == a",
    ),
    ("answer = open('note.txt', 'w').write('x')", "assert open('note.txt').read() == 'x'"),
    ("def answer():\n    return int(input())", "input = lambda *a: '5'\nassert answer() == 5"),
    ("answer = 3", "display(answer)\nassert answer == 3"),
    ("answer = 3", "%matplotlib inline\nassert answer == 3"),
    ("answer = 3", "%%time\nassert answer == 3"),
    ("answer = 3", "get_ipython().run_line_magic('time', '')\nassert answer == 3"),
]


@pytest.mark.parametrize(("answer", "test", "setup"), [(*case, "")[:3] for case in HONEST])
def test_honest_work_earns_its_point(tmp_path, answer, test, setup):
    assert one(answer, test, tmp_path, setup="import numpy as np\nimport pandas as pd\n" + setup) == (1, "")


OBJECTS = """
a = Account(5)
assert isinstance(a, Account) and a.money == 5 and len(a) == 5 and Account.rate == 2
a.add(2).add(1)
a.money = a.money + 1
assert a.money == 9 and (a + 1).money == 10 and a == Account(9) and a != Account(8) and a
assert made.money == 1 and not isinstance(3, Account)
"""


def test_objects_of_a_class_that_is_asked_for_can_be_used(tmp_path):
    source = notebook(cell(ANSWER, "class Account:\n    pass", "a"), cell(TEST, OBJECTS, "t"))
    points, messages, _, _ = judged(source, {"a": ACCOUNT + "\nmade = Account(1)"}, tmp_path)
    assert (points["t"], messages["t"]) == (1, "")


def test_cells_see_the_state_of_their_moment(tmp_path):
    source = notebook(
        *(cell(ANSWER, "x = ...", "a"), cell(TEST, "import math\nexpected = 1\nassert x == expected", "t1")),
        *(cell(ANSWER, "x = ...", "b"), cell(TEST, "result = x\nassert result == 2", "t2")),
        *(cell(ANSWER, "# result に入れます", "c"), cell(TEST, "assert result == 3", "t3")),
    )
    answers = {"a": "x = 1", "b": "x = int(math.sqrt(4))", "c": "result = x + 1"}
    points, messages, executed, _ = judged(source, answers, tmp_path, extra=[(4, "y = 1\n1 / 0"), (5, "x = x * 1")])
    assert points == {"t1": 1, "t2": 1, "t3": 1}, messages
    assert [c.execution_count for c in executed.cells] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert executed.cells[4].outputs[0].ename == "ZeroDivisionError"
    assert "In[5]" in executed.cells[4].outputs[0].traceback[2].replace(" ", "").replace("\x1b[0;32m", "")


@pytest.mark.parametrize(
    ("last", "points"),
    [("0.5", 0.5), ("answer", 0), ("answer * 2", 2), ("3", 0), ("'text'", 2), ("answer;", 2), ("None", 2), ("-1", 2)],
)
def test_partial_credit_is_the_last_number(tmp_path, last, points):
    source = notebook(cell(ANSWER, "answer = ...", "a"), cell(TEST, f"score = 1\n{last}", "t", points=2))
    answers = {"a": "answer = 0" if last == "answer" else "answer = 1"}
    found, messages, executed, _ = judged(source, answers, tmp_path)
    assert found["t"] == points, messages
    assert bool(executed.cells[1].outputs) == (last not in ("answer;", "None"))


def test_a_warning_in_a_test_earns_nothing_as_in_nbgrader(tmp_path):
    points, message = one("def answer():\n    import warnings\n    warnings.warn('x')", "answer()", tmp_path)
    assert points == 0 and "警告" in message
    points, message = one("answer = 1", "import warnings\nwarnings.warn('x')", tmp_path)
    assert points == 0 and "警告" in message


HIDDEN = "assert answer > 0\n### BEGIN HIDDEN TESTS\nsecret = 12345\nassert answer == secret{}\n### END HIDDEN TESTS"


def test_hidden_tests_are_not_shown(tmp_path):
    for words, message in (
        ("", "公開していない確認に合いませんでした。（AssertionError）"),
        (", '単位を見直してください。'", "単位を見直してください。"),
    ):
        source = notebook(cell(ANSWER, "answer = ...", "a"), cell(TEST, HIDDEN.format(words), "t"))
        points, messages, executed, _ = judged(source, {"a": "answer = 1"}, tmp_path)
        assert (points["t"], messages["t"]) == (0, message)
        assert "12345" not in str(executed.cells[1].outputs) and "secret" not in str(executed.cells[1].outputs)
        points, messages, executed, _ = judged(source, {"a": "answer = -1"}, tmp_path)
        assert messages["t"] == "成り立ちません：assert answer > 0"
        assert executed.cells[1].outputs[0].traceback[0] == "1 行目：assert answer > 0"


# -- tricks -----------------------------------------------------------------------------------------------------------

YES = "class Yes:\n    def __getattr__(self, n): return self\n    def __call__(self, *a, **k): return self\n"
YES += "".join(
    f"    def __{n}__(self, *a): return True\n" for n in ("eq", "ne", "lt", "gt", "le", "ge", "bool", "contains")
)
YES += "".join(f"    def __{n}__(self, *a): return 0\n" for n in ("sub", "rsub", "mul", "abs", "round"))
YES += "answer = Yes()"
SUBTLE = "assert abs(answer - 3.14) < 0.01"
EQUAL = "assert answer == 42"
TRICKS = {
    "equal to everything": (YES, EQUAL),
    "a difference that is nothing": (YES, SUBTLE),
    "a method that says yes": (YES, "assert answer.equals(pd.DataFrame({'a': [1]}))"),
    "truth itself": (YES, "assert answer"),
    "a container of everything": (YES, "assert 42 in answer"),
    "a text equal to everything": (
        "class T(str):\n    __eq__ = lambda s, o: True\nanswer = T('x')",
        "assert answer == 'y'",
    ),
    "a number equal to everything": ("class T(int):\n    __eq__ = lambda s, o: True\nanswer = T(1)", EQUAL),
    "a table equal to everything": (
        "class T(pd.DataFrame):\n    def equals(self, o): return True\nanswer = T({'a': [2]})",
        "assert answer.equals(pd.DataFrame({'a': [1]}))",
    ),
    "a lie about the class": (
        "class T:\n    __class__ = property(lambda s: int)\n    __eq__ = lambda s, o: True\nanswer = T()",
        "assert isinstance(answer, int) and answer == 42",
    ),
    "an array of yes": (YES + "\nanswer = np.array([Yes(), Yes()])", "assert (answer == np.array([1, 2])).all()"),
    "a column of yes": (YES + "\nanswer = pd.Series([Yes()])", "assert (answer == pd.Series([1])).all()"),
    "a list of yes": (YES + "\nanswer = [Yes()]", "assert answer == [42]"),
    "a function that has methods": ("def answer(): pass\nanswer.equals = lambda o: True", "assert answer.equals(42)"),
    "a tuple that has methods": (
        "import collections\nanswer = collections.namedtuple('T', 'equals')(lambda o: True)",
        "assert answer.equals(42)",
    ),
    "a module that has methods": (
        "import types\nanswer = types.ModuleType('numpy.x')\nanswer.equals = lambda o: True",
        "assert answer.equals(42)",
    ),
    "mock": ("import unittest.mock\nanswer = unittest.mock.ANY", EQUAL),
    "a class in place of a function": (
        "class answer:\n    def __init__(self, n): pass\n    equals = __eq__ = lambda s, o: True",
        "assert answer(1) == 42 or answer(1).equals(42)",
    ),
    "a list that holds itself": ("answer = []\nanswer.append(answer)", EQUAL),
    "a large text": ("answer = 'x' * 60_000_000", "assert len(answer) == 60_000_000"),
    "a large number": ("answer = 10 ** 5000", "assert answer == 10 ** 5000"),
    "a large range": ("answer = range(10 ** 12)", "assert len(list(answer)) == 10 ** 12"),
    "our functions replaced": ("import builtins\nbuiltins.abs = lambda x: 0\nabs = lambda x: 0\nanswer = 1", SUBTLE),
    "our numpy replaced": (
        "class np:\n    isclose = allclose = staticmethod(lambda *a: True)\nanswer = 1",
        "assert np.allclose(answer, 42)",
    ),
    "numpy patched": ("np.allclose = lambda *a, **k: True\nanswer = 1", "assert np.allclose(answer, 42)"),
    "pandas patched": (
        "pd.DataFrame.equals = lambda s, o: True\npd.Series.all = lambda s: True\nanswer = pd.DataFrame({'a': [2]})",
        "assert answer.equals(pd.DataFrame({'a': [1]}))",
    ),
    "our checks patched": (
        "import dataacademy.course.check as c\nc.expect = lambda *a: None\nc.digest = lambda *a: ''\nanswer = 1",
        "from dataacademy.course import check\ncheck.expect(check.digest(answer, 's'), 'abc', '値が違います')",
    ),
    "the shell patched": (
        "ip = get_ipython()\nip.run_cell = ip.run_cell_async = lambda *a, **k: None\nanswer = 1",
        EQUAL,
    ),
    "expressions patched": ("get_ipython().user_expressions = lambda e: {}\nanswer = 42", EQUAL),
    "the hand patched": (
        "from dataacademy.course.grade import hand\nhand._OPERATIONS['tell'] = lambda n: {'values': {'answer': 41}}",
        EQUAL,
    ),
    "the hand says nonsense": (
        "from dataacademy.course.grade import hand\nhand._answer = lambda r: '[' * 100_000",
        "assert answer is not None and answer == 42",
    ),
    "json patched": ("import json\njson.dumps = lambda *a, **k: '{}'\nanswer = 42", EQUAL),
    "exit in a cell": ("answer = 42\nimport os\nos._exit(0)", EQUAL),
    "exit in a function": (
        "import os\ndef answer():\n    os._exit(0)",
        "try:\n    answer()\nexcept BaseException:\n    pass",
    ),
    "sys.exit in a function": ("import sys\ndef answer():\n    sys.exit(0)", "answer()"),
    "an interrupt from a function": ("def answer():\n    raise KeyboardInterrupt", "answer()"),
    "a killed parent of the shell": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", EQUAL),
    "an end that hangs": ("import atexit, time\natexit.register(time.sleep, 100)\nanswer = 1", EQUAL),
    "a wish for input": ("answer = input()", EQUAL),
    "a function that wishes for input": ("def answer():\n    return input('{\"call\": 0}')", "assert answer() == 42"),
    "repr without end": ("class R:\n    def __repr__(self):\n        while True: pass\nanswer = R()", EQUAL),
    "secrets of the test": (
        "secret = None\ndef answer():\n    return globals()['secret']",
        "### BEGIN HIDDEN TESTS\nsecret = [1, 4]\nassert answer() == secret\n### END HIDDEN TESTS",
    ),
    "pickle": (
        "import pickle\nclass B:\n    __reduce__ = lambda s: (print, ('x',))\n"
        "with open('p', 'wb') as f:\n    pickle.dump(B(), f)",
        "import pickle\npickle.load(open('p', 'rb'))",
    ),
}


@pytest.mark.parametrize("name", TRICKS)
def test_tricks_earn_nothing(tmp_path, name):
    answer, test = TRICKS[name]
    points, message = one(answer, test, tmp_path, SHORT)
    assert points == 0 and message


def test_a_trick_does_not_learn_what_is_expected(tmp_path):
    spy = YES.replace("def __sub__(self, *a): return 0", "def __sub__(self, *a): open('seen', 'w').write(repr(a))")
    assert one(spy, SUBTLE, tmp_path)[0] == 0
    assert not (tmp_path / "seen").exists()


def test_a_class_that_is_asked_for_does_not_judge_under_another_name(tmp_path):
    claim = "class Account:\n    def __init__(self, *a): pass\n    equals = __eq__ = staticmethod(lambda *o: True)\n"
    claim += "    __sub__ = lambda s, o: 0\n"
    for answer, test in (
        ("answer = Account", "assert answer(1).equals(42) or answer.equals(42) or answer(1) == 42"),
        ("answer = Account()", "assert answer.equals(42)"),
        ("answer = Account()", "assert answer - 3 == 0"),
        ("def answer(n):\n    return Account()", "assert answer(1) - 3 == 0"),
    ):
        source = notebook(cell(ANSWER, "class Account:\n    pass", "a"), cell(TEST, test, "t"))
        assert judged(source, {"a": claim + answer}, tmp_path)[0]["t"] == 0, (answer, test)


def test_tests_import_the_courses_own_files(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "course_checks.py").write_text("def right(x):\n    return x == 2")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "course_checks.py").write_text("def right(x):\n    return True")
    source = notebook(
        cell(ANSWER, "x = ...", "a"), cell(TEST, "import course_checks\nassert course_checks.right(x)", "t")
    )
    for answer, points in (("x = 2", 1), ("x = 3", 0)):
        cells = [SubmittedCell(c, {"a": answer}.get(c.grade_id, c.source), c.cell_type, c.id) for c in source.cells]
        found, _, _ = judge(
            source, cells, limits=LIMITS, folder=tmp_path / "work", own=tmp_path / "own", confined=False
        )
        assert found[0].points == points
    assert "course_checks" not in sys.modules


def test_a_name_that_does_not_exist_is_said(tmp_path):
    points, message = one("anser = 3", "assert answer == 3", tmp_path, setup="x = 1")
    assert points == 0 and message.startswith("answer がありません。")


def test_texts_that_no_file_can_hold_are_cleaned(tmp_path):
    half = "\\ud800\\x00"
    for answer, test in (
        (f"print('{half}')\nanswer = '{half}'", "answer"),
        (f"def answer():\n    print('{half}')\n    raise ValueError('{half}')", "answer()"),
        (f"from IPython.display import display, HTML\ndisplay(HTML('{half}'))\nanswer = '{half}'", "assert 0, answer"),
        ("answer = '\ud800'", "assert 0, answer"),
    ):
        source = notebook(cell(ANSWER, "answer = ...", "a"), cell(TEST, test, "t"))
        _, messages, executed, _ = judged(source, {"a": answer}, tmp_path)
        assert nbformat.writes(executed).encode()
        assert messages["t"].encode() is not None and "\x00" not in messages["t"]


FORGED = """
import sys
k = get_ipython().kernel
ident = k._get_shell_context_var(k._shell_parent_ident)
deep = []
for _ in range(900):
    deep = [deep]
for header in ({"msg_id": deep}, {"msg_id": 1}, {}):
    for socket in (k.iopub_socket, k.stdin_socket):
        k.session.send(socket, "input_request", {"prompt": '{"call": 0}'}, {"header": header}, ident=ident)
odd = {"stream": {"text": 3}, "error": {"traceback": 5}, "display_data": {"data": [1]}, "status": {}, "": {}}
for kind, content in odd.items():
    k.session.send(k.iopub_socket, kind, content, k.get_parent("shell"))
answer = 1
"""


def test_forged_messages_are_only_data(tmp_path):
    assert one(FORGED, "assert answer == 1", tmp_path) == (1, "")


def test_hidden_tests_may_watch_the_learners_functions(tmp_path):
    test = "### BEGIN HIDDEN TESTS\ncalls = []\nreal = helper\ndef helper():\n    calls.append(1)\n    return real()\n"
    test += "assert answer() == 2 and calls == [1]\nhelper = real\n### END HIDDEN TESTS"
    assert one("def helper():\n    return 1\ndef answer():\n    return helper() + 1", test, tmp_path) == (1, "")


@pytest.mark.skipif(bool(why_open()), reason="this machine cannot confine")
def test_a_confined_submission_sees_no_more_than_its_own(tmp_path, root):
    for attempt in (f"open({str(root / 'solutions/a4/a4.ipynb')!r}).read()", "__import__('os').listdir('/')"):
        answer = f"try:\n    {attempt}\n    answer = 2\nexcept PermissionError:\n    answer = 1"
        assert one(answer, "assert answer == 1", tmp_path) == (1, "")
    points, message = one("x = bytearray(3 * 2**30)\nanswer = 1", "assert answer == 1", tmp_path)
    assert points == 0 and message.startswith("answer がありません。")


def test_a_submission_can_be_judged_open(tmp_path):
    source = notebook(cell(ANSWER, "x = ...", "a"), cell(TEST, "assert x", "t"))
    cells = [SubmittedCell(source.cells[0], "x = 1", "code", "a"), SubmittedCell(source.cells[1], "", "code", "t")]
    assert judge(source, cells, limits=LIMITS, folder=tmp_path, confined=False)[0][0].points == 1


def test_errors_do_not_flood(tmp_path):
    answer = "import traceback\nfor i in range(300):\n    get_ipython().showtraceback()\n"
    answer += "    try:\n        raise ValueError('x' * 50_000)\n    except ValueError:\n"
    answer += "        get_ipython().showtraceback()\nanswer = 1"
    source = notebook(cell(ANSWER, "answer = ...", "a"), cell(TEST, "assert answer == 1", "t"))
    points, _, executed, notes = judged(source, {"a": answer}, tmp_path, Limits(output=10_000))
    assert points["t"] == 1 and notes
    assert len(nbformat.writes(executed)) < 150_000


def test_a_later_cell_cannot_replace_what_tests_defined(tmp_path):
    source = notebook(
        *(
            cell(ANSWER, "f = ...", "a"),
            cell(TEST, "def says(x, y):\n    return x == y\nexpected = 5\nassert says(f, 1)", "t1"),
        ),
        *(cell(ANSWER, "g = ...", "b"), cell(TEST, "assert says(g, expected)", "t2")),
    )
    answers = {"a": "f = 1", "b": "g = 7\nsays = lambda x, y: True\nexpected = 7"}
    assert judged(source, answers, tmp_path)[0] == {"t1": 1, "t2": 0}


HELPERS = (
    "import math\ndef near(x, y):\n    return math.isclose(x, y) and same(1, 1)\ndef same(x, y):\n    return x == y"
)


def test_a_helper_that_the_course_gives_is_the_courses(tmp_path):
    tests = [cell(TEST, "assert near(x, 2)", name) for name in ("t", "u")]
    source = notebook(cell(LOCKED, HELPERS, "h"), cell(ANSWER, "x = ...", "a"), *tests)
    assert judged(source, {"a": "x = 2"}, tmp_path)[0] == {"t": 1, "u": 1}
    assert judged(source, {"a": "x = 3\nnear = same = math = lambda *a: True"}, tmp_path)[0] == {"t": 0, "u": 0}


def test_what_was_judged_before_the_end_stays(tmp_path):
    source = notebook(
        *(cell(ANSWER, "x = ...", "a"), cell(TEST, "assert x == 1", "t1")),
        *(cell(ANSWER, "y = ...", "b"), cell(TEST, "assert True", "t2"), cell(PLAIN, "z = 1", "z")),
        cell(TEST, "assert x == 1", "t3"),
    )
    answers = {"a": "x = 1", "b": "import os\nos._exit(3)"}
    points, messages, executed, notes = judged(source, answers, tmp_path)
    assert points == {"t1": 1, "t2": 0, "t3": 0}
    assert messages["t3"] == "これより前に、プログラムが途中で終わりました（終了コード 3）。"
    assert notes == ["セル 3：プログラムが途中で終わりました（終了コード 3）。"]
    assert executed.cells[4].outputs == []


def test_time_is_limited_and_the_rest_goes_on(tmp_path):
    source = notebook(
        *(cell(ANSWER, "x = ...", "a"), cell(TEST, "assert x == 1", "t1")),
        *(cell(ANSWER, "f = ...", "b"), cell(TEST, "f()", "t2"), cell(TEST, "for i in f(): pass", "t3")),
        *(cell(ANSWER, "y = ...", "c"), cell(TEST, "assert y == 2", "t4")),
    )
    answers = {"a": "x = 1\nwhile True: pass", "b": "def f():\n    while True: pass", "c": "y = 2"}
    points, messages, _, notes = judged(source, answers, tmp_path, SHORT)
    assert points == {"t1": 1, "t2": 0, "t3": 0, "t4": 1}
    assert messages["t2"] == "時間が制限を超えたので止めました。"
    assert notes[0] == "セル 1：時間が制限を超えたので止めました。"


def test_a_test_that_loops_over_an_answer_ends(tmp_path):
    answer = "def answer():\n    i = 0\n    while True:\n        yield i\n        i += 1"
    for test in (
        "for i in answer():\n    pass",
        "while answer:\n    pass",
        "try:\n    list(answer())\nexcept:\n    pass",
    ):
        points, message = one(answer, test, tmp_path, SHORT)
        assert points == 0 and "時間が制限を超え" in message


def test_a_cell_that_does_not_listen_is_ended(tmp_path):
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    points, message = one(deaf, "assert True", tmp_path, SHORT)
    assert points == 0 and "強制終了" in message


def test_a_flood_is_cut_and_the_answer_counts(tmp_path):
    source = notebook(cell(ANSWER, "x = ...", "a"), cell(TEST, "assert x == 1", "t"))
    flood = "for _ in range(300):\n    print('x' * 100_000)\nx = 1"
    points, _, executed, notes = judged(source, {"a": flood}, tmp_path)
    assert points["t"] == 1
    assert len(nbformat.writes(executed)) < LIMITS.output + 100_000
    assert notes == ["出力が多いので、途中までを残しました。"]
    points, _, executed, notes = judged(source, {"a": "x = 1\nwhile True:\n    print('12345')"}, tmp_path, SHORT)
    assert points["t"] == 1 and any("止めました" in note for note in notes)


def test_the_learners_folder_is_not_imported_from(tmp_path):
    (tmp_path / "statistics.py").write_text("mean = lambda x: 42")
    (tmp_path / "only_here.py").write_text("raise SystemExit")
    before = sys.modules.pop("statistics", None)
    try:
        assert one("answer = 1", "import statistics\nassert statistics.mean([answer]) == 42", tmp_path)[0] == 0
    finally:
        sys.modules["statistics"] = before
    assert one("answer = 1", "import only_here", tmp_path)[0] == 0


def test_a_pickle_of_the_learners_is_not_opened(tmp_path):
    answer, test = TRICKS["pickle"]
    assert "pickle" in one(answer, test, tmp_path)[1]
    assert (tmp_path / "p").stat().st_size > 0


def test_a_kernel_that_never_spoke_is_our_fault_and_a_person_marks(tmp_path, monkeypatch):
    from dataacademy.course.grade import mark as marking
    from dataacademy.course.grade import session
    from dataacademy.course.grade.records import Assignment, Submission

    source = notebook(cell(ANSWER, "answer = ...", "a"), cell(TEST, "assert answer == 1", "t"))
    file = tmp_path / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("answer = 1", id="c-a")]), file)
    task = marking.Task(Assignment("a", (source,)), Submission("s", "a", {"n": file}), "n", "key")
    assert [j.points for j in marking.mark(task).judgements] == [1]
    monkeypatch.setattr(session.Session, "_tuned_in", lambda *_: False)
    assert [j.points for j in marking.mark(task).judgements] == [None]
