"""The form at the counter: asked once, printed for the person to sign.  Nothing is kept but what is saved."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from IPython.display import display
from ipywidgets import HTML, Box, HBox, VBox

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.worksheet.form.controls import Control
from dataacademy.worksheet.form.parts import answering, button, look, now, row, show, somebody_looks
from dataacademy.worksheet.prototype.application import Application
from dataacademy.worksheet.prototype.items import Item, items_of

_KEPT = "中に人の情報があります。使い終えたら消してください。"


class Form(VBox):
    """A form for the items of an application; everything by keyboard.  ``values`` is what stands in it now."""

    def __init__(self, items, *, title: str = "申請書", values: dict[str, Any] | None = None,
                 folder: Path | str = "申請書", size: float = 10.5):  # fmt: skip
        self.items, self.title, self.folder, self.size = items_of(items), title, Path(folder), size
        self._given = _known(self.items, values or {})
        self.values, self.typed = dict(self._given), False
        _ = self.application.plan  # a size that cannot be printed is told now, not at the counter
        super().__init__()
        if somebody_looks():
            self._build()

    @property
    def application(self) -> Application:
        """The application with what stands in the form now."""
        return Application(self.title, self.items, dict(self.values), self.size, self.typed)

    # -- showing ------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Tell the browser; where there is none, nothing is sent that the notebook would keep."""
        if somebody_looks():
            super().open()

    def _ipython_display_(self) -> None:
        if somebody_looks():
            display(super()._repr_mimebundle_() | {"text/plain": repr(self)}, raw=True)
        else:
            display({"text/plain": repr(self), "text/html": self._asked()}, raw=True)

    def _repr_mimebundle_(self, **kwargs) -> dict:
        return super()._repr_mimebundle_(**kwargs) if somebody_looks() else {"text/html": self._asked()}

    def __repr__(self) -> str:
        return f"フォーム「{self.title}」（{len(self.items)}項目）"

    def _asked(self) -> str:
        """What the form asks, as a table: where nobody looks on, and without what anybody typed."""
        body = "".join(
            f"<tr><td>{escape(i.name)}</td><td>{escape(i.form)}</td><td>{'はい' if i.required else 'いいえ'}</td>"
            f"<td>{escape(i.source)}</td></tr>"
            for i in self.items
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("項目", "形式", "必須", "どこから"))
        return (
            f'<div lang="ja"><p><strong>{escape(self.title)}</strong>　このセルを実行すると、フォームが出ます。</p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    # -- building -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.controls = {item.name: Control(item.field, self._type) for item in self.items}
        self._fill()
        self._paper = HTML().add_class("da-whole")
        self._status = HTML().add_class("da-status")
        self._maker = button("申請書を作る", self._make, "打ったものを確かめて、申請書を見せる").add_class("da-save")
        clear = button("次の人へ（入力を消す）", self._clear, "打ったものをすべて消す")
        self._keep = row(
            [
                button("PDF に保存する", self._save_pdf, "申請書を PDF のファイルにする"),
                button("Excel に保存する", self._save_excel, "申請書を Excel のファイルにする"),
            ]
        )
        fields = Box([control.box for control in self.controls.values()]).add_class("da-fields")
        bar = HBox([self._maker, clear, self._status]).add_class("da-bar")
        title = HTML(escape(self.title)).add_class("da-title")
        self.children = [look(), title, fields, bar, self._paper, self._keep]
        self.add_class("da-form")
        self._hide_paper()
        self._say("打ったものは、保存するまでどこにも残りません。")

    def _fill(self) -> None:
        for item in self.items:
            value = self.values.get(item.name, "")
            self.controls[item.name].show(_shown(item, value))

    def _hide_paper(self) -> None:
        self._paper.value = ""
        show(self._keep, False)

    # -- at the counter -----------------------------------------------------------------------------------------------

    def _type(self, name: str, content: str) -> None:
        self.values[name], self.typed = content, True
        self._hide_paper()
        self._comment(name)

    def _comment(self, name: str) -> str:
        """Say below the control what is wrong, or how a date is read; returns what is wrong."""
        item = next(item for item in self.items if item.name == name)
        try:
            text = item.printed(self.values.get(name))
            problem = ""
        except ValueError as error:
            text, problem = "", str(error)
        said = f"✕ {problem}" if problem else text if item.form == "日付" else ""
        self.controls[name].tell(escape(said), wrong=bool(problem))
        return problem

    @answering
    def _make(self) -> None:
        wrong = [item.name for item in self.items if self._comment(item.name)]
        for item in self.items:
            if item.required and item.name not in wrong and not self.application.texts[item.name]:
                self.controls[item.name].tell(f"✕ 必ず要る項目です。{item.source}で確かめます。", wrong=True)
                wrong.append(item.name)
        if wrong:
            self._hide_paper()
            first = next(item.name for item in self.items if item.name in wrong)
            self.controls[first].focus()
            self._say(f"✕ 直すところが {len(wrong)} か所あります。打ったものは消えていません。", "da-error")
            return
        application = self.application
        said = "".join(
            f"<li>{escape(f'{row.結果}　{row.項目}：{row.何が}。{row.なぜ}。')}</li>"
            for row in application.problems.itertuples()
        )
        self._paper.value = application.preview() + (f"<ul>{said}</ul>" if said else "")
        show(self._keep, True)
        self._say("✓ 申請書ができました。本人に見せて、確かめてもらいます。まだ保存していません。", "da-saved")

    @answering
    def _save_pdf(self) -> None:
        self._save(".pdf", Application.save_pdf)

    @answering
    def _save_excel(self) -> None:
        self._save(".xlsx", Application.save_excel)

    def _save(self, suffix: str, save) -> None:
        if not self._paper.value:  # the button was pressed right from a control in which something was changed
            self._maker.focus()
            self._say("打ったものが変わりました。もう一度「申請書を作る」を押して、確かめてください。", "da-error")
            return
        self._say("保存しています。少しお待ちください。")  # the first PDF takes a moment: its font is read
        path = save(self.application, _free(self.folder, self.title, suffix))
        self._say(f"✓ 保存しました：{path.as_posix()}（{now()}）。{_KEPT}", "da-saved")

    @answering
    def _clear(self) -> None:
        self.values, self.typed = {}, False
        self._fill()
        for control in self.controls.values():
            control.tell("")
        self._hide_paper()
        next(iter(self.controls.values())).focus()
        self._say("入力を消しました。保存したファイルは、そのままです。")

    def _say(self, text: str, how: str = "da-plain") -> None:
        self._status.value = f'<span class="{how}">{escape(text)}</span>'


def _known(items: tuple[Item, ...], values: dict[str, Any]) -> dict[str, Any]:
    names = [item.name for item in items]
    for name in values:
        if name not in names:
            guess = nearest_guess(name, names)
            raise DataAcademyError(
                "unknown_item",
                f"項目「{name}」は、項目の表にありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"There is no item {name!r}." + (f" Did you mean {guess!r}?" if guess else ""),
                fix="ある項目は " + "、".join(f"「{n}」" for n in names) + " です。",
                fix_en="Items: " + ", ".join(map(repr, names)),
                value=str(name),
            )
    return dict(values)


def _shown(item: Item, value: Any) -> str:
    """What stands in the control: as it was given, or as it would be printed where it is no text."""
    if isinstance(value, str) and item.field.type != "choice":
        return value.strip()
    try:
        return item.printed(value)
    except ValueError:
        return "" if item.field.type == "choice" else str(value)


def _free(folder: Path, title: str, suffix: str) -> Path:
    """A file that is not there yet, so that no other person's application is overwritten; no name is in its name."""
    stem = re.sub(r'[\\/:*?"<>|\s]+', "_", title).strip("_.") or "申請書"
    number = 1
    while (path := folder / f"{stem}-{number:03d}{suffix}").exists():
        number += 1
    return path
