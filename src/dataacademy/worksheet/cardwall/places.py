"""Which card lies in which group: the wall's file, and the changes that are made to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.files import write_bytes, writing_to

FORMAT = 1
PATIENCE = 10  # seconds that a change waits for another one's
LONGEST = 40  # characters of a group's name
UNDONE = 50  # changes that can be taken back


@dataclass
class Group:
    """A group of cards: its key (never shown), its name, and the ids of its cards in order."""

    key: str
    name: str
    cards: list[str] = field(default_factory=list)


class Places:
    """The groups as they stand in the file.  Each change is made to what the file says at that moment."""

    def __init__(self, path: Path, cards: list[str], start: dict[str, list[str]]):
        self.path, self.cards = path, cards
        self._past: list[tuple[str, str]] = []
        if path.exists():
            self.groups = _read(path)
        else:
            self.groups = [Group(f"g{k}", name, list(ids)) for k, (name, ids) in enumerate(start.items(), 1)]

    @property
    def unplaced(self) -> list[str]:
        """Cards that lie in no group yet, in the order of the table."""
        placed = {card for group in self.groups for card in group.cards}
        return [card for card in self.cards if card not in placed]

    @property
    def gone(self) -> list[str]:
        """Cards in the file that the table does not have (any more)."""
        there = set(self.cards)
        return [card for group in self.groups for card in group.cards if card not in there]

    def of(self, card: str) -> str:
        """The name of the group in which a card lies; empty for none."""
        return next((group.name for group in self.groups if card in group.cards), "")

    def move(self, card: str, key: str, at: int | None = None) -> None:
        """Lay a card into a group (the key "" takes it out of all), at a place among its cards or at the end."""
        check_choice("カード", card, self.cards, en="Card")

        def change():
            for group in self.groups:
                group.cards = [one for one in group.cards if one != card]
            if key:
                cards = self._group(key).cards
                cards.insert(len(cards) if at is None else max(0, min(at, len(cards))), card)

        self._change(change)

    def add(self, name: str) -> str:
        """Begin a group; returns its key.  A name that is there already gives that group's."""
        name, found = _tidy(name), []

        def change():
            known = next((group.key for group in self.groups if group.name == name), None)
            used = {group.key for group in self.groups}
            key = known or next(f"g{k}" for k in range(1, len(used) + 2) if f"g{k}" not in used)
            if known is None:
                self.groups.append(Group(key, name))
            found.append(key)

        self._change(change)
        return found[0]

    def rename(self, key: str, name: str) -> None:
        """Give a group another name."""
        name = _tidy(name)

        def change():
            if any(group.name == name and group.key != key for group in self.groups):
                raise DataAcademyError(
                    "doubled_group",
                    f"「{name}」というまとまりは、もうあります。",
                    f"There is a group {name!r} already.",
                    fix="別の名前にするか、カードをそのまとまりへ移してください。",
                    fix_en="Take another name, or move the cards there.",
                    value=name,
                )
            self._group(key).name = name

        self._change(change)

    def remove(self, key: str) -> None:
        """Take a group away; its cards are unplaced again."""
        self._change(lambda: self.groups.remove(self._group(key)))

    def undo(self) -> bool:
        """Take the last change back; False where there is none, or somebody else has moved cards since."""
        if not self._past:
            return False
        before, after = self._past.pop()
        with self._locked():
            now = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
            if now != after:
                self._past, self.groups = [], _read(self.path) if now else self.groups
                return False
            self._write(before)
            self.groups = _parse(before)
        return True

    def _group(self, key: str) -> Group:
        for group in self.groups:
            if group.key == key:
                return group
        raise DataAcademyError(
            "unknown_group",
            "そのまとまりは、もうありません（ほかの画面で消されました）。",
            f"There is no group {key!r} any more.",
            fix="もう一度、別のまとまりへ移してください。",
            fix_en="Move the card to another group.",
            value=key,
        )

    def _change(self, change: Callable[[], object]) -> None:
        with self._locked():
            if self.path.exists():  # somebody else may have moved cards meanwhile
                self.groups = _read(self.path)
            before = self._text()
            try:
                change()
                self._write(self._text())
            except DataAcademyError:
                self.groups = _parse(before)
                raise
            self._past = [*self._past[1 - UNDONE :], (before, self._text())]

    def _locked(self):
        from filelock import FileLock

        with writing_to(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=PATIENCE)

    def _text(self) -> str:
        groups = [{"key": g.key, "name": g.name, "cards": g.cards} for g in self.groups]
        return json.dumps({"format": FORMAT, "groups": groups}, ensure_ascii=False, indent=1) + "\n"

    def _write(self, text: str) -> None:
        write_bytes(self.path, text.encode(), durable=True)


def _tidy(name: str) -> str:
    """A group's name on one line.  Errors: ``bad_group_name``."""
    name = " ".join(str(name).split())
    if not name or len(name) > LONGEST:
        raise DataAcademyError(
            "bad_group_name",
            f"まとまりの名前は、1字から{LONGEST}字までにしてください。",
            f"A group's name has 1 to {LONGEST} characters.",
            fix="カードが言っていることを、短い文にしてください。",
            fix_en="Say shortly what the cards say.",
            value=name,
        )
    return name


def _read(path: Path) -> list[Group]:
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataAcademyError(
            "bad_wall_file",
            "カードの置き場所のファイルを読めません。",
            f"Not a file of a card wall ({type(error).__name__}).",
            fix="そのファイルの名前を変えて残しておき、セルをもう一度実行してください。新しい壁から始まります。",
            fix_en="Rename the file and run the cell again; a new wall begins.",
            file=path.name,
        ) from error


def _parse(text: str) -> list[Group]:
    content = json.loads(text)
    if content["format"] != FORMAT:
        raise ValueError("format")
    return [Group(str(g["key"]), str(g["name"]), [str(card) for card in g["cards"]]) for g in content["groups"]]
