"""予算要求・職員提案の一枚もの: a Word document on one sheet of A4, whatever the worksheet holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest

from dataacademy.worksheet.brief.evidence import Figure
from dataacademy.worksheet.brief.fitting import LEADING, Rows, height
from dataacademy.worksheet.brief.material import Material, era
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Part, Parts, plain, say, untried
from dataacademy.worksheet.model import KINDS

# points of a letter (smaller is not read) and height of the figure in letters, tried in turn
SIZES = ((10.5, 22), (10.5, 18), (10.5, 15), (10, 15), (9.5, 15), (9, 14), (8.5, 14), (8, 13))
CAPS = (150, 100, 60, 36)  # full-width letters of one text, tried in turn
_PAGE = (297 - 2 * 12) * 72 / 25.4 * 0.97  # points; a little is kept for fonts that differ
_CELLS = 7.0  # padding of a cell, left and right, in points


@dataclass
class Block:
    """A part of the page: a heading, then lines or a table, and beside the lines a figure."""

    heading: str
    rows: Rows
    heads: list[str] = field(default_factory=list)
    widths: tuple[float, ...] = ()
    foot: list[list[Parts]] = field(default_factory=list)
    figure: Figure | None = None
    alt: str = ""
    caption: Parts = field(default_factory=list)
    letters: float = 15  # the figure's height
    order: list[int] = field(default_factory=list)  # of the rows as they are shown, where they are dropped otherwise
    _high: dict = field(default_factory=dict)

    def figure_wide(self, points: float, page: float) -> float:
        wide, high = self.figure.size
        return min(page * 0.46, self.letters * points * wide / high)

    def shown(self) -> list[Parts]:
        """The lines as they are shown, with what is said of those left out."""
        lines = sorted(self.rows.rows, key=lambda row: self.order.index(id(row))) if self.order else self.rows.rows
        return [*lines, *([self.rows.more] if self.rows.left else [])]

    def cells(self) -> list[list[Parts]]:
        """The rows of the table as they are shown, with headings and what is said of those left out."""
        more = [[self.rows.more, *([[]] * (len(self.heads) - 1))]] if self.rows.left else []
        return [[say(head) for head in self.heads], *self.rows.rows, *more, *self.foot]

    def high(self, points: float, page: float) -> float:
        """About how high the block is at letters of ``points``."""
        asked = (points, page, self.letters, len(self.rows.rows))
        if asked not in self._high:
            self._high[asked] = self._reckoned(points, page)
        return self._high[asked]

    def _reckoned(self, points: float, page: float) -> float:
        total = 1.1 * points * LEADING + 0.5 * points
        if self.heads:
            for row in self.cells():
                rooms = [share * page - _CELLS for share in self.widths]
                total += max(height(parts, points, room) for parts, room in zip(row, rooms, strict=True)) + 3
            return total
        beside = self.figure_wide(points, page) + 3 * _CELLS if self.figure else 0
        room = page - beside - points * 1.2
        text = sum(height(parts, points, room) + 0.2 * points for parts in self.shown())
        if self.figure:
            wide = self.figure_wide(points, page)
            picture = wide * self.figure.size[1] / self.figure.size[0]
            text = max(text, picture + height(self.caption, points - 1, wide) + 8) + 4
        return total + text


def write(material: Material, story: Story, trace: str) -> bytes:
    """The document.  Texts are shortened by whole sentences, lists by whole records; what is left out is said."""
    from dataacademy.worksheet.brief.word import Word

    title = plain(material.theme())
    author = material.office or material.team_name
    word = Word(title=f"{title}（一枚もの）", author=author, day=material.as_of, trace=trace)
    page = word.width
    points, blocks, head = _fitted(material, story, page)
    for at, parts in enumerate(head):
        if at == 1:
            word.heading(plain(parts), points + 5, level=0, after=2)
        else:
            word.paragraph(parts, points - 0.5, right=at == 0)
    for block in blocks:
        word.heading(block.heading, points * 1.1, before=points * 0.35, after=points * 0.15)
        _render(word, block, points, page)
    return word.saved()


def _render(word, block: Block, points: float, page: float) -> None:
    if block.heads:
        word.table(block.cells(), [share * page for share in block.widths], points, name=block.heading)
        return
    shown = block.shown()
    if not block.figure:
        for parts in shown:
            word.paragraph(parts, points, hanging=points, after=0.2 * points)
        return
    wide = block.figure_wide(points, page)
    table = word.table([[[], []]], [page - wide - 2 * _CELLS, wide + 2 * _CELLS], points, name="", heads=0, ruled=False)
    left, right = table.rows[0].cells
    for at, parts in enumerate(shown):
        if at:
            word.paragraph(parts, points, where=left, hanging=points, after=0.2 * points)
        else:
            word.fill(left.paragraphs[0], parts, points, hanging=points, after=0.2 * points)
    word.fill(right.paragraphs[0], block.caption, points - 1)
    word.picture(block.figure, wide=wide, alt=block.alt, where=right)


def _fitted(material: Material, story: Story, page: float) -> tuple[float, list[Block], list[Parts]]:
    for most in CAPS:
        head, blocks = _head(material), _blocks(material, story, most)

        def needed(points: float, blocks=blocks, head=head) -> float:
            top = sum(height(parts, points + 5 * (at == 1), page) for at, parts in enumerate(head)) + 4
            return top + sum(block.high(points, page) for block in blocks)

        for points, letters in SIZES:
            for block in blocks:
                block.letters = letters
            if needed(points) <= _PAGE:
                return points, blocks, head
        while needed(points) > _PAGE:
            longest = max(blocks, key=lambda block: len(block.rows.rows) - block.rows.keep)
            if not longest.rows.drop():
                break
        if needed(points) <= _PAGE:
            break
    for block in blocks:
        if block.rows.left:
            material.note(
                "left_out",
                f"一枚ものの「{block.heading}」は、{block.rows.left} 件を載せていません。",
                f"The one-pager leaves out {block.rows.left} records of {block.rows.name}.",
                fix="根拠のページと首長報告のノートにあります。載せたいものは、ワークシートで上に置いてください。",
                fix_en="They are on the trace page.",
                level="info",
            )
    return points, blocks, head


def _head(material: Material) -> list[Parts]:
    place = "　".join(p for p in (material.office, material.team_name) if p)
    if not place:
        place = plain(material.words(material.team, "section"))
    dated = f"　{era(material.as_of)}現在" if material.as_of else ""
    return [
        say(f"予算要求・職員提案　{place}{dated}"),
        material.theme(),
    ]


def _bullet(*parts: Parts) -> Parts:
    return [Part("・"), *(part for some in parts for part in some)]


def _blocks(material: Material, story: Story, most: float) -> list[Block]:
    found = [_aim(material, story, most), *_work(material, story, most)]
    if story.facts or not story.works:
        found.append(_facts(material, story, most))
    found += [*_verdicts(material, story, most), _measures(material, story, most), _effects(material, story, most)]
    return [*found, _costs(material, story, most), _indicators(material, story, most), _sources(material, story, most)]


def _rows(kind: str, rows: list, keep: int = 1) -> Rows:
    return Rows(KINDS[kind][2], rows, keep=keep)


def _aim(m: Material, story: Story, most: float) -> Block:
    told: dict[str, list[Parts]] = {kind: [] for kind in ("goal", "problem", "issue")}
    for goal in story.told("goal"):
        told["goal"].append([Part("目標　"), *m.line(goal, most=most)])
    for problem in story.told("problem"):
        states = [(m.line(problem, f, most=most / 2, needed=False), label) for f, label in _STATES]
        said = [part for parts, label in states if parts for part in (Part(f"　{label}："), *parts)]
        told["problem"].append([Part("問題　"), *m.line(problem, most=most), *said])
    for issue in story.told("issue"):
        owner = m.line(issue, "owner", most=max(most / 3, 20))
        told["issue"].append([Part("課題　"), *m.line(issue, most=most), Part("（所管："), *owner, Part("）")])
    ranks = [rows or [m.gap(kind)] for kind, rows in told.items()]
    # in turn: where room is short, a goal, a problem and an issue are kept before a second goal
    rows = [row for rank in zip_longest(*ranks) for row in rank if row]
    return Block("目標と課題", _rows("issue", rows, keep=3), order=[id(row) for rows in ranks for row in rows])


_STATES = (("present", "いま"), ("desired", "あるべき姿"))


def _work(m: Material, story: Story, most: float) -> list[Block]:
    blocks = []
    if story.works:
        rows = [
            [say(w.flow), say(f"{len(w.steps)} 工程"), w.minutes.parts, w.hours.parts, w.cost.parts]
            for w in story.works
        ]
        heads = ["業務の流れ", "工程の数", "1件の作業の時間", "1か月の作業の時間", "1か月の費用（時間のほか）"]
        blocks.append(
            Block(
                "業務の時間と費用（流れの図は別紙）",
                _rows("process", rows, keep=2),
                heads,
                (0.18, 0.16, 0.22, 0.22, 0.22),
            )
        )
    said = [_bullet(say(f"{total.name}　"), total.parts) for total in story.crud]
    for prototype in story.told("prototype"):
        rule = m.line(prototype, "go_if", most=most / 2)
        trial = m.line(prototype, most=most)
        if untried(prototype):
            said.append(_bullet(say("これから試すこと　"), trial, say("　進む条件："), rule))
            continue
        result = m.line(prototype, "result", most=most)
        decided = m.line(prototype, "decision", most=most)
        said.append(
            _bullet(
                say("試したこと　"), trial, say("　進む条件："), rule, say("　結果："), result, say("　→ "), decided
            )
        )
    if said:
        blocks.append(Block("データの受け持ちと試した結果", _rows("prototype", said)))
    return blocks


def _facts(m: Material, story: Story, most: float) -> Block:
    rows = [_bullet(m.line(fact, most=most)) for fact in story.facts] or [m.gap("fact")]
    block = Block("データから分かったこと", _rows("fact", rows))
    for finding in story.findings:
        if figure := m.figure(finding):
            block.figure, block.alt = figure, m.alt(finding)
            design = m.index.get(finding.design)
            if design is not None and design.text.strip():
                block.caption = [Part("図　"), *m.line(design, most=60)]
            else:
                block.caption = [Part("図　"), *m.line(finding, most=60)]
            break
    return block


def _verdicts(m: Material, story: Story, most: float) -> list[Block]:
    rows = []
    for hypothesis, verdict in story.judged:
        decision = [Part(verdict.decision)] if verdict and verdict.decision else m.lacking(hypothesis, "verdict")
        rows.append(_bullet(m.line(hypothesis, most=most), say("　→ "), decision))
    return [Block("仮説と判定", _rows("hypothesis", rows))] if rows else []


def _measures(m: Material, story: Story, most: float) -> Block:
    rows = []
    for measure in story.told("measure"):
        plan = m.line(measure, "plan", most=most / 2, needed=False)
        relation = [Part(f"（{measure.plan_relation}）")] if plan and measure.plan_relation else []
        who = [*m.line(measure, "owner", most=most / 2), *([Part(f"（{measure.who}）")] if measure.who else [])]
        rows.append([m.line(measure, most=most), who, m.day(measure, "start"), [*plan, *relation]])
    heads = ["施策", "担当（だれがやるか）", "始める日", "関係する今の計画・事業"]
    rows = rows or [[m.gap("measure"), [], [], []]]
    return Block("提案する施策", _rows("measure", rows), heads, (0.4, 0.2, 0.2, 0.2))


def _effects(m: Material, story: Story, most: float) -> Block:
    rows = []
    for effect in story.told("effect"):
        many = m.amount(effect, "how_many", effect.unit)
        who = m.line(effect, "who", most=most / 2)
        by = [*m.day(effect, "by"), Part("まで")]
        rows.append(_bullet(m.line(effect, most=most), *([Part("　"), *parts] for parts in (who, many, by))))
    return Block("見込む効果", _rows("effect", rows or [m.gap("effect")]))


def _costs(m: Material, story: Story, most: float) -> Block:
    rows = []
    for cost in story.costs:
        every = m.line(cost, "every", most=most)
        years = m.amount(cost, "years", "年") if cost.every == "毎年" else []
        basis = m.line(cost, "basis", most=most / 2)
        kind = m.line(cost, "kind", most=most)
        rows.append([m.line(cost, most=most / 2), kind, m.amount(cost, "amount", cost.unit), [*every, *years], basis])
    foot = [[say(f"計　{t.name}"), [], t.parts, [], []] for t in story.totals]
    heads = ["費目", "種類", "金額・時間", "かかり方", "見積もりの根拠"]
    rows = rows or [[m.gap("cost"), [], [], [], []]]
    return Block("費用", _rows("cost", rows), heads, (0.28, 0.14, 0.2, 0.14, 0.24), foot)


def _indicators(m: Material, story: Story, most: float) -> Block:
    rows = []
    for one in story.indicators:
        ratio = [*m.line(one, "numerator", most=most / 2), Part(" ÷ "), *m.line(one, "denominator", most=most / 2)]
        rows.append(
            [
                m.line(one, most=most / 2),
                ratio,
                [*m.amount(one, "base", one.unit), Part("\n"), *m.day(one, "base_date")],
                [*m.amount(one, "target", one.unit), Part("\n"), *m.day(one, "target_date")],
                m.line(one, "frequency", most=most),
                m.line(one, "owner", most=max(most / 3, 20)),
            ]
        )
    heads = ["指標", "分子 ÷ 分母", "基準（時期）", "目標（時期）", "いつ見るか", "担当"]
    rows = rows or [[m.gap("indicator"), *([[]] * 5)]]
    return Block("指標", _rows("indicator", rows), heads, (0.19, 0.24, 0.18, 0.18, 0.1, 0.11))


def _sources(m: Material, story: Story, most: float) -> Block:
    rows = []
    for item in story.told("data"):
        owner = m.line(item, "owner", most=max(most / 3, 20))
        rows.append([*m.line(item, most=max(most / 3, 20)), Part("（"), *owner, Part("）")])
    said = Rows("データ一覧", [_joined(rows)] if rows else [m.gap("data")])
    said.rows.append([Part("下線の数は、根拠のページで確かめられます。点線の数は、ワークシートに直接書いた数です。")])
    said.keep = 2
    return Block("出典と根拠", said)


def _joined(rows: list[Parts]) -> Parts:
    few, left = rows[:8], len(rows) - 8
    parts = [part for at, row in enumerate(few) for part in ([Part("、")] if at else []) + row]
    return [*parts, *([Part(f"、ほか {left} 件", "cut", "data")] if left > 0 else [])]
