"""The wall on the screen: what a hand does becomes a change of the file, what the file says is shown."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets
from IPython.display import display

from dataacademy import paths
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.files import write_text
from dataacademy.finding import Finding
from dataacademy.worksheet.cardwall.page import UNPLACED, board, paper
from dataacademy.worksheet.cardwall.places import Places
from dataacademy.worksheet.form.parts import now, somebody_looks

_HERE = Path(__file__).parent
_FOLDER = "カード"
_NOT_IN_NAMES = set('<>:"/\\|?*')


class Wall(anywidget.AnyWidget):
    """The cards of a table in groups; see :func:`dataacademy.worksheet.cardwall.card_wall`."""

    _esm = _HERE / "wall.js"
    _css = _HERE / "wall.css"
    shown = traitlets.Dict().tag(sync=True)  # name, cards (id -> text), groups, unplaced
    status = traitlets.Dict().tag(sync=True)  # text, wrong

    def __init__(self, data, *, text: str, id: str | None, name: str, town: str, groups, folder):
        check_columns(data, [column for column in (text, id) if column], table="カードの表")
        self.name, self.texts = name, _cards(data, text, id)
        self.places = Places(_file(name, town, folder), list(self.texts), _start(groups, list(self.texts)))
        super().__init__()
        self._show()
        known = self.places.path.exists()
        gone = len(self.places.gone)
        said = "前に置いたところから続けます。" if known else "動かすたびに、自動で保存します。"
        self._say(said + (f"いまの表にないカードが {gone} 枚あります（出していません）。" if gone else ""))
        self.on_msg(lambda _, message, __: self._answer(message))

    # -- what lies where ----------------------------------------------------------------------------------------------

    @property
    def table(self) -> pd.DataFrame:
        """One row a card, group by group, cards of no group last: ``id, group, text``."""
        ids = [c for g in self.places.groups for c in g.cards if c in self.texts] + self.places.unplaced
        rows = [{"id": card, "group": self.places.of(card), "text": self.texts[card]} for card in ids]
        return pd.DataFrame(rows, columns=["id", "group", "text"])

    @property
    def finding(self) -> Finding:
        """How many cards each group has: table ``group, cards, share_percent`` in the order of the wall."""
        count = [(g.name, sum(c in self.texts for c in g.cards)) for g in self.places.groups]
        placed = sum(n for _, n in count)
        table = pd.DataFrame(
            [{"group": name, "cards": n, "share_percent": 100 * n / len(self.texts)} for name, n in count],
            columns=["group", "cards", "share_percent"],
        )
        most = max(count, key=lambda pair: pair[1], default=("", 0))
        left = len(self.texts) - placed
        return Finding(
            table,
            len([n for _, n in count if n]),
            f"{len(self.texts):,} 枚のカードのうち {placed:,} 枚を、{len(count)} のまとまりに分けました。"
            + (f"枚数がいちばん多いのは「{most[0]}」（{most[1]} 枚）です。" if most[1] else "")
            + "枚数は、大事さではありません。",
            f"{placed:,} of {len(self.texts):,} cards lie in {len(count)} groups.",
            used={"カード": placed},
            left_out=(f"まだ分けていない {left:,} 枚",) if left else (),
        )

    def move(self, card: str, group: str) -> None:
        """Lay a card into the group of this name, which is begun where there is none; ``""`` takes it out."""
        self.places.move(str(card), self.places.add(group) if group else "")
        self._show()

    def page(self) -> str:
        """The wall as a page to print (HTML, A4 on its side)."""
        return paper(self.name, self._groups(), f"{now()}。人が分かる書き方のカードは、外に出す前に直してください。")

    def save_table(self, path: Path | str | None = None) -> Path:
        """Write ``table`` as CSV that Excel opens, beside the wall's file or to ``path``; returns where."""
        path = Path(path) if path else self.places.path.with_suffix(".csv")
        named = self.table.rename(columns={"id": "カード", "group": "まとまり", "text": "内容"})
        write_text(path, "\ufeff" + named.to_csv(index=False, lineterminator="\n"))
        return path

    def save_page(self, path: Path | str | None = None) -> Path:
        """Write ``page()``, beside the wall's file or to ``path``; returns where."""
        path = Path(path) if path else self.places.path.with_suffix(".html")
        write_text(path, self.page())
        return path

    # -- the screen ---------------------------------------------------------------------------------------------------

    def _answer(self, message: dict[str, Any]) -> None:
        """What a hand did.  Whatever goes wrong is said on the wall, as nobody sees what a message prints."""
        places, what = self.places, message.get("do")
        try:
            if what == "move":
                places.move(message["card"], message["group"], message.get("at"))
                self._say(f"✓ 保存しました（{now()}）。「{places.of(message['card']) or UNPLACED}」に置きました。")
            elif what == "add":
                places.add(_new_name(message.get("name", ""), [g.name for g in places.groups]))
                self._say(f"✓ まとまりを足しました（{now()}）。名前を書いてください。")
            elif what == "rename":
                places.rename(message["group"], message["name"])
                self._say(f"✓ 名前を保存しました（{now()}）。")
            elif what == "remove":
                places.remove(message["group"])
                self._say(f"✓ まとまりを消しました（{now()}）。カードは残っています。")
            elif what == "undo":
                self._say("✓ 一つ前に戻しました。" if places.undo() else "戻すものがありません。")
            elif what == "table":
                self._say(f"✓ 表を保存しました：{self._near(self.save_table())}")
            elif what == "page":
                self._say(f"✓ 印刷用のページを保存しました：{self._near(self.save_page())}")
        except DataAcademyError as error:
            self._say(f"✕ {error.note.ja}{error.note.fix}", wrong=True)
        except Exception as error:
            self._say(f"✕ 思わぬことが起きて、できませんでした（{type(error).__name__}：{error}）。", wrong=True)
            raise
        finally:
            self._show()

    def _near(self, path: Path) -> str:
        return f"{path.parent.name}/{path.name}"

    def _groups(self) -> list[tuple[str, list[str]]]:
        found = [(g.name, [self.texts[c] for c in g.cards if c in self.texts]) for g in self.places.groups]
        unplaced = [self.texts[c] for c in self.places.unplaced]
        return [*found, (UNPLACED, unplaced)] if unplaced else found

    def _show(self) -> None:
        groups = [
            {"key": g.key, "name": g.name, "cards": [c for c in g.cards if c in self.texts]} for g in self.places.groups
        ]
        turn = self.shown.get("turn", 0) + 1  # every time another, so that a refused name is drawn over
        self.shown = {"name": self.name, "cards": self.texts, "groups": groups, "unplaced": self.places.unplaced,
                      "turn": turn}  # fmt: skip

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.status = {"text": text, "wrong": wrong}

    def open(self) -> None:
        """Tell the browser; where there is none, nothing is sent that the notebook would keep."""
        if somebody_looks():
            super().open()

    def _ipython_display_(self) -> None:
        display(self._repr_mimebundle_()[0], raw=True)

    def _repr_mimebundle_(self, **kwargs):
        if somebody_looks():
            return super()._repr_mimebundle_(**kwargs)
        return {"text/html": board(self._groups()), "text/plain": repr(self)}, {}

    def __repr__(self) -> str:
        return f"カードの壁「{self.name}」（{len(self.texts)}枚、{len(self.places.groups)}のまとまり）"


