"""A page about the class for its instructor: which tasks were hard, which wrong answers came how often, who is missing.

Groups of fewer than :data:`SMALLEST` people are counted, never named, and what only one of them wrote is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import median

from dataacademy.course.grade.counted import Key, judgements, latest, people, state, titles
from dataacademy.course.grade.executed import Cell, blank, cells
from dataacademy.course.grade.records import ANSWER, WRITTEN, Assignment, Marked, SourceNotebook
from dataacademy.report import Section
from dataacademy.report import page as report

SMALLEST = 5  # people; in a smaller group what one answered could be told from the page
OUTCOMES = {
    "right": "正解 ○",
    "partly": "部分点 △",
    "wrong": "まだ ×",
    "blank": "白紙",
    "stopped": "動かなかった",
    "waiting": "人の採点待ち",
}
_BAND = 10  # per cent, a class of the distribution of totals
_LONGEST = 200  # characters of a message


def page(
    assignments: Iterable[Assignment],
    marked: Iterable[Marked],
    students: Mapping[str, str] | None = None,
    *,
    smallest: int = SMALLEST,
) -> str:
    """The page as HTML text.

    For every assignment: how many handed in, how the tasks came out (:data:`OUTCOMES`), the wrong answers by the
    message they got (those that at least ``smallest`` people gave; the others are counted together), how totals are
    spread, the median of the seconds it took to run, and who has not handed in.
    """
    assignments, students = list(assignments), students or {}
    given = latest(assignments, marked)
    persons = people(students, given)
    sections = [section for one in assignments for section in _assignment(one, given, persons, smallest)]
    lead = [
        f"{len(persons)} 人のクラスです。",
        f"{smallest} 人に満たない集まりは、だれのことか分かるおそれがあるので、まとめて数えています。",
    ]
    return report("クラスのようす", lead, sections)


def _assignment(
    assignment: Assignment, given: Mapping[Key, Marked], persons: Mapping[str, str], smallest: int
) -> list[Section]:
    handed_in = [one for one in given.values() if one.assignment == assignment.name]
    totals = Counter()
    for one in handed_in:
        totals[one.student] += one.points
    missing = [name for person, name in persons.items() if person not in totals]
    lines = [f"提出した人：{len(totals)} 人　まだの人：{len(missing)} 人"]
    if handed_in:
        lines.append(f"実行にかかった時間の中央値：{median(one.seconds for one in handed_in):.1f} 秒")
    if missing:
        lines.append("まだの人：" + "、".join(missing))  # an instructor has to ask them; it tells no answer
    sections = [Section(f"課題 {assignment.name}", lines), _totals(assignment, list(totals.values()), smallest)]
    for notebook in assignment.notebooks:
        mine = [one for one in handed_in if one.notebook == notebook.name]
        sections += _notebook(assignment, notebook, mine, smallest)
    return sections


def _totals(assignment: Assignment, totals: list[float], smallest: int) -> Section:
    """How many reached how much; only where the class is not small."""
    heading = f"{assignment.name}：合計点の分かれ方"
    if len(totals) < smallest:
        return Section(heading, [f"提出した人が {smallest} 人に満たないので、示しません。"])
    shares = [100 * total / (assignment.points or 1) for total in totals]
    bands = Counter(min(int(share // _BAND), 100 // _BAND - 1) for share in shares)
    rows = [
        [f"{low * _BAND}〜{(low + 1) * _BAND} %", bands[low], "■" * round(40 * bands[low] / len(totals))]
        for low in range(100 // _BAND)
    ]
    return Section(heading, ["人の採点を待つ問いは、まだ 0 点で数えています。"], ["満点に対して", "人数", ""], rows)


def _notebook(
    assignment: Assignment, notebook: SourceNotebook, handed_in: list[Marked], smallest: int
) -> list[Section]:
    """How its tasks came out, and which wrong answers there were.

    Wrong answers are told apart by the message they got: it says what was compared, never who wrote what.
    """
    book = f"（{notebook.name}）" if len(assignment.notebooks) > 1 else ""
    heading = f"{assignment.name}：問いごとの結果{book}"
    if len(handed_in) < smallest:
        return [Section(heading, [f"提出した人が {smallest} 人に満たないので、示しません。"])]
    names = titles(notebook.cells, [cell.grade_id for cell in notebook.cells if cell.graded])
    counts, said = {task: Counter() for task in names}, {task: Counter() for task in names}
    for one in handed_in:
        for task, (outcome, message) in outcomes(notebook, one).items():
            counts[task][outcome] += 1
            if message and outcome not in ("right", "blank"):
                said[task][message] += 1
    wrong = []
    for task, messages in said.items():
        often = [(message, times) for message, times in messages.most_common() if times >= smallest]
        wrong += [[names[task], message, times] for message, times in often]
        if rest := messages.total() - sum(times for _, times in often):
            wrong.append([names[task], f"そのほか（それぞれ {smallest} 人未満）", rest])
    came_out = [[names[task], *(counts[task][one] for one in OUTCOMES)] for task in names]
    columns = ["問い", "受講者に示した言葉", "人数"]
    return [
        Section(heading, [], ["問い", *OUTCOMES.values()], came_out),
        Section(f"{assignment.name}：まちがいの内訳{book}", [] if wrong else ["ありません。"], columns, wrong),
    ]


def outcomes(notebook: SourceNotebook, marked: Marked) -> dict[str, tuple[str, str]]:
    """For every graded cell, by grade_id, a key of :data:`OUTCOMES` and what the learner was told.

    What earned nothing is told apart: answers left as they were, and code that ended in an error or was stopped.
    """
    ran = {cell.grade_id: cell for cell in cells(marked) if cell.grade_id}
    judged, found = judgements(notebook, marked), {}
    own, tested = [], False  # the answers above a test; several tests may follow one
    for cell in notebook.cells:
        if cell.kind in (ANSWER, WRITTEN):
            own, tested = ([cell] if tested else [*own, cell]), False
        if cell.graded:
            tested = True
            outcome, answers = state(judged[cell.grade_id]), [one for one in own if one.grade_id in ran]
            if outcome == "wrong" and answers and all(blank(ran[one.grade_id], one) for one in answers):
                outcome = "blank"
            elif outcome == "wrong" and _ended_early([ran[one.grade_id] for one in answers], ran.get(cell.grade_id)):
                outcome = "stopped"
            found[cell.grade_id] = outcome, judged[cell.grade_id].message.strip()[:_LONGEST]
    return found


def _ended_early(answers: list[Cell], test: Cell | None) -> bool:
    return any(answer.errors for answer in answers) or (test is not None and "Stopped" in test.errors)
