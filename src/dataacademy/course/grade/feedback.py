"""What a learner gets back: one page that opens anywhere, runs nothing, loads nothing and tells no hidden test."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from dataacademy.course.grade import cleaning
from dataacademy.course.grade.counted import SIGNS, state, titles
from dataacademy.course.grade.executed import Cell, cells
from dataacademy.course.grade.records import Judgement, Marked

MAX_PAGE = 6_000_000  # characters; what comes after is left out
MAX_TEXT = 20_000  # characters of one output or cell
MAX_HTML = 200_000  # characters of one output
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_SECRETS = ("HIDDEN TESTS", "MARK SCHEME")  # between BEGIN … and END …, as nbgrader marks them
_SHORT = 6  # characters; a hidden line shorter than this tells nothing
_HIDDEN = "公開していない確認に合いませんでした。"
_CUT = "長いので、途中までを表示しています。"
_UNSAFE = "安全のため、表示していない部分があります。"

_STYLE = """
body { font-family: "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", "IPAexGothic", sans-serif; line-height: 1.7;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.5rem; } .total { font-size: 1.3rem; font-weight: bold; }
.verdicts { border-collapse: collapse; } .verdicts th, .verdicts td { border: 1px solid #bbb; padding: .2rem .6rem;
  text-align: left; vertical-align: top; } .verdicts th { background: #eef3fb; }
section { margin: .8rem 0; } section > *, td { overflow-wrap: anywhere; unicode-bidi: isolate; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: .9rem/1.5 Consolas, "IPAGothic", monospace; }
.code { background: #f5f7fa; border: 1px solid #d5dbe3; border-radius: 4px; padding: .5rem .7rem; }
figure { margin: .3rem 0 .3rem .4rem; padding: .2rem .7rem; border-left: 3px solid #d5dbe3; overflow-x: auto; }
figure.error pre, figure.stderr pre { color: #8a1c1c; } img { max-width: 100%; }
aside { border-radius: 4px; padding: .4rem .8rem; border: 2px solid; } aside pre { font-family: inherit; }
.right { border-color: #03af7a; } .partly, .waiting { border-color: #d9a300; } .wrong { border-color: #c9252d; }
.note { color: #555; font-size: .85rem; }
table { border-collapse: collapse; } th, td { padding: .15rem .6rem; vertical-align: top; }
.dataframe { font-size: .88rem; } .dataframe th, .dataframe td { border-bottom: 1px solid #ddd; }
.dataframe td:not([align]), .dataframe th:not([align]) { text-align: right; }
figure a::after, .text a::after { content: "（" attr(href) "）"; font-size: .8rem; color: #555; }
"""
_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title><style>{{ style }}</style></head><body>
<header><h1>{{ title }}</h1>
<p class="total">{{ points }} / {{ out_of }} 点</p>
{% if waiting %}<p>ほかに、講師が採点するものが {{ waiting }} 問あります。</p>{% endif %}
{% for note in notes %}<p class="note">{{ note }}</p>{% endfor %}
<table class="verdicts">
<thead><tr><th scope="col">問い</th><th scope="col">結果</th><th scope="col">点</th></tr></thead>
<tbody>{% for v in verdicts %}<tr><td>{{ v.title }}</td><td>{{ v.sign }}</td><td>{{ v.points }}</td></tr>
{% endfor %}</tbody></table></header>
<main>{% for c in cells %}<section class="cell">
{% if c.folded %}<details><summary>確かめるセル</summary>{% endif %}
{% if c.body %}<section class="{{ c.look }}">{{ c.body }}</section>{% endif %}
{% if c.folded %}</details>{% endif %}
{% for o in c.outputs %}<figure class="{{ o.look }}">{{ o.body }}</figure>{% endfor %}
{% for note in c.notes %}<p class="note">{{ note }}</p>{% endfor %}
{% for v in c.verdicts %}<aside class="{{ v.state }}"><strong>{{ v.sign }} {{ v.points }}</strong>
{% if v.message %}<pre>{{ v.message }}</pre>{% endif %}</aside>{% endfor %}
</section>{% endfor %}
{% for note in last %}<p class="note">{{ note }}</p>{% endfor %}</main>
</body></html>
"""


@dataclass
class _Block:
    look: str  # class in the page's style
    body: str  # Markup


@dataclass
class _View:
    look: str
    body: str
    folded: bool = False
    outputs: list[_Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: list[_Verdict] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(one.body) for one in self.outputs)


@dataclass
class _Verdict:
    title: str
    state: str
    sign: str
    points: str
    message: str


def html(marked: Marked, *, title: str) -> str:
    """The notebook as it ran, with points and messages at each graded cell and the total on top; self-contained HTML.

    Whatever the learner wrote is cleaned (:mod:`~dataacademy.course.grade.cleaning`), and a Content-Security-Policy
    forbids the page all scripts and addresses.  Hidden tests, marking schemes and what would tell them are left out.
    """
    ran, secrets = [], {}
    for one in cells(marked):
        source, hidden = _parted(one)
        if hidden:  # what the cell printed may tell it
            one, secrets[one.grade_id] = replace(one, outputs=()), hidden
        ran.append(replace(one, source=source))
    names = titles(ran, {one.grade_id for one in marked.judgements})
    verdicts = {one.grade_id: _verdict(one, names, secrets.get(one.grade_id, [])) for one in marked.judgements}
    shown, last, left = [], [], MAX_PAGE
    for one in ran:
        view = _view(one)
        if (left := left - view.size) < 0:
            view, last = _View("text", ""), ["出力が多いので、ここから先は結果だけを表示しています。"]
        view.verdicts = [verdicts[one.grade_id]] if one.grade_id in verdicts else []
        if view.body or view.notes or view.verdicts:
            shown.append(view)
    template, style, policy = _template()
    waiting = sum(one.points is None for one in marked.judgements)
    return template.render(
        title=cleaning.readable(title),
        style=style,
        policy=policy,
        points=f"{marked.points:g}",
        out_of=f"{sum(one.out_of for one in marked.judgements if one.points is not None):g}",
        waiting=waiting,
        notes=[cleaning.readable(note) for note in marked.notes],
        verdicts=verdicts.values(),
        cells=shown,
        last=last,
    )


@cache
def _template() -> tuple[Any, Any, str]:
    """The template, the style and the policy that allows this style only."""
    import jinja2
    from markupsafe import Markup
    from pygments.formatters import HtmlFormatter

    style = _STYLE + HtmlFormatter(style="xcode").get_style_defs(".code")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    allowed = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(_PAGE), Markup(style), allowed


def _verdict(judgement: Judgement, names: dict[str, str], secrets: list[str]) -> _Verdict:
    found, message = state(judgement), cleaning.readable(judgement.message)
    if any(len(line) >= _SHORT and line in message for line in secrets):
        message = _HIDDEN
    points = "" if judgement.points is None else f"{judgement.points:g} / "
    title = cleaning.readable(names.get(judgement.grade_id, judgement.grade_id))
    return _Verdict(title, found, SIGNS[found], f"{points}{judgement.out_of:g} 点", message[:MAX_TEXT])


def _parted(cell: Cell) -> tuple[str, list[str]]:
    """The source as learners have it, and the lines that they do not have."""
    if cell.answer or not cell.grade_id:
        return cell.source, []
    kept, secret, inside = [], [], False
    for line in cell.source.splitlines():
        begins = any(f"BEGIN {mark}" in line for mark in _SECRETS)
        ends = any(f"END {mark}" in line for mark in _SECRETS)
        inside = (inside or begins) and not ends
        if not (inside or begins or ends):
            kept.append(line)
        else:
            secret.append(line.strip())
    return "\n".join(kept), secret


def _view(cell: Cell) -> _View:
    """How a cell is shown."""
    from markupsafe import Markup

    source, notes = cell.source, [_CUT] if len(cell.source) > MAX_TEXT else []
    if not source.strip():
        return _View("text", "")
    if cell.cell_type == "markdown" and not notes:
        made = cleaning.markdown(source, cell.attachments)
        return _View("text", Markup(made.html), notes=[_UNSAFE] if made.cut else [])
    if cell.cell_type != "code":
        return _View("text", Markup(f"<pre>{_shortened(source)}</pre>"), notes=notes)
    body = _shortened(source) if notes else _coloured(source)
    view = _View("code", Markup(f"<pre>{body}</pre>"), folded=cell.test, notes=notes)
    for output in cell.outputs:
        for look, body, note in _shown(output, cell.test):
            view.outputs += [_Block(look, Markup(body))] if body else []
            view.notes += [note] if note and note not in view.notes else []
    return view


def _coloured(source: str) -> str:
    from pygments import highlight

    return highlight(cleaning.readable(source), *_colouring())


@cache
def _colouring():
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(), HtmlFormatter(nowrap=True)


def _shown(output: dict[str, Any], of_test: bool) -> Iterator[tuple[str, str, str]]:
    """Class, HTML and note of one output."""
    kind = output["output_type"]
    if kind == "stream":
        yield ("stderr" if output["name"] == "stderr" else "stdout"), *_pre(output["text"])
    elif kind == "error":
        if not of_test:  # of a test the verdict below tells it
            lines = output["traceback"] or [f"{output['ename']}: {output['evalue']}"]
            yield "error", *_pre("\n".join(lines))
    else:
        yield "result", *_rich(output["data"])


def _rich(data: dict[str, str]) -> tuple[str, str]:
    for kind in _PICTURES:
        if kind in data and (address := cleaning.picture(data[kind])):
            return f'<img src="{address}" alt="図">', ""
    for kind, clean in (("text/html", cleaning.html), ("text/markdown", cleaning.markdown)):
        if kind in data and len(data[kind]) <= MAX_HTML and (made := clean(data[kind])).html.strip():
            return made.html, _UNSAFE if made.cut else ""
    text = data.get("text/plain", data.get("text/latex", ""))
    body, note = _pre(text) if text else ("", "")
    return body, note or ("" if set(data) <= {"text/plain", "text/latex"} else _UNSAFE)


def _pre(text: str) -> tuple[str, str]:
    return f"<pre>{_shortened(text)}</pre>" if text.strip() else "", _CUT if len(text) > MAX_TEXT else ""


def _shortened(text: str) -> str:
    return cleaning.plain(text[:MAX_TEXT] + ("…" if len(text) > MAX_TEXT else ""))