def _cards(data: pd.DataFrame, text: str, id: str | None) -> dict[str, str]:
    """Id -> text of every row that says something."""
    said = data[text].fillna("").astype("str").str.strip()
    there = said != ""
    if not there.any():
        raise DataAcademyError(
            "no_cards",
            f"列「{text}」に文が一つもないので、カードにできません。",
            f"Column {text!r} is empty.",
            fix="文の入っている列の名前を text= に書いてください。",
            fix_en="Name the column with the texts in text=.",
            column=text,
        )
    ids = data[id].astype("str") if id else said.map(lambda words: hashlib.sha256(words.encode()).hexdigest()[:8])
    ids = ids[there]
    if id is None:  # the same words twice are two cards
        again = ids.groupby(ids).cumcount()
        ids = ids.where(again == 0, ids + "-" + (again + 1).astype("str"))
    elif ids.duplicated().any():
        twice = ids[ids.duplicated()].iloc[0]
        raise _doubled(twice, f"列「{id}」に二度あります。番号の列がなければ、id= を書きません")
    return dict(zip(ids, said[there], strict=True))


def _start(groups, cards: list[str]) -> dict[str, list[str]]:
    start = {str(k): [str(c) for c in v] for k, v in groups.items()} if hasattr(groups, "items") else {}
    if not start:
        start = {str(name): [] for name in groups}
    placed: list[str] = []
    for ids in start.values():
        for card in ids:
            check_choice("カード", card, cards, en="Card")
            if card in placed:
                raise _doubled(card, "groups で、二つのまとまりに入っています")
            placed.append(card)
    return start


def _doubled(card: str, where: str) -> DataAcademyError:
    return DataAcademyError(
        "doubled_card",
        f"カードの番号「{card}」が、{where}。",
        f"Card {card!r} is there twice.",
        fix="一枚のカードは、一つの番号で、一つのまとまりに入れてください。",
        fix_en="One id a card, one group a card.",
        value=card,
    )


def _new_name(name: str, known: list[str]) -> str:
    if name.strip():
        return name
    return next(f"まとまり{k}" for k in range(1, len(known) + 2) if f"まとまり{k}" not in known)


def _file(name: str, town: str, folder) -> Path:
    tidy = unicodedata.normalize("NFC", str(name).strip())
    if not tidy or len(tidy) > 60 or set(tidy) & _NOT_IN_NAMES or tidy.startswith(".") or not tidy.isprintable():
        raise DataAcademyError(
            "bad_wall_name",
            f"「{tidy[:60]}」は、カードの壁の名前にできません。",
            f"{tidy[:60]!r} cannot be the name of a file.",
            fix='60字までで、/ \\ : * ? " < > | を使わない名前にしてください。',
            fix_en='Up to 60 characters, none of / \\ : * ? " < > |.',
        )
    return (Path(folder) if folder else paths.workspace(str(town)) / _FOLDER) / f"{tidy}.json"
