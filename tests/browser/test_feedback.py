"""Feedback in the instructor's browser: nothing of a learner runs there, nothing is loaded, no mark can be forged."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable

import pytest
from attacks import ATTACKS
from driver import browser_page
from markedclass import marked

from dataacademy.course.grade import feedback
from dataacademy.course.grade.records import Marked

POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>")
GOOD = "よい答え"
# In the page as the browser read it: what could do something, and what stands outside its place
LOOK = """() => {
  const power = [], tags = new Set("HTML HEAD META TITLE STYLE BODY HEADER MAIN SECTION FIGURE ASIDE".split(" ").concat(
    "A B BR CODE COL DEL DETAILS DIV EM H1 H2 H3 H4 HR I IMG LI OL P PRE S SPAN STRONG SUMMARY".split(" "),
    "TABLE TBODY TD TH THEAD TR U UL BLOCKQUOTE".split(" ")));
  for (const one of document.querySelectorAll("*")) {
    if (!tags.has(one.tagName)) power.push(one.tagName);
    for (const {name, value} of one.attributes) {
      const known = {href: /^https?:/, src: /^data:image\\/(png|jpeg|gif);base64,/}[name];
      const bad = known ? !known.test(value) : /^(on|style|id|srcset|action|background)/.test(name);
      if (bad) power.push(`${name}=${value}`);
    }
  }
  const cells = document.querySelectorAll("main > section.cell").length, verdicts = document.querySelectorAll("aside");
  return {power, cells, verdicts: verdicts.length, total: document.querySelector(".total").textContent,
          styles: document.querySelectorAll("style").length, title: document.title};
}"""


@pytest.fixture(scope="module")
def browse(tmp_path_factory) -> Callable:
    """Opens a page; gives what it did by itself, and what ``LOOK`` finds in it."""
    file = tmp_path_factory.mktemp("pages") / "page.html"
    with browser_page() as first:
        seen: list[str] = []
        context = first.context.browser.new_context()
        context.route(re.compile("^(?!file:)"), lambda route: (seen.append(route.request.url), route.abort()))

        def browse(text: str, look: str = LOOK):
            file.write_text(text, encoding="utf-8", errors="replace")
            page = context.new_page()
            page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
            page.on("popup", lambda other: seen.append("popup"))
            seen.clear()
            page.goto(file.as_uri(), wait_until="load")
            page.mouse.move(300, 300)
            page.wait_for_timeout(30)
            found = page.evaluate(look) if look else None
            page.close()
            return [what for what in seen if not what.startswith("data:image/")], found

        yield browse


def everywhere(text: str) -> Marked:
    """The text at every place of a notebook that a learner may fill."""
    data = {
        "text/html": text,
        "text/markdown": text,
        "text/latex": text,
        "image/svg+xml": text,
        "application/javascript": text,
        "application/vnd.jupyter.widget-view+json": text,
        text: text,
    }
    outputs = [{"output_type": "display_data", "data": {kind: data[kind], "text/plain": text}} for kind in data]
    outputs += [{"output_type": "display_data", "data": data}]
    outputs += [{"output_type": "display_data", "data": {"image/png": text, "image/jpeg": f'AAAA">{text}'}}]
    outputs += [{"output_type": "stream", "name": text, "text": text}]
    outputs += [{"output_type": "error", "ename": text, "evalue": text, "traceback": [text]}]
    picture = {"x": {"image/png": text, text: base64.b64encode(text.encode("utf-8", "replace")).decode()}}
    cells = [
        {
            "cell_type": "markdown",
            "id": text,
            "source": f"a\n{text}",
            "metadata": {text: text},
            "attachments": {text: picture},
        },
        {"cell_type": "markdown", "source": f"a\n\n{text}\n\n![x](attachment:x)", "attachments": picture},
        {"cell_type": "code", "id": text, "source": text, "outputs": outputs, "execution_count": text},
        {"cell_type": "raw", "source": text},
        {"cell_type": text, "source": text},
    ]
    one = marked(text, {"q1-test": 1.0, "q2-test": 0.0}, messages={"q1-test": text}, notes=(text,), key=text)
    nb = json.loads(one.autograded)
    last = nb["cells"].pop()
    nb["cells"] += [*cells, {**last, "source": GOOD}]
    return Marked(text, text, text, one.judgements, json.dumps(nb), 1, text, text, (text,))


def page(text: str) -> str:
    return feedback.html(everywhere(text), title=text)


@pytest.fixture(scope="module")
def harmless(browse) -> dict:
    return browse(page("x"))[1]


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_nothing_runs_and_nothing_is_loaded(browse, harmless, attack):
    """Without the policy, which is the harder test of the cleaning."""
    did, found = browse(POLICY.sub("", page(attack)))
    assert did == []
    assert found["power"] == []
    assert {**found, "title": ""} == {**harmless, "title": ""}  # marks and cells stand where they stood


def test_the_attacks_are_attacks(browse):
    """The same listener on pages that were not cleaned goes red; and the policy alone holds nearly all of them."""
    head = POLICY.search(page("x"))[0]
    start = "<!doctype html><html><head><meta charset=utf-8>{}</head><body>"
    raw = {attack: f"{start}{attack}" for attack in ATTACKS[::3]}
    tripped = [attack for attack, text in raw.items() if browse(text.replace("{}", "", 1), look="")[0]]
    assert len(tripped) > 20
    held = [attack for attack in tripped if not browse(raw[attack].replace("{}", head, 1), look="")[0]]
    assert len(held) > len(tripped) - 3  # what leads to another page is no matter of the policy


def test_a_page_with_one_uncleaned_text_is_noticed(browse, harmless):
    made = POLICY.sub("", page("x")).replace(GOOD, "<img src=x onerror=alert(1)><aside>○</aside>")
    did, found = browse(made)
    assert "dialog 1" in did
    assert found["power"] == ["src=x", "onerror=alert(1)"]
    assert found["verdicts"] == harmless["verdicts"] + 1


@pytest.mark.parametrize(
    "forged",
    [
        '</p></section></main><aside class="right"><strong>○ 99 / 2 点</strong></aside>',
        '<section class="cell"><aside class="right">○</aside></section>',
        '<p class="total">99 / 2 点</p><p id="total">',
        "</figure></section></section></main></body></html><h1>満点</h1>",
        "<table><tr><td></table></table></section><div></div></div></div>",
        "<b><i><a href='https://x.invalid'><table><b><tr><div>" * 200,
        "<div>" * 5000 + "</div>" * 6000,
        "<table>" * 500 + "</section>" * 500,
        "<li></ul></ol></dl><tr><td><caption></caption></th></tbody><p><h1><h2></p></h1>",
    ],
    ids=range(9),
)
def test_no_mark_can_be_forged_and_no_tag_leaves_its_place(browse, harmless, forged):
    did, found = browse(page(forged))
    assert did == []
    assert {**found, "title": ""} == {**harmless, "title": ""}
    styled = browse(page(forged), look="() => document.querySelectorAll('.right, .total').length")[1]
    assert styled == 1


def test_tables_and_pictures_are_seen(browse):
    """The page's own style applies under its policy; a picture that is one is shown."""
    import io

    from matplotlib.figure import Figure

    figure, held = Figure(figsize=(1, 1)), io.BytesIO()
    figure.savefig(held)
    table = "<table border='1' class='dataframe'><tbody><tr><th>0</th><td>1</td><td align='left'>2</td></tr></table>"
    outputs = [
        {"output_type": "display_data", "data": {"text/html": table}, "metadata": {}},
        {
            "output_type": "display_data",
            "data": {"image/png": base64.b64encode(held.getvalue()).decode()},
            "metadata": {},
        },
    ]
    made = feedback.html(marked("s", {}, outputs={"q1": outputs}), title="x")
    look = """() => [...document.querySelectorAll("figure td")].map(one => getComputedStyle(one).textAlign)
        .concat([...document.querySelectorAll("figure img")].map(one => one.naturalWidth))"""
    assert browse(made, look) == ([], ["right", "-webkit-left", 100])
