"""Three minutes before people who do not know the project: what, why, and what gets better."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import plain
from dataacademy.worksheet.sheet import Sheet

QUESTIONS = ("何をしたいのか", "なぜ、するのか", "すると、何がよくなるのか")
LETTERS_PER_MINUTE = 300  # how fast announcers read Japanese
MINUTES = 3
_MOST = 2  # sentences of a kind; more are not remembered


@dataclass(frozen=True)
class Pitch:
    """``answers``: question -> sentences; ``missing``: the questions that the worksheet does not answer yet."""

    answers: dict[str, tuple[str, ...]]

    @property
    def missing(self) -> list[str]:
        return [question for question, told in self.answers.items() if not told]

    @property
    def letters(self) -> int:
        return sum(len(text) for told in self.answers.values() for text in told)

    @property
    def minutes(self) -> float:
        """How long it takes to read aloud at 300 letters a minute."""
        return self.letters / LETTERS_PER_MINUTE

    def __str__(self) -> str:
        told = [f"■ {q}\n" + ("\n".join(said) or "（まだ答えがありません）") for q, said in self.answers.items()]
        return "\n\n".join([*told, self._length()])

    def _repr_html_(self) -> str:
        told = "".join(
            f"<h4>{question}</h4><ul>{''.join(f'<li>{escape(text)}</li>' for text in said)}</ul>"
            if said
            else f"<h4>{question}</h4><p>（まだ答えがありません）</p>"
            for question, said in self.answers.items()
        )
        return f"{told}<p>{self._length()}</p>"

    def _length(self) -> str:
        if not self.letters:
            return "目標・問題・施策を書くと、ここに答えが集まります。"
        over = f"{MINUTES}分をこえます。短くしてください。" if self.minutes > MINUTES else f"{MINUTES}分に入ります。"
        return f"{self.letters}字、声に出して読むと約{max(1, round(60 * self.minutes / 5)) * 5}秒。{over}"


def pitch(sheet: Sheet) -> Pitch:
    """The three answers of a three-minute pitch, from a team's worksheet and only from there.

    What: the prototypes, else the measures.  Why: the problem as it is now, and the fact that bears most on it.  What
    gets better: the effects for people, else the goal.  At most two sentences each.
    When not to use: as the speech itself; say it to somebody first and change the words that they stumble over.

    >>> import tempfile
    >>> import dataacademy as da
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sheet = da.worksheet.open_sheet(f"{folder}/花だん班.yml")
    ...     _ = sheet.add("measure", text="水やりの当番を決める。")
    ...     told = pitch(sheet)
    >>> told.letters, told.missing
    (11, ['なぜ、するのか', 'すると、何がよくなるのか'])
    """
    material = Material(sheet.worksheet, sheet.path)
    story = Story(material)
    why = [*_texts(material, story.told("problem")[:1]), *_texts(material, story.facts[:1])]
    what = _texts(material, (story.told("prototype") or story.told("measure"))[:_MOST])
    better = [text for field in ("outcomes", "text") for text in _texts(material, story.told("effect"), field)]
    better = better or _texts(material, story.told("goal"))
    return Pitch(dict(zip(QUESTIONS, (tuple(what), tuple(why), tuple(better[:_MOST])), strict=True)))


def _texts(material: Material, records, field: str = "text") -> list[str]:
    told = [material.words(record, field, needed=False) for record in records]
    return [plain(parts) for parts in told if parts]
