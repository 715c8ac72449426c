"""An application filled in before anybody takes up a pen: what is printed, and what went wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.worksheet.prototype import letters
from dataacademy.worksheet.prototype.items import LONGEST, Item
from dataacademy.worksheet.prototype.paper import CHECK, SMALLEST, Plan, plan

FAILED, CAREFUL = "失敗", "注意"
PROBLEMS = ("項目", "結果", "何が", "なぜ", "どうする")


@dataclass(frozen=True)
class Application:
    """A pre-filled application.  It lives in memory only, until ``save_pdf`` or ``save_excel`` is called.

    values
        What is known: item -> value.
    size
        The wanted size of the letters, in points.
    typed
        Whether people typed the values into a form: then they are not shown below a cell, where the notebook's file
        would keep them.
    """

    title: str
    items: tuple[Item, ...]
    values: dict[str, Any] = field(repr=False)
    size: float = 10.5
    typed: bool = False

    @cached_property
    def _read(self) -> dict[str, tuple[str, str]]:
        """Item -> text and, where it does not fit the item's form, what is wrong."""
        found = {}
        for item in self.items:
            value = self.values.get(item.name)
            try:
                found[item.name] = letters.composed(item.printed(value)), ""
            except ValueError as error:
                found[item.name] = letters.clean(str(value))[:LONGEST], str(error)
        return found

    @property
    def texts(self) -> dict[str, str]:
        """Item -> what stands in the application ("" where it is empty)."""
        return {name: text for name, (text, _) in self._read.items()}

    @property
    def table(self) -> pd.DataFrame:
        """One row an item: ``項目, 内容, どこから, 必須``."""
        rows = [(i.name, self.texts[i.name], i.source, "はい" if i.required else "いいえ") for i in self.items]
        return pd.DataFrame(rows, columns=["項目", "内容", "どこから", "必須"])

    @cached_property
    def plan(self) -> Plan:
        """How it lies on A4."""
        return plan([(i.name, self.texts[i.name], i.source) for i in self.items], self.size)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What failed or needs care: ``項目, 結果, 何が, なぜ, どうする``; empty if all is well."""
        rows = [row for item in self.items for row in self._of(item)]
        names = [item.name for item in self.items]
        for name, value in self.values.items():
            if name not in names and value == value and value not in ("", None):
                rows.append((name, FAILED, "書くところがありません", "項目の表にない項目です", "項目の表に足す"))
        return pd.DataFrame([*rows, *self._of_paper()], columns=list(PROBLEMS))

    def _of(self, item: Item):
        text, wrong = self._read[item.name]
        if wrong:
            yield item.name, FAILED, f"「{text[:20]}」を読めません", wrong, f"{item.source}で確かめて入れ直す"
        if item.required and not text:
            yield item.name, FAILED, "空欄です", "必ず要る項目です", f"{item.source}で確かめて入れる"
        if item.longest and len(text) > item.longest:
            what = f"{len(text)}字あります"
            yield (
                item.name,
                FAILED,
                what,
                f"受け取る側の欄は{item.longest}字までです",
                "欄を長くするか、分けて書く決まりを作る",
            )
        if lacking := letters.unprintable(text):
            what = f"字「{'」「'.join(lacking)}」を印字できません"
            yield (
                item.name,
                FAILED,
                what,
                f"印字の書体にない字なので、{letters.GETA} を印字しました",
                "手で書く欄を作るか、字を足した書体を使う",
            )
        if shapes := letters.variants(text):
            what = f"字「{'」「'.join(shapes)}」の形が変わります"
            yield item.name, CAREFUL, what, "字の形の指定（異体字）は印字に出ません", "本人に見せて、この字でよいか聞く"
        if rare := [c for c in letters.outside_jis(text) if c not in lacking]:
            what = f"字「{'」「'.join(rare)}」が化けることがあります"
            yield (
                item.name,
                CAREFUL,
                what,
                "古いシステムが持たない字（JIS第1・第2水準の外）です",
                "受け取るシステムで一度ためす",
            )

    def _of_paper(self):
        if self.plan.pages > 1:
            yield (
                "（紙）",
                FAILED,
                f"{self.plan.pages}枚になります",
                f"{SMALLEST:g}ポイントでも1枚に収まりません",
                "項目を減らす",
            )
        elif self.plan.size < self.size:
            what = f"字が{self.plan.size:g}ポイントになります"
            yield "（紙）", CAREFUL, what, f"{self.size:g}ポイントでは1枚に収まりません", "項目を減らすか、2枚に分ける"

    @property
    def failed(self) -> bool:
        """Whether anything failed; what needs care only is no failure."""
        return bool(self.problems["結果"].eq(FAILED).any())

    def pdf(self) -> bytes:
        """The application as PDF, with its letters inside, in memory."""
        from dataacademy.worksheet.prototype.pdf import made

        return made(self)

    def excel(self) -> bytes:
        """The application as a workbook of one A4 page, in memory."""
        from dataacademy.worksheet.prototype.excel import made

        return made(self)

    def save_pdf(self, path: Path | str) -> Path:
        """Keep the PDF as a file, deliberately: it holds what is known of the person."""
        return _saved(path, ".pdf", self.pdf)

    def save_excel(self, path: Path | str) -> Path:
        """Keep the workbook as a file, deliberately: it holds what is known of the person."""
        return _saved(path, ".xlsx", self.excel)

    def preview(self) -> str:
        """The application as HTML, as it will be printed."""
        cell = "border:1px solid #444;padding:4px 8px;text-align:left;vertical-align:top"
        body = "".join(
            f'<tr><th scope="row" style="{cell};background:#f0f0f0;color:#111">{escape(item.name)}</th>'
            f'<td style="{cell};overflow-wrap:anywhere">{escape(letters.printed(self.texts[item.name]))}</td>'
            f'<td style="{cell};font-size:85%">{escape(item.source)}</td></tr>'
            for item in self.items
        )
        return (
            f'<div lang="ja"><table style="border-collapse:collapse"><caption style="text-align:left;font-weight:bold">'
            f"{escape(self.title)}</caption><tbody>{body}</tbody></table><p>{CHECK}</p></div>"
        )

    def __str__(self) -> str:
        filled = sum(map(bool, self.texts.values()))
        found = self.problems["結果"].value_counts()
        return (
            f"{self.title}：{len(self.items)}項目のうち{filled}項目を印字します"
            f"（失敗 {found.get(FAILED, 0)}、注意 {found.get(CAREFUL, 0)}）。"
        )

    __repr__ = __str__  # the values would stay in the notebook's file

    def _repr_html_(self) -> str:
        shown = (
            "<p>打ちこまれた中身は、ノートブックに残さないため、ここには出しません。</p>"
            if self.typed
            else self.preview()
        )
        return f"<p><strong>{escape(str(self))}</strong></p>{shown}"


def _saved(path: Path | str, suffix: str, content) -> Path:
    path = Path(path)
    if path.suffix.lower() != suffix:
        raise DataAcademyError(
            "wrong_suffix",
            f"「{path.name}」の終わりが {suffix} ではありません。",
            f"{path.name} does not end with {suffix}.",
            fix=f"名前を「{path.stem or '申請書'}{suffix}」のように書いてください。",
            fix_en=f"End the name with {suffix}.",
            file=path.name,
        )
    write_bytes(path, content())
    return path
