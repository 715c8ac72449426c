"""One conversation with a learner's kernel, within limits of time and output; whatever it sends is only data."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session as Messages
from jupyter_client.utils import run_sync

from dataacademy.course.grade.records import Limits
from dataacademy.course.kernels.owner import not_started
from dataacademy.course.kernels.rooms import contents

MAX_MESSAGE = 48 * 1024**2  # bytes; the kernel's line is cut where it sends more at once
FLOOD = 64 * 1024**2  # bytes of output that are thrown away before the cell is stopped
GRACE = 2.0  # seconds that an interrupted cell has to end by itself
_LATE, _OVERFULL = "時間が制限を超えたので止めました", "ファイルを書きすぎたので、強制終了しました"
_WAITING = 4  # messages on one line that wait to be read
_MAX_VALUES = 3_000_000  # in one message: bounds the memory that reading it takes
_LOOK = 0.25  # seconds between looks at what it has written
_PROBE = 0.02  # seconds for the first signs on a line to arrive
_POLL = 50  # milliseconds between looks at whether the kernel lives
_FOR_ERRORS = 100_000  # characters kept for errors after other output has used up its limit
_LINES, _LINE = 200, 4000  # of a traceback, and characters in one
_EOF = "\x04"  # ipykernel's sign for "no input"
_DEATHS = {
    "SIGKILL": "強制終了されました。メモリを使いすぎた可能性があります",
    "SIGSEGV": "メモリの誤った場所を使って落ちました",
    "SIGABRT": "異常終了しました。メモリが足りなくなった可能性があります",
    "SIGXCPU": "計算の時間を使いきりました",
    "SIGSYS": "許されていない操作をしました",
}


class Stopped(BaseException):
    """The learner's process ended, or was ended.  Not an Exception: no test may take it for the learner's error."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Ran:
    """How a cell of the learner went."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""  # why it was stopped, if it was


class Session:
    """A kernel, what it may still use, and a client that never waits longer than it must.

    ``manager`` is a started KernelManager, ``folders`` are those in which the kernel may write.  ``dead`` says why the
    kernel is gone, or is empty.
    """

    def __init__(self, manager, limits: Limits, folders: Sequence[Path]):
        self.manager, self.limits, self.dead = manager, limits, ""
        self._folders, self._look_again = folders, 0.0
        self._before = contents(folders, sys.maxsize)
        self._end = time.monotonic() + limits.notebook_seconds
        self._left = limits.output
        self.cut = False  # whether output was thrown away
        info = manager.get_connection_info()
        self._messages = Messages(key=info["key"], signature_scheme=info["signature_scheme"])
        self._context = zmq.Context()
        self._context.setsockopt(zmq.LINGER, 0)
        self._context.setsockopt(zmq.IDENTITY, self._messages.bsession)
        self._poller = zmq.Poller()
        self._shell, self._stdin, self._iopub = (
            self._connected(info, name, kind)
            for name, kind in (("shell", zmq.DEALER), ("stdin", zmq.DEALER), ("iopub", zmq.SUB))
        )
        self._iopub.subscribe(b"")
        self._answering = None  # id of the request for input that is being answered

    def __enter__(self):
        if not self._tuned_in(time.monotonic() + 30):  # no code of the learner's has run: the fault is ours
            self._context.destroy(linger=0)
            raise not_started(self.dead or "the kernel does not answer")
        return self

    def __exit__(self, *_):
        self._context.destroy(linger=0)

    def _connected(self, info, name: str, kind: int):
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.RCVHWM, _WAITING)  # the others wait in the learner's memory, not in ours
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        joint = "-" if info["transport"] == "ipc" else ":"
        socket.connect(f"{info['transport']}://{info['ip']}{joint}{info[name + '_port']}")
        self._poller.register(socket, zmq.POLLIN)
        return socket

    def _tuned_in(self, end: float) -> bool:
        """Whether iopub is known to arrive."""
        while not self.dead and time.monotonic() < end:
            self._converse("kernel_info_request", {}, Ran(), end, patience=_PROBE)
            if self._heard:
                return True
        return False

    def _tune_in_again(self) -> None:
        """A message that was too large has cut the line for good; what else it carried is lost."""
        self.cut = True
        self._poller.unregister(self._iopub)
        self._iopub.close()
        self._iopub = self._connected(self.manager.get_connection_info(), "iopub", zmq.SUB)
        self._iopub.subscribe(b"")
        self._tuned_in(time.monotonic() + GRACE)

    def cell_end(self) -> float:
        """The latest moment at which a cell that begins now must have ended."""
        return min(time.monotonic() + self.limits.cell_seconds, self._end)

    def run(self, source: str) -> Ran:
        """Run a cell of the learner; what it shows and why it was stopped."""
        ran = Ran()
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
        self._converse(
            "execute_request", content | {"allow_stdin": False, "stop_on_error": False}, ran, self.cell_end()
        )
        return ran

    def ask(self, request: str, shown: Ran, end: float, called_back) -> str:
        """What the hand in the kernel answers to ``request``; what the learner's code shows is added to ``shown``.

        ``called_back(text) -> text`` answers calls of functions of ours.  Raises :class:`Stopped`.
        """
        if self._answering is not None:
            return self._ask_within(request, end)
        expression = f"__import__('dataacademy.course.grade.hand', fromlist=['answer']).answer({request!r})"
        content = {"code": "", "silent": True, "store_history": False, "user_expressions": {"it": expression}}
        content |= {"allow_stdin": True, "stop_on_error": False}
        try:
            reply = self._converse("execute_request", content, shown, end, called_back)
        except BaseException:  # the test ended while the kernel still works for it
            self.manager.interrupt_kernel()
            raise
        if self.dead or shown.reason:
            raise Stopped(self.dead or shown.reason)
        try:
            return reply["user_expressions"]["it"]["data"]["text/plain"]
        except (KeyError, TypeError):
            return ""

    # -- the line -----------------------------------------------------------------------------------------------------

    def _converse(self, kind, content, ran: Ran, end: float, called_back=None, patience: float = 1.0):
        """Send one request and listen until its answer and its ``idle`` are there; the content of the answer."""
        if self.dead:
            ran.reason = self.dead
            return None
        message = self._messages.msg(kind, content)
        self._messages.send(self._shell, message)
        asked, reply, answered, self._heard, thrown = message["header"]["msg_id"], None, 0.0, False, 0
        while not (reply is not None and self._heard):
            now = time.monotonic()
            if self._overfull(now):
                self._kill(ran, _OVERFULL)
                break
            if answered and now > answered + patience:
                if patience != _PROBE:  # the sign of the end was lost in a flood
                    self._tune_in_again()
                break
            if now > end or thrown > FLOOD:
                if ran.reason or now > self._end + GRACE:  # it was interrupted before and did not listen
                    self._kill(ran, f"{ran.reason or _LATE}。止まらなかったので、強制終了しました")
                    break
                ran.reason, end, thrown = _LATE if now > end else "出力が多すぎるので止めました", now + GRACE, 0
                self.manager.interrupt_kernel()
            ready = dict(self._poller.poll(_POLL))
            if not ready and self._died(ran):
                break
            if self._iopub in ready:
                for _ in range(100):
                    if (heard := self._receive(self._iopub)) is None:
                        break
                    thrown += self._show(heard, asked, ran)
            if self._stdin in ready and (heard := self._receive(self._stdin)):
                self._input(heard, called_back)
            if self._shell in ready and (heard := self._receive(self._shell)) and heard["parent"] == asked:
                reply, answered = heard["content"], time.monotonic()
        return reply

    def _receive(self, socket) -> dict[str, Any] | None:
        """One message: its kind, the request it belongs to and its content; None where nothing waits."""
        try:
            parts = socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        size = sum(map(len, parts))
        try:
            if size > 1024**2 and sum(part.count(sign) for part in parts for sign in (b"[", b"{", b",")) > _MAX_VALUES:
                raise ValueError
            head = parts.index(b"<IDS|MSG>") + 2
            header, parent, content = (json.loads(parts[head + step]) for step in (0, 1, 3))
            found = {"kind": header["msg_type"], "id": header["msg_id"], "parent": parent.get("msg_id")}
            found["content"] = content
        except (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
            found = {"kind": "", "id": "", "parent": "", "content": {}}  # no kernel says this: the learner's code
        if not isinstance(found["content"], dict):
            found["content"] = {}
        return found | {"size": size}

    def _show(self, heard, asked: str, ran: Ran) -> int:
        """Keep what a message shows, within the limit; the number of bytes thrown away."""
        if heard["parent"] != asked:
            return heard["size"]
        content = heard["content"]
        if heard["kind"] == "status":
            self._heard |= content.get("execution_state") == "idle"
            return 0
        if heard["kind"] == "clear_output":
            ran.outputs.clear()
            return 0
        output = as_output(heard["kind"], content)
        if output is None:
            return heard["size"]
        size, room = len(json.dumps(output)), self._left + (_FOR_ERRORS if output["output_type"] == "error" else 0)
        if size > room:
            self.cut = True
            if output["output_type"] != "stream" or room <= 0:
                return size
            output["text"] = output["text"][:room]
        self._left -= min(size, room)
        add_output(ran.outputs, output)
        return max(0, size - room)

    def _input(self, heard, called_back) -> None:
        """Answer ``input()``: a call of a function of ours, or else the end of the file."""
        prompt = heard["content"].get("prompt")
        if called_back is None or not isinstance(prompt, str) or not prompt.startswith('{"call"'):
            self._reply(heard["id"], _EOF)
            return
        self._answering = heard["id"]
        try:
            answer = called_back(prompt)
            self._reply(self._answering, answer)
        finally:
            self._answering = None

    def _reply(self, request, value: str) -> None:
        header = {"msg_id": request if isinstance(request, str) else ""}
        self._messages.send(self._stdin, "input_reply", {"value": value}, parent={"header": header})

    def _ask_within(self, request: str, end: float) -> str:
        """Ask while the kernel waits for a function of ours: its request for input is answered with a request."""
        self._reply(self._answering, json.dumps({"do": request}))
        while True:
            if time.monotonic() > end:
                raise Stopped(_LATE)
            if self._overfull(time.monotonic()):
                self._kill(ran := Ran(), _OVERFULL)
                raise Stopped(ran.reason)
            ready = dict(self._poller.poll(_POLL))
            if not ready and self._died(ran := Ran()):
                raise Stopped(ran.reason)
            if self._stdin in ready and (heard := self._receive(self._stdin)):
                self._answering = heard["id"]
                try:
                    return json.loads(heard["content"]["prompt"])["did"]
                except (ValueError, KeyError, TypeError):
                    return ""

    # -- its end ------------------------------------------------------------------------------------------------------

    def _died(self, ran: Ran) -> bool:
        code = run_sync(self.manager.provisioner.poll)()
        if code is None:
            return False
        how = _DEATHS.get(_signal_name(-code), "終わりました") if code < 0 else f"終わりました（終了コード {code}）"
        self.dead = ran.reason = f"プログラムが途中で{how}"
        return True

    def _kill(self, ran: Ran, reason: str) -> None:
        self.manager.shutdown_kernel(now=True)
        self.dead = ran.reason = reason

    def _overfull(self, now: float) -> bool:
        """Whether it has written more than it may; looks from time to time."""
        if now < self._look_again:
            return False
        most = self._before[1] + self.limits.files
        taken, number = contents(self._folders, most)
        # where there is much to look at, looking must not become what the time goes to
        self._look_again = now + max(_LOOK, 10 * (time.monotonic() - now))
        return number > most or taken > self._before[0] + self.limits.written


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIGKILL"


def as_output(kind: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """The output of a notebook that a message stands for; only texts are taken from it.

    >>> as_output("stream", {"name": "stdout", "text": "1\\n"})
    {'output_type': 'stream', 'name': 'stdout', 'text': '1\\n'}
    """
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": clean(content.get("text"))}
    if kind == "error":
        lines = content.get("traceback")
        lines = [clean(line)[:_LINE] for line in lines[-_LINES:]] if isinstance(lines, list) else []
        about = {"ename": clean(content.get("ename"))[:100], "evalue": clean(content.get("evalue"))[:_LINE]}
        return {"output_type": "error", **about, "traceback": lines}
    if kind in ("display_data", "update_display_data", "execute_result"):
        data = content.get("data")
        shown = {clean(k): clean(v) for k, v in data.items() if isinstance(v, str)} if isinstance(data, dict) else {}
        result = {"output_type": "display_data", "data": shown, "metadata": {}}
        if kind == "execute_result":
            count = content.get("execution_count")
            result |= {"output_type": kind, "execution_count": count if type(count) is int else None}
        return result
    return None


def add_output(outputs: list[dict[str, Any]], output: dict[str, Any]) -> None:
    """Add an output; texts that follow each other on one stream become one."""
    last = outputs[-1] if outputs else {}
    if output["output_type"] == "stream" and last.get("name") == output["name"]:
        last["text"] += output["text"]
    else:
        outputs.append(output)


def clean(value) -> str:
    """A text that every file can hold: no halves of characters; anything else than a text is empty."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
