"""住民向けのページ: one HTML file in plain words, with pictures, their tables, sources and terms of use."""

from __future__ import annotations

from markupsafe import Markup

from dataacademy.worksheet.brief import html
from dataacademy.worksheet.brief.drawings import pages
from dataacademy.worksheet.brief.material import Material, era
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Part, Parts, clean, plain, say, untried
from dataacademy.worksheet.diagrams.crud import DEEDS, matrix
from dataacademy.worksheet.records import FindingRecord

MOST_ROWS = 15
DECIDED = {
    "支持": "数を見て、そのとおりだと分かりました。",
    "棄却": "数を見て、ちがうと分かりました。",
    "保留": "まだ分かりません。",
}


class Page:
    """Sections with lists, tables and pictures; the template writes them in the order they are added."""

    def __init__(self, trace: str):
        self.trace = trace
        self.sections: list[dict] = []
        self.gaps = 0

    def section(self, heading: str) -> None:
        self.sections.append({"heading": heading, "blocks": []})

    def _add(self, kind: str, **values) -> None:
        self.sections[-1]["blocks"].append({"kind": kind, **values})

    def write(self, parts: Parts) -> Markup:
        self.gaps += sum(part.kind == "gap" for part in parts)
        return html.write(parts, trace=self.trace)

    def lines(self, items: list[Parts]) -> None:
        self._add("list", items=[self.write(parts) for parts in items])

    def text(self, parts: Parts) -> None:
        self._add("text", text=self.write(parts))

    def table(
        self, caption: str, heads: list[str], rows: list[list[Parts]], left: int = 0, numeric: tuple = ()
    ) -> None:
        shown = [[self.write(parts) for parts in row] for row in rows]
        self._add("table", caption=caption, heads=heads, rows=shown, left=left, numeric=set(numeric))

    def drawing(self, svg: str, caption: Parts) -> None:
        self._add("drawing", svg=Markup(svg), caption=self.write(caption))

    def figure(self, address: str, alt: str, caption: Parts) -> None:
        self._add("figure", address=address, alt=alt, caption=self.write(caption))


def write(material: Material, story: Story, trace: str) -> str:
    """The page as HTML.  It needs no network; numbers lead to the trace page beside it (its name: ``trace``)."""
    page = Page(trace)
    _why(material, story, page)
    _found(material, story, page)
    _next(material, story, page)
    _money(material, story, page)
    _measured(material, story, page)
    _rests_on(material, story, page)
    return html.render(
        "residents.html.j2",
        title=plain(material.theme()),
        office=material.office,
        day=era(material.as_of) if material.as_of else "",
        question=page.write(material.words(material.team, "question", needed=False)),
        sections=page.sections,
        trace=html.quote(trace),
        gaps=page.gaps,
    )


def _all(m: Material, story: Story, kind: str) -> list[Parts]:
    return [m.words(record) for record in story.told(kind)] or [m.gap(kind)]


def _why(m: Material, story: Story, page: Page) -> None:
    page.section("めざすこと")
    page.lines(_all(m, story, "goal"))
    page.section("いま困っていること")
    rows = []
    for problem in story.told("problem"):
        now, then = (m.words(problem, field, needed=False) for field in ("present", "desired"))
        more = [*([Part("（いま："), *now, Part("）")] if now else [])]
        more += [Part("（めざす姿："), *then, Part("）")] if then else []
        rows.append([*m.words(problem), *more])
    page.lines(rows or [m.gap("problem")])
    page.text(say("このことが起きている、おもな理由は次のとおりです。"))
    page.lines(
        [[*m.words(issue), Part("（担当："), *m.words(issue, "owner"), Part("）")] for issue in story.told("issue")]
        or [m.gap("issue")]
    )


def _found(m: Material, story: Story, page: Page) -> None:
    page.section("調べて分かったこと")
    if story.facts or not story.works:
        page.lines([m.words(fact) for fact in story.facts] or [m.gap("fact")])
    if story.works:
        rows = [
            [say(w.flow), say(f"{len(w.steps)}"), w.minutes.parts, w.hours.parts, w.cost.parts] for w in story.works
        ]
        heads = ["仕事の流れ", "作業の数", "1件にかかる時間", "1か月にかかる時間", "1か月の費用（時間のほか）"]
        page.table("いまの仕事と、めざす仕事", heads, rows, numeric=(1, 2, 3, 4))
    for diagram in story.drawings:
        if not diagram.table:  # the table of data is written as one, below
            for shown in pages(diagram):
                page.drawing(diagram.page(shown), [Part(f"図　{diagram.title}")])
    if any(diagram.table for diagram in story.drawings):
        _held(m, page)
    for total in story.crud:
        page.text([Part(f"{total.name}："), *total.parts])
    shown = {id for fact in story.facts for id in fact.findings}
    for finding in story.findings:
        if finding.id in shown or not story.facts:
            _picture(m, finding, page)
    trials = []
    for prototype in story.told("prototype"):
        if untried(prototype):
            trials.append([*m.words(prototype), Part("　（これから試します）")])
            continue
        decided = m.words(prototype, "decision")
        trials.append([*m.words(prototype), Part("　結果："), *m.words(prototype, "result"), Part("　→ "), *decided])
    if trials:
        page.section("試してみたこと")
        page.lines(trials)
    if story.judged:
        page.section("考えたことと、その結果")
        page.lines(
            [
                [
                    *m.words(guess),
                    Part("　→ "),
                    *(say(DECIDED[v.decision]) if v and v.decision else m.lacking(guess, "verdict")),
                ]
                for guess, v in story.judged
            ]
        )


