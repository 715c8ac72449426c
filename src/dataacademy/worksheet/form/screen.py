"""The form itself: a list of records, the fields of one of them, and a button that saves and says so."""

from __future__ import annotations

from html import escape

from IPython.display import display
from ipywidgets import HTML, Box, HBox, VBox
from pydantic import BaseModel

from dataacademy.worksheet.form import quoting
from dataacademy.worksheet.form.clashes import clash_panel
from dataacademy.worksheet.form.controls import Control
from dataacademy.worksheet.form.drafts import NEW, drafts_of, put_back, records_of, remove
from dataacademy.worksheet.form.page import copy_of, name_of, named, table_of
from dataacademy.worksheet.form.parts import RecordList, answering, button, listed, look, now, row, show, somebody_looks
from dataacademy.worksheet.form.values import as_read, shown
from dataacademy.worksheet.links import check_free
from dataacademy.worksheet.model import KINDS, READ_ONLY
from dataacademy.worksheet.store import EditConflict


class Form(VBox):
    """The form for one kind of record.  ``key`` is the record it shows: its id, or ``new1`` while it has none."""

    def __init__(self, sheet, kind: str, id: str | None = None):
        self.sheet, self.kind, self.drafts = sheet, kind, drafts_of(sheet, kind)
        self._copies, self._undo = [], None
        super().__init__()
        if not somebody_looks():
            return
        self.controls = {name: self._control(field) for name, field in self.drafts.fields.items()}
        self._build()
        self._new = ""  # the key of a new record into which nothing is typed yet
        self.key = id or self._keys()[0]
        self._refresh()
        self._say_unsaved()

    # -- showing ------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Tell the browser; where there is none, nothing is sent that the notebook would keep."""
        if somebody_looks():
            super().open()

    def _ipython_display_(self) -> None:
        self._copies.append(display(self._copy(), raw=True, display_id=True))
        if somebody_looks():
            display(super()._repr_mimebundle_() | {"text/plain": ""}, raw=True)

    def _copy(self) -> dict[str, str]:
        return copy_of(self.sheet, self.kind, self.drafts)

    def _repr_mimebundle_(self, **kwargs) -> dict:
        return (super()._repr_mimebundle_(**kwargs) if somebody_looks() else {}) | self._copy()

    def __repr__(self) -> str:
        return f"フォーム「{name_of(self.kind)}」（{self.sheet.path.name}）"

    # -- building -----------------------------------------------------------------------------------------------------

    def _control(self, field) -> Control:
        tool = None
        if self.kind == "fact" and field.name == "text":
            self._quoting = tool = quoting.Quoting(self._quote)
        return Control(field, self._typed, tool)

    def _build(self) -> None:
        self._title = HTML().add_class("da-title")
        add = button("＋ 新しい記録", self._add, "空の記録を加える")
        again = button("読み直す", self._reload, "ほかの人や別の画面で変わったことを読み込む")
        self._now = HTML().add_class("da-now")
        back = button("◀ 前へ", lambda _: self._step(-1), "前の記録")
        forth = button("次へ ▶", lambda _: self._step(1), "次の記録")
        drop = button("変更を取り消す", self._drop, "この記録に打ったものを、保存してある内容に戻す")
        self._out = button("この記録を消す", self._ask_out, "確かめてから消す")
        self._ask = VBox().add_class("da-ask")
        self._fields = Box([control.box for control in self.controls.values()]).add_class("da-fields")
        self._status = HTML().add_class("da-status")
        self._put_back = button("元に戻す", self._undo_last, "いま消したものを元に戻す")
        self._clashes = VBox().add_class("da-ask")
        save = button("保存する", self._save, "打ったものをすべて保存する（Ctrl + S）").add_class("da-save")
        one, fixed = self.kind == "team", self.kind in READ_ONLY
        self._list = RecordList(self._go, [again] if fixed else [add, again])
        moves = [
            self._now,
            *([] if one else [back, forth]),
            *([] if fixed else [drop]),
            *([] if one or fixed else [self._out]),
        ]
        record = VBox([row(moves), self._ask, self._fields]).add_class("da-record")
        bar = HBox([*([] if fixed else [save]), self._status, self._put_back]).add_class("da-bar")
        body = HBox([record] if one else [self._list, record]).add_class("da-body")
        self.children = [look(), self._title, body, self._clashes, bar]
        self.add_class("da-form")
        for hidden in (self._ask, self._clashes, self._put_back):
            show(hidden, False)

    # -- moving -------------------------------------------------------------------------------------------------------

    def _keys(self) -> list[str]:
        """Everything that can be shown, in the order of the list."""
        saved = list(records_of(self.sheet.worksheet, self.kind))
        keys = [*saved, *(key for key in (*self.drafts, self._new) if key)]
        if not keys and self.kind not in READ_ONLY:
            self._new = self.drafts.new_key()
            keys.append(self._new)
        return list(dict.fromkeys(keys)) or [""]

    def _record(self, key: str) -> BaseModel:
        """The record that changes are made on: as it was when typing began, as it is saved, or empty."""
        if key in self.drafts:
            return self.drafts[key].was
        saved = records_of(self.sheet.worksheet, self.kind).get(key)
        return saved or KINDS[self.kind][0](id=self.sheet.worksheet.next_id(self.kind))

    def _refresh(self) -> None:
        """Show what the sheet holds now: choices, list and record."""
        worksheet, index = self.sheet.worksheet, self.sheet.worksheet.index()
        self._title.value = f"{name_of(self.kind)}　<small>{escape(self.sheet.path.name)}</small>"
        kinds = {kind for control in self.controls.values() for kind in control.field.kinds}
        choices = {k: [(named(r.id, worksheet, index), r.id) for r in worksheet.section(k)] for k in kinds}
        for control in self.controls.values():
            if control.field.kinds:
                control.choose_from([pair for kind in control.field.kinds for pair in choices[kind]])
        if self.kind == "fact":
            self._quoting.choose_from(worksheet)
        keys = self._keys()
        self.key = self.key if self.key in keys else keys[0]
        self._fill_list()
        self._go(self.key)
        for copy in self._copies:
            copy.update(self._copy(), raw=True)

    def _fill_list(self) -> None:
        self._marked = set(self.drafts)
        if self.kind != "team":
            saved = records_of(self.sheet.worksheet, self.kind)
            self._list.fill(self._keys(), self.key, saved, self.drafts, self.sheet.worksheet)

    def _go(self, key: str) -> None:
        """Show one record; what was typed into another stays typed."""
        self.key = key
        if self.kind != "team":
            self._list.choose(key)
        show(self._ask, False)
        self._now.value = "新しい記録" if key.startswith(NEW) else escape(key) * (self.kind != "team")
        if self.kind in READ_ONLY:
            self._show_fixed(key)
            return
        self._was = self._record(key).model_copy(deep=True)
        typed = self.drafts[key].typed if key in self.drafts else {}
        for name, control in self.controls.items():
            control.show(typed.get(name, shown(control.field, getattr(self._was, name))))
            self._comment(control)

    def _show_fixed(self, key: str) -> None:
        worksheet = self.sheet.worksheet
        page = "<p>道具が書く記録です。ここでは見るだけです。sheet.record(…) で増えます。</p>"
        if key:
            page += table_of(worksheet.get(key), self.kind, worksheet, worksheet.index(), self.sheet.path, picture=True)
        self._fields.children = [HTML(page).add_class("da-whole")]

    def _step(self, by: int) -> None:
        keys = self._keys()
        self._go(keys[min(max(keys.index(self.key) + by, 0), len(keys) - 1)])

    @answering
    def _add(self) -> None:
        self._new = self.drafts.new_key()
        self.key = self._new
        self._refresh()
        next(iter(self.controls.values())).focus()

    # -- typing -------------------------------------------------------------------------------------------------------

    def _typed(self, name: str, content) -> None:
        self.drafts.type(self.key, self._was, name, content)
        self._comment(self.controls[name])
        if set(self.drafts) != self._marked:
            self._fill_list()
        self._say_unsaved()

    def _comment(self, control: Control) -> None:
        """What is to be said about the content of a control: what is wrong, or how it is read."""
        name, content = control.field.name, control.input.value
        if problem := self.drafts.problem(self.key, name):
            control.tell(f"✕ {escape(problem)}", wrong=True)
        elif control.field.type == "date" and content:
            control.tell(escape(as_read(self._value(control))))
        elif control.field.type in ("text", "long"):
            control.tell(quoting.preview(content, self.sheet.worksheet))
        else:
            control.tell("")

    def _value(self, control: Control):
        changed = self.key in self.drafts and control.field.name in self.drafts[self.key].typed
        return self.drafts.value(self.key, control.field.name) if changed else getattr(self._was, control.field.name)

    def _quote(self, caret: int | None, what: str) -> None:
        control = self.controls["text"]
        control.input.value = quoting.inserted(control.input.value, caret, what)
        control.focus()

    @answering
    def _drop(self) -> None:
        if self.key not in self.drafts:
            self._say("この記録に、保存していない変更はありません。")
            return
        key, draft = self.key, self.drafts.pop(self.key)
        self._offer(lambda: self.drafts.__setitem__(key, draft) or key)
        self._refresh()
        self._say("打ったものを取り消して、保存してある内容に戻しました。")

    # -- saving -------------------------------------------------------------------------------------------------------

    @answering
    def _save(self) -> None:
        self._offer(None)
        if not self.drafts:
            self._say("変更はありません。ファイルは保存してあるとおりです。")
            return
        if wrong := self.drafts.problems():
            if self.key not in {key for key, _ in wrong}:
                self._go(wrong[0][0])
            self.controls[next(name for key, name in wrong if key == self.key)].focus()
            self._say(
                f"✕ まだ保存していません。直すところが {len(wrong)} か所あります。打ったものは消えていません。",
                "da-error",
            )
            return
        if self._clashing():
            return
        try:
            ids = self.drafts.save(self.sheet)
        except EditConflict:
            self.sheet.reload()  # what was typed is in the drafts
            if not self._clashing():
                self._say("もう一方の変更を読み込みました。もう一度「保存する」を押してください。", "da-error")
            return
        self.key, self._new = ids.get(self.key, self.key), ""
        self._refresh()
        what = "" if self.kind == "team" else f"{listed(ids.values())}（{len(ids)}件）。"
        self._say(f"✓ 保存しました。{what}{now()}、{self.sheet.path.name}", "da-saved")

    def _clashing(self) -> bool:
        """Ask about every field that changed under what was typed; False if there is none."""
        clashes = self.drafts.clashes(self.sheet.worksheet)
        self._clashes.children = (
            clash_panel(clashes, self.drafts.fields, self.sheet.worksheet, self._decide) if clashes else []
        )
        show(self._clashes, bool(clashes))
        if clashes:
            self._clashes.children[1].focus()
            self._say(
                f"✕ まだ保存していません。{len(clashes)} か所を選んでください。打ったものは消えていません。", "da-error"
            )
        return bool(clashes)

    def _decide(self, clash, mine: bool) -> None:
        if clash in self.drafts.clashes(self.sheet.worksheet):
            self.drafts.settle(clash, mine=mine)
        if not self._clashing():
            self._refresh()
            self._save()

    @answering
    def _reload(self) -> None:
        self.sheet.reload()
        self._refresh()
        self._say("読み直しました。" + ("打ちかけのものは、そのまま残っています。" if self.drafts else ""))

    # -- taking out ---------------------------------------------------------------------------------------------------

    @answering
    def _ask_out(self) -> None:
        if self.key not in records_of(self.sheet.worksheet, self.kind):
            self._drop()
            return
        check_free(self.sheet.worksheet, self.key)
        question = f"<strong>{escape(named(self.key, self.sheet.worksheet))}</strong> を消しますか。"
        keep = button("やめる", lambda _: show(self._ask, False))
        self._ask.children = [HTML(question), row([keep, button("消す", self._take_out)])]
        show(self._ask, True)
        keep.focus()

    @answering
    def _take_out(self) -> None:
        show(self._ask, False)
        keys = self._keys()
        try:
            removed = remove(self.sheet, self.drafts, self.key)
        except EditConflict:
            self.sheet.reload()
            self._refresh()
            self._say(
                "✕ 消していません。もう一方が、この記録を変えて保存しました。読み直したので、確かめてください。",
                "da-error",
            )
            return
        place = keys.index(self.key)
        self.key = (keys[place + 1 :] + keys[:place][::-1] + [""])[0]
        self._offer(lambda: put_back(self.sheet, self.drafts, removed))
        self._refresh()
        self._list.focus()
        self._say(f"{removed.record.id} を消して保存しました（{now()}）。前の内容は履歴に残っています。", "da-saved")

    def _offer(self, undo) -> None:
        """Put a button for undoing beside the message; ``undo`` returns the key to show."""
        self._undo = undo
        show(self._put_back, undo is not None)

    @answering
    def _undo_last(self) -> None:
        self.key = self._undo()
        self._offer(None)
        self._refresh()
        self._say(f"元に戻しました（{now()}）。", "da-saved")

    # -- telling ------------------------------------------------------------------------------------------------------

    def _say(self, text: str, look: str = "da-plain") -> None:
        self._status.value = f'<span class="{look}">{"<br>".join(map(escape, text.splitlines()))}</span>'

    def _say_unsaved(self) -> None:
        if self.drafts:
            which = (
                ""
                if self.kind == "team"
                else "：" + listed("新しい記録" if k.startswith(NEW) else k for k in self.drafts)
            )
            self._say(f"● 保存していない変更があります{which}", "da-unsaved")
        elif self.kind not in READ_ONLY:
            self._say("保存していない変更はありません。")
