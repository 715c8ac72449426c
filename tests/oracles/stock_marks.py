# What stock nbgrader gives the simulated classes of tests/classes.py, for tests/test_same_marks.py.  About 15 minutes:
#   uv run python tests/oracles/stock_marks.py > tests/oracles/stock_marks.txt
# With names of exercises it marks only those: paste them into the file.  To compare all of it with our marks:
#   uv run python tests/oracles/stock_marks.py compare
"""One line a hand-in: the points of each graded cell that nbgrader gave by itself; ``-`` where a person marks it."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import classes

SIDE_BY_SIDE = 2


def nbgrader(course, *words):
    return subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=course, capture_output=True, text=True)


def stock(hand_ins):
    """Stock marks of hand-ins of one exercise: student -> cell -> points, None where a person marks."""
    from nbgrader.api import Gradebook

    exercise = hand_ins[0].exercise
    with tempfile.TemporaryDirectory() as name:
        course = classes.course_of(exercise, Path(name))
        done = nbgrader(course, "generate_assignment", exercise)
        assert done.returncode == 0, done.stderr[-3000:]
        classes.write_class(course, hand_ins)
        nbgrader(course, "autograde", exercise)
        with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
            return {
                done.student.id: {
                    grade.name: None if grade.needs_manual_grade else grade.auto_score
                    for notebook in done.notebooks
                    for grade in notebook.grades
                }
                for done in book.assignment_submissions(exercise)
            }


def show(exercise):
    honest, different = classes.hand_ins(exercise), classes.different(exercise)
    courses = [honest[n::SIDE_BY_SIDE] for n in range(SIDE_BY_SIDE)]
    courses += [[one] for one in different]  # some stop nbgrader, and with it those after them
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        parts = pool.map(stock, courses)
        found = {student: given for part in parts for student, given in part.items()}
    graded = sorted({name for given in found.values() for name in given})
    print("digest", exercise, classes.digest(exercise))
    print("cells", exercise, *graded)
    for one in honest + different:
        print(one.student, *(classes.line(found[one.student], graded) if found.get(one.student) else ["stopped"]))
    sys.stdout.flush()


def compare(exercise):
    graded, stored = classes.stored(exercise)
    with tempfile.TemporaryDirectory() as name:
        marked = classes.marked(exercise, classes.hand_ins(exercise), Path(name))
    other = {student for student, given in marked.items() if classes.line(given, graded) != stored[student]}
    print(exercise, len(marked), "hand-ins, marked otherwise than by stock nbgrader:", *(sorted(other) or ["none"]))


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if word != "compare"]
    for one in named or (*classes.EXERCISES, classes.GUIDE):
        (compare if "compare" in sys.argv else show)(one)
