"""Feedback says what was earned, and keeps hidden tests, odd bytes and heaps of output out of the page."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from attacks import ATTACKS
from hypothesis import given
from hypothesis import strategies as st
from markedclass import cell, marked, notebook

from dataacademy.course.grade import cleaning, feedback
from dataacademy.course.grade.records import TASK, TEST, Judgement, Marked, SourceNotebook


def texts(page: str) -> str:
    """What is read on a page."""
    from html import unescape

    page = re.sub(r"<style>.*?</style>|</?span[^>]*>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", page))


def png(width: int = 2, height: int = 2) -> str:
    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (width, height)).save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()


def shown(**data: str) -> dict:
    kinds = {"html": "text/html", "plain": "text/plain", "svg": "image/svg+xml", "png": "image/png"}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[kind]: value for kind, value in data.items()}}


def test_points_signs_and_messages_stand_at_their_cells():
    one = marked(
        "s1",
        {"q1-test": 2.0, "q2-test": 1.5, "q3": 0.0},
        messages={"q2-test": "区切りが <違います>。\n→ 300 ですか。"},
        notes=("「q1」のセルが2個ありました。",),
    )
    page = feedback.html(one, title="A4 演習　<青木>")
    read = " ".join(texts(page).split())
    assert "A4 演習 <青木> 3.5 / 9 点 ほかに、講師が採点するものが 1 問あります。 「q1」のセルが2個ありました。" in read
    assert "問1　数える ○ 2 / 2 点 問2　分ける △ 1.5 / 3 点 q3 × 0 / 4 点 q4 採点待ち 5 点" in page_table(page)
    asides = re.findall(r'<aside class="(\w+)">(.*?)</aside>', page, re.DOTALL)
    assert [kind for kind, _ in asides] == ["right", "partly", "wrong", "waiting"]
    assert "区切りが <違います>。\n→ 300 ですか。" in texts(asides[1][1])
    assert page.index("bins") < page.index("1.5 / 3 点</strong>") < page.index("多いのは南です。")


def page_table(page: str) -> str:
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", page)
    return " ".join(part for row in rows for part in row)


SECRET = SourceNotebook(
    "n",
    (
        cell(
            TEST, "t1", "shown = 1\n### BEGIN HIDDEN TESTS\nassert secret() == 4711\n### END HIDDEN TESTS\nlast = 1", 2
        ),
        cell(TEST, "t2", "shown = 2\n# BEGIN HIDDEN TESTS\nassert never_closed == 4711", 2),
        cell(TEST, "t3", "### BEGIN HIDDEN TESTS\na()\n### BEGIN HIDDEN TESTS\nb() == 4711\n### END HIDDEN TESTS", 2),
        cell(TEST, "t4", "### BEGIN HIDDEN TESTS\nf()\n### END HIDDEN TESTS", 2),
        cell(TASK, "k", "図をかく\n### BEGIN MARK SCHEME\n単位 4711 があれば1点\n### END MARK SCHEME", 2, "markdown"),
    ),
)


def test_hidden_tests_and_marking_schemes_are_never_told():
    leak = [
        {"output_type": "stream", "name": "stdout", "text": "expected 4711"},
        {"output_type": "error", "ename": "AssertionError", "evalue": "4711", "traceback": ["----> assert 4711"]},
        shown(plain="4711", html="<b>4711</b>"),
    ]
    said = {
        "t1": "成り立ちません：assert secret() == 4711",
        "t2": "  assert never_closed == 4711",
        "t3": "b() == 4711 でない",
    }
    one = marked(
        "s", {"t1": 0.0, "t2": 0.0, "t3": 0.0}, source=SECRET, messages=said, outputs=dict.fromkeys(said, leak)
    )
    assert "4711" in one.autograded
    page = feedback.html(one, title="x")
    assert "4711" not in page
    assert "HIDDEN" not in page and "MARK SCHEME" not in page
    read = texts(page)
    assert "shown = 1\nlast = 1" in read and "shown = 2" in read and "図をかく" in read
    assert read.count("公開していない確認に合いませんでした。") == 3


def test_what_an_open_test_said_is_shown_but_no_traceback_of_it():
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "くらべています"},
        {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["trace of the test"]},
    ]
    one = marked("s", {"q2-test": 0.0}, outputs={"q2-test": outputs, "q2": outputs[1:]})
    page = feedback.html(one, title="x")
    assert "くらべています" in page
    assert page.count("trace of the test") == 1  # the learner's own


def test_a_learner_cannot_hide_own_code_behind_the_markers():
    one = marked("s", {}, answers={"q1": "### BEGIN HIDDEN TESTS\nanswer = 99", "q3": "### BEGIN MARK SCHEME\n南です"})
    read = texts(feedback.html(one, title="x"))
    assert "answer = 99" in read and "南です" in read


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "null", '{"cells": 3}', '{"cells": [1, null, {}]}', "[" * 100_000]
)
def test_a_hand_in_that_could_not_be_read_has_a_page_too(text):
    one = Marked(
        "s", "a4", "a4", (Judgement("q1-test", 0.0, 2.0, "読めません。"),), text, 0, "k", notes=("壊れています。",)
    )
    read = texts(feedback.html(one, title="x"))
    assert "0 / 2 点" in read and "壊れています。" in read


def test_odd_shapes_inside_a_notebook_are_passed_over():
    odd = {
        "cells": [{"cell_type": "code", "source": 3, "metadata": [], "outputs": [[], {"data": 3}, {"output_type": []}]}]
    }
    odd["cells"].append(
        {"cell_type": "code", "source": "x = 1", "attachments": 1, "outputs": {"a": 1}, "metadata": None}
    )
    odd["cells"].append(
        {"cell_type": "markdown", "source": ["a\n", "b"], "attachments": {"p": 1, "q": {"image/png": []}}}
    )
    page = feedback.html(replace(marked("s", {}), autograded=json.dumps(odd)), title="x")
    assert "<p>a\nb</p>" in page


def test_sizes_are_bounded_and_it_is_said():
    flood = [{"output_type": "stream", "name": "stdout", "text": "あ" * 500_000}]
    rich = [shown(html="<i>" + "x" * 300_000, plain="y" * 300_000)]
    one = marked("s", {}, outputs={"q1": flood, "q2": rich}, answers={"q3": "z" * 100_000})
    page = feedback.html(one, title="x")
    assert len(page) < 6 * feedback.MAX_TEXT
    assert page.count("長いので、途中までを表示しています。") == 3
    nb = json.loads(one.autograded)
    nb["cells"] = [{"cell_type": "markdown", "source": f"{n} " + "x" * 10_000} for n in range(1000)] + nb["cells"]
    page = feedback.html(replace(one, autograded=json.dumps(nb)), title="x")
    assert len(page) < 1.1 * feedback.MAX_PAGE
    assert "出力が多いので、ここから先は結果だけを表示しています。" in page
    assert page.count("<aside") == 4


def test_pictures_must_be_pictures():
    good = png()
    assert cleaning.picture(good) == f"data:image/png;base64,{good}"
    assert cleaning.picture(good[:40] + "\n" + good[40:]) == f"data:image/png;base64,{good}"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    bomb = base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk).decode()
    svg = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>").decode()
    for bad in (
        bomb,
        svg,
        "",
        "AAAA",
        "%%%",
        good[:60],
        good[:-8] + "AAAAAAA=",
        "あ",
        'AAAA"><script>',
        "A" * 5_000_000,
    ):
        assert cleaning.picture(bad) == ""


def test_outputs_are_shown_in_their_best_harmless_form():
    table = "<style scoped>.dataframe {}</style><table class='dataframe x' id=y><td style='text-align:right'>1</table>"
    outputs = [
        shown(html=table, plain="1"),
        shown(png=png(), plain="<Figure>"),
        shown(png="broken", plain="<Figure 2>"),
        shown(svg="<svg></svg>", plain="<Drawing>"),
        shown(html="<script>1</script>", plain="instead"),
    ]
    page = feedback.html(marked("s", {}, outputs={"q1": outputs}), title="x")
    figures = re.findall(r"<figure class=\"result\">(.*?)</figure>", page, re.DOTALL)
    assert figures == [
        '<table class="dataframe"><td align="right">1</td></table>',
        f'<img src="data:image/png;base64,{png()}" alt="図">',
        "<pre>&lt;Figure 2&gt;</pre>",
        "<pre>&lt;Drawing&gt;</pre>",
        "<pre>instead</pre>",
    ]
    assert page.count("安全のため、表示していない部分があります。") == 1  # once a cell


def test_pasted_pictures_come_from_the_cell_only():
    found = cleaning.markdown("![図](attachment:a%20b.png) ![x](other.png)", {"a b.png": {"image/png": png()}})
    assert found.html == f'<p><img src="data:image/png;base64,{png()}" alt="図"> ［図：x］</p>\n'
    assert found.cut


def test_links_show_where_they_lead_and_only_to_the_web():
    made = cleaning.markdown("[統計局](https://www.stat.go.jp/?a=1&b=2) [次](b.ipynb) [x](javascript:1)").html
    href = '<a href="https://www.stat.go.jp/?a=1&amp;b=2" rel="noopener noreferrer nofollow">統計局</a>'
    assert made == f"<p>{href} <a>次</a> <a>x</a></p>\n"


class Tags(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found |= {tag} | {f"{tag} {name}" for name, _ in attrs}


HARMLESS = {
    "a href",
    "a rel",
    "table class",
    "td align",
    "td colspan",
    "td rowspan",
    "th align",
    "th colspan",
    "th rowspan",
}
HARMLESS |= {"ol start", "img src", "img alt"}


@given(
    st.lists(
        st.sampled_from(
            [*ATTACKS, "<", ">", "'", '"', "<b ", "<td align=left ", "<!--", "-->", "/", "&lt;", "x=", "\n"]
        )
    )
)
def test_whatever_is_put_together_only_harmless_tags_come_out(parts):
    text = "".join(parts)
    for made in (cleaning.html(text).html, cleaning.markdown(text).html):
        found = Tags(made).found
        assert {one for one in found if " " in one} <= HARMLESS
        assert {one for one in found if " " not in one} <= cleaning._TAGS | {"pre"}


@pytest.mark.parametrize("half", ["<a ", "<!--", "</", "<?", "<div>", "<b><i>", "<svg>", "<a b='", "&#", "<table><td>"])
def test_heaps_of_half_a_tag_end(half):
    """In Python's own parser the first of these takes hours, in bleach the fifth."""
    assert len(cleaning.html(half * (300_000 // len(half))).html) < 20 * 300_000


@pytest.mark.parametrize(
    "odd", ["[" * 20_000, "> " * 5_000, "- " * 9_000, "*a " * 6_000, "`" * 19_999, "![" * 9_000, "|" * 19_000]
)
def test_heaps_of_markdown_end(odd):
    assert cleaning.markdown(odd).html


def test_the_policy_comes_first_and_allows_only_the_pages_own_style():
    import hashlib

    page = feedback.html(marked("s", {}), title="x")
    policy = re.search(
        r"<head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"(.*?)\">", page
    )
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style and "@import" not in style
    assert notebook().name not in page  # nothing but what was given