def _held(m: Material, page: Page) -> None:
    made = matrix(m.worksheet)
    words = dict(DEEDS.values())
    rows = [
        [say(item), *(say("・".join(words[letter] for letter in cell)) for cell in cells)]
        for item, cells in zip(made.items, made.cells, strict=True)
    ]
    page.table("だれが、どのデータを作り、見て、直し、消すか", ["データ", *made.offices], rows)


def _picture(m: Material, finding: FindingRecord, page: Page) -> None:
    figure, table = m.figure(finding), m.table(finding)
    design = m.index.get(finding.design)
    named = design is not None and design.text.strip()
    caption = m.words(design) if named else m.words(finding, needed=False)
    if figure:
        page.figure(html.embedded(figure), m.alt(finding), [Part("図　"), *caption])
    elif finding.figure:
        page.text([Part(f"〔図がありません：{clean(finding.figure)}〕", "gap", finding.id)])
    if table:
        rows = [[say(cell) for cell in row] for row in table.shown(MOST_ROWS)]
        heads = [table.heading(at) for at in range(len(table.columns))]
        numeric = tuple(at for at in range(len(heads)) if table.numbers(at))
        page.table(f"表　{plain(caption)}", heads, rows, max(0, len(table.rows) - MOST_ROWS), numeric)
    if finding.left_out:
        page.text([Part("数えていないもの："), Part("、".join(clean(reason) for reason in finding.left_out))])


def _next(m: Material, story: Story, page: Page) -> None:
    page.section("これからすること")
    rows = []
    for measure in story.told("measure"):
        start = [*m.day(measure, "start"), Part("から）")]
        rows.append([*m.words(measure), Part("（担当："), *m.words(measure, "owner"), Part("　"), *start])
    page.lines(rows or [m.gap("measure")])
    page.section("どう変わるか")
    rows = []
    for effect in story.told("effect"):
        many = m.amount(effect, "how_many", effect.unit)
        by = [*m.day(effect, "by"), Part("まで）")]
        rows.append([*m.words(effect), Part("（"), *m.words(effect, "who"), Part("　"), *many, Part("　"), *by])
    page.lines(rows or [m.gap("effect")])


def _money(m: Material, story: Story, page: Page) -> None:
    page.section("かかるお金と、職員の時間")
    if not story.costs:
        page.text(m.gap("cost"))
        return
    rows = []
    for cost in story.costs:
        years = [Part("（"), *m.amount(cost, "years", "年"), Part("）")] if cost.every == "毎年" else []
        kind, amount = m.words(cost, "kind"), m.amount(cost, "amount", cost.unit)
        rows.append([m.words(cost), kind, amount, [*m.words(cost, "every"), *years], m.words(cost, "basis")])
    heads = ["使いみち", "お金か時間か", "金額・時間", "かかり方", "見積もりのもと"]
    page.table("使いみちごとの金額と時間", heads, rows, numeric=(2,))
    page.lines([[Part(f"{total.name}の合計："), *total.parts] for total in story.totals])


def _measured(m: Material, story: Story, page: Page) -> None:
    page.section("うまくいったかを、次の数で確かめます")
    if not story.indicators:
        page.text(m.gap("indicator"))
        return
    rows = []
    for one in story.indicators:
        base = [*m.amount(one, "base", one.unit), Part("　"), *m.day(one, "base_date")]
        target = [*m.amount(one, "target", one.unit), Part("　"), *m.day(one, "target_date")]
        rows.append([m.words(one), m.words(one, "definition"), base, target, m.words(one, "owner")])
    page.table("確かめる数", ["名前", "数え方", "いま", "めざす数", "見るところ"], rows)


def _rests_on(m: Material, story: Story, page: Page) -> None:
    page.section("もとにしたデータ")
    rows = [
        [m.words(item), m.words(item, "owner"), m.words(item, "legal_ground"), m.words(item, "frequency", needed=False)]
        for item in story.told("data")
    ]
    if rows:
        page.table("データの出どころ", ["データ", "持っているところ", "使ってよい根拠", "新しくする時期"], rows)
    else:
        page.text(m.gap("data"))
    page.section("このページについて")
    page.text([Part("このページの文、図、表を使うときの条件："), *m.words(m.team, "licence")])
    page.text([Part("問い合わせ先："), *(say(m.office) if m.team.section.strip() else m.words(m.team, "section"))])
