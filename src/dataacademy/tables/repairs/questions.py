"""What a person must decide: the question, the answers it takes, and what each answer does to the draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import yaml

from dataacademy.areanames import name_key
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.known import match_columns
from dataacademy.tables.repairs.draft import HEADING, Draft, Spots, Why, cells_of
from dataacademy.tables.repairs.mends import plain_number
from dataacademy.tables.repairs.opening import add_unit
from dataacademy.tables.values import MARKS, SUPPRESSED

_TEXTS = yaml.safe_load(files(__package__).joinpath("questions.yml").read_text(encoding="utf-8"))
ANSWERS: dict[str, str] = _TEXTS.pop("answers")  # name: what it does
_HEADING = {"heading_missing", "duplicate_heading", "heading_changed"}
_PLACE = {"null_island", "no_coordinates", "bad_coordinates", "outside_japan", "outside_town"}


@dataclass(frozen=True)
class Question:
    """A decision that is asked for.

    key
        What to answer under: ``repair(path, decisions={key: answer})``; ``kind`` alone answers all of that kind.
    answers, free
        The names that can be given; and what may be given instead, "" for nothing.
    """

    note: Note
    key: str
    ja: str
    en: str
    answers: tuple[str, ...]
    free: str

    @property
    def kind(self) -> str:
        return self.note.kind

    @property
    def cells(self) -> str:
        return self.note.cells

    def __str__(self) -> str:
        names = [f'"{name}"（{ANSWERS[name]}）' for name in self.answers] + [self.free] * bool(self.free)
        lines = [f"{self.note.where}：{self.note.ja}{self.ja}", f'→ decisions={{"{self.key}": …}}　{"、".join(names)}']
        return "\n".join([*lines, f"[EN] {self.note.en} {self.en}"])


def questions(notes: Sequence[Note]) -> list[Question]:
    """A question for each note, with keys that differ."""
    found: list[Question] = []
    taken: dict[str, int] = {}
    for note in notes:
        texts = _TEXTS.get(note.kind, _TEXTS["other"])
        answers = tuple(texts["answers"])
        if note.kind == "special_symbol" and MARKS.get(note.value) == SUPPRESSED:
            answers = tuple(name for name in answers if name != "zero")  # a suppressed value is never 0
        one_cell = 0 < len(note.cells) <= 11
        key = ":".join(filter(None, (note.kind, note.cells if one_cell else note.column)))
        taken[key] = taken.get(key, 0) + 1
        key += f":{taken[key]}" * (taken[key] > 1)
        said = {"value": note.value, "column": note.column}
        ja, en = (texts[language].format(**said) for language in ("ja", "en"))
        found.append(Question(note, key, ja, en, answers, texts.get("free", "")))
    return found


def answer(draft: Draft, question: Question, given, spots: Spots) -> None:
    """Do what was decided; "keep" is a decision, too, and is written down.

    Raises DataAcademyError ``unknown_choice`` for an answer that the question does not take.
    """
    why = Why(question.kind, f"決めたとおりにしました（{question.key}）。", f"As decided ({question.key}).")
    before = draft.changes
    if isinstance(given, str) and given in question.answers:
        if given in _ROWS:
            _ROWS[given](draft, why, question, spots)
        elif given == "convert":
            _convert(draft, why)
        elif given in _CELLS:
            _each(draft, why, spots, _CELLS[given])
    elif question.free:
        _given(draft, why, question, given, spots)
    else:
        raise _refused(question, given)
    if draft.changes == before:
        note = question.note
        draft.tell(why, cells_of(note.cells), column=note.column, before=note.value, after=note.value)


def _refused(question: Question, given) -> DataAcademyError:
    guess = nearest_guess(given, question.answers)
    names = "、".join(f'"{name}"（{ANSWERS[name]}）' for name in question.answers)
    return DataAcademyError(
        "unknown_choice",
        f"「{question.key}」の答え「{given}」は使えません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"{question.key} cannot be answered by {given!r}.",
        fix=f"使えるのは {names}{'、' + question.free if question.free else ''} です。",
        fix_en="Allowed: " + ", ".join(question.answers) + (", or a value" if question.free else ""),
        file=question.note.file,
    )


def _each(draft: Draft, why: Why, spots: Spots, change: Callable[[str], str]) -> None:
    for c, rows in spots.items():
        cells = [row for row in rows if row != HEADING]
        draft.put(why, c, cells, [change(draft.columns[c][row]) for row in cells])


def _only_number(text: str) -> str:
    found = re.search(r"[-−▲△]?[0-9０-９][0-9０-９,，.．]*", text)
    return plain_number(found[0])[0] if found else text


def _number_at(place: int) -> Callable[[str], str]:
    def pick(text: str) -> str:
        found = re.findall(r"[-−▲△]?[0-9０-９][0-9０-９,，.．]*", text)
        return plain_number(found[place])[0] if len(found) > place else text

    return pick


def _day_of(order: tuple[int, int]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
        if not found:
            return text
        month, day = (int(found[i]) for i in order)
        return f"{found[3]}-{month:02}-{day:02}" if month <= 12 and day <= 31 else text

    return read


def _drop(draft: Draft, why: Why, question: Question, spots: Spots) -> None:
    if question.kind == "hidden_columns":
        for c in sorted(spots, reverse=True):
            draft.drop_column(why, c)
    else:
        draft.drop(why, {row for rows in spots.values() for row in rows})


def _copy(draft: Draft, why: Why, question: Question, spots: Spots) -> None:
    for c, rows in spots.items():
        for row in sorted(rows):
            if not draft.columns[c][row] and row:
                draft.put(why, c, [row], [draft.columns[c][row - 1]])


def _same_unit(draft: Draft, why: Why, question: Question, spots: Spots) -> None:
    for c, rows in spots.items():
        for row in rows:
            number, unit = plain_number(draft.columns[c][row])
            add_unit(draft, why, c, unit)
            draft.put(why, c, [row], [number])


def _convert(draft: Draft, why: Why) -> None:
    """Tokyo datum to JGD2011 (EPSG:4301 to 6668), in decimal degrees with six digits: to about a metre."""
    from pyproj import Transformer

    found = match_columns([tidy_heading(heading) for heading in draft.headings], ["lat", "lon"])
    places = [[tidy_heading(h) for h in draft.headings].index(found[name]) for name in ("lat", "lon")]
    rows, pairs = [], []
    for row in range(len(draft.rows)):
        texts = [plain_number(draft.columns[c][row])[0] for c in places]
        if all(texts) and any(float(text) for text in texts):
            rows.append(row)
            pairs.append([float(text) for text in texts])
    if rows:
        lat, lon = Transformer.from_crs(4301, 6668).transform(*zip(*pairs, strict=True))
        for c, degrees in zip(places, (lat, lon), strict=True):
            draft.put(why, c, rows, [f"{value:.6f}" for value in degrees])


def _given(draft: Draft, why: Why, question: Question, given, spots: Spots) -> None:
    """A value, one for each cell or old text, a pair of coordinates, or a list of right names."""
    kind = question.kind
    if kind == "area_missing":
        draft.add_column(why, "地域名", str(given))
    elif kind == "unit_missing":
        for c in spots:
            add_unit(draft, why, c, str(given))
    elif kind in _HEADING and not draft.headed:  # all of them are missing
        if isinstance(given, str) or len(given) != len(draft.headings):
            raise _refused(question, given)
        draft.headed = True
        for c, heading in enumerate(given):
            draft.put(why, c, [HEADING], [str(heading)])
    elif kind in _HEADING:
        for c in spots:
            draft.put(why, c, [HEADING], [str(given)])
    elif isinstance(given, Mapping):
        _mapped(draft, why, question, {str(key): str(value) for key, value in given.items()})
    elif kind == "name_spelling":
        right = {name_key(str(name)): str(name) for name in given}
        _each(draft, why, spots, lambda text: right.get(name_key(text), text))
    elif kind in _PLACE:
        if isinstance(given, str) or len(given) != 2:
            raise _refused(question, given)
        for c, value in zip(sorted(spots), given, strict=True):
            draft.put(why, c, spots[c], [str(value)] * len(spots[c]))
    else:
        _each(draft, why, spots, lambda text: str(given))


def _mapped(draft: Draft, why: Why, question: Question, given: Mapping[str, str]) -> None:
    """Each key is an address in the file, or a text as it stands in the cells of the question."""
    for key, value in given.items():
        is_address = re.fullmatch(r"[A-Z]{1,3}\d+", key)
        for c, rows in draft.spots(key if is_address else question.cells).items():
            cells = [row for row in rows if row != HEADING and (is_address or draft.columns[c][row] == key)]
            draft.put(why, c, cells, [value] * len(cells))


_CELLS = {
    "missing": lambda text: "",
    "zero": lambda text: "0",
    "number": _only_number,
    "first": _number_at(0),
    "second": _number_at(1),
    "month_first": _day_of((1, 2)),
    "day_first": _day_of((2, 1)),
}
_ROWS = {"drop": _drop, "copy": _copy, "same": _same_unit}
