"""首長報告: five slides, from the issue to what is asked for; all that does not fit is in the speaker's notes.

The diagrams of the work come after them, for questions.
"""

from __future__ import annotations

from dataacademy.worksheet.brief.drawings import figure, pages
from dataacademy.worksheet.brief.fitting import Rows
from dataacademy.worksheet.brief.material import Material, era
from dataacademy.worksheet.brief.nativecharts import Chart, chart_of
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Part, Parts, clean, one_line, plain, say, untried
from dataacademy.worksheet.records import Design, FindingRecord

TITLES = ("課題と目標", "分かったこと", "なぜか", "施策と、費用・効果", "指標と、お願い")
SIZES = (24, 22, 20, 18, 16, 14, 13, 12)
SMALL = (18, 16, 14, 13, 12, 11)
MOST = 160  # full-width letters of one text on a slide
_NOTED, _NOTED_LETTERS = 30, 400  # records of a kind, and letters of one, in the notes


def write(material: Material, story: Story, trace: str) -> bytes:
    """The presentation."""
    from dataacademy.worksheet.brief.powerpoint import Deck

    title = plain(material.theme())
    deck = Deck(title=f"{title}（首長報告）", author=material.office or material.team_name, day=material.as_of)
    dated = f"{era(material.as_of)}現在" if material.as_of else ""
    footer = "　".join(part for part in (title, material.office, dated) if part)
    for heading, make in zip(TITLES, (_aim, _found, _why, _measures, _asked), strict=True):
        slide = deck.slide(heading, footer)
        notes = make(material, story, deck, slide)
        deck.notes(slide, [*notes, "", f"数の根拠：同じフォルダの「{trace}」"])
    for diagram in story.drawings:
        for page in pages(diagram):
            slide = deck.slide(f"参考　{diagram.title}", footer)
            deck.picture(slide, figure(diagram, page), (36, 76, 888, 424), diagram.alt_of(page))
            deck.notes(slide, [diagram.alt_of(page)])
    return deck.saved()


def _bullet(*several: Parts) -> Parts:
    return [Part("・"), *(part for parts in several for part in parts)]


def _noted(m: Material, story: Story, *kinds: str) -> list[str]:
    """The records of some kinds for the notes."""
    from dataacademy.worksheet.model import KINDS

    said = []
    for kind in kinds:
        told = story.facts if kind == "fact" else story.told(kind)
        if told:
            said.append(f"■ {KINDS[kind][2]}")
            said += [f"・{plain(m.line(record, most=_NOTED_LETTERS))}（{record.id}）" for record in told[:_NOTED]]
        if len(told) > _NOTED:
            said.append(f"・ほか {len(told) - _NOTED} 件")
    return said


def _aim(m: Material, story: Story, deck, slide) -> list[str]:
    question = m.line(m.team, "question", most=70, needed=False)
    if question:
        deck.fitted(slide, Rows("問い", [[Part("問い：" + plain(question))]]), (36, 70, 888, 46), (18, 16, 14, 12))
    goals = [_bullet(m.line(goal, most=MOST)) for goal in story.told("goal")] or [m.gap("goal")]
    problems = []
    for problem in story.told("problem"):
        now, then = (m.line(problem, field, most=60, needed=False) for field in ("present", "desired"))
        more = [*(say("　いま：") + now if now else []), *(say("　→ あるべき姿：") + then if then else [])]
        problems.append(_bullet(m.line(problem, most=MOST), more))
    issues = [
        _bullet(m.line(issue, most=MOST), say("（所管："), m.line(issue, "owner", most=30), say("）"))
        for issue in story.told("issue")
    ]
    told = (("目標", goals), ("問題", problems or [m.gap("problem")]), ("課題", issues or [m.gap("issue")]))
    for at, (label, rows) in enumerate(told):
        top = 124 + at * 128
        deck.text(slide, [[Part(label)]], (36, top, 90, 40), 20, bold=True)
        deck.fitted(slide, Rows(label, rows), (130, top, 794, 122), SIZES)
    return _noted(m, story, "goal", "problem", "issue")


def _found(m: Material, story: Story, deck, slide) -> list[str]:
    drawn = _charts(m, story)
    wide = 400 if drawn else 888
    tall = 230 if story.works else 420
    rows = [_bullet(m.line(fact, most=MOST)) for fact in story.facts]
    rows += [_bullet(say(f"{total.name}　"), total.parts) for total in story.crud]
    if rows or not story.works:
        deck.fitted(slide, Rows("事実", rows or [m.gap("fact")]), (36, 80, wide, tall), SIZES)
    if story.works:
        cells = [
            [say(w.flow), say(f"{len(w.steps)}"), w.minutes.parts, w.hours.parts, w.cost.parts] for w in story.works
        ]
        heads = ["流れ", "工程", "1件の時間", "1か月の時間", "1か月の費用"]
        box, shares = (36, 320, wide, 180), (0.2, 0.11, 0.22, 0.24, 0.23)
        deck.table(slide, heads, Rows("業務フロー", cells), shares, box, SMALL, name="業務の時間と費用")
    high = 420 / max(len(drawn), 1)
    for at, (finding, chart) in enumerate(drawn):
        box = (450, 80 + at * high, 474, high - 8)
        if finding is None:
            alt = "、".join(f"{n} {v:,.1f}" for n, v in zip(chart.categories, chart.series[0][1], strict=True))
            deck.chart(slide, chart, box, title=chart.series[0][0], alt=f"棒グラフ。{chart.y}：{alt}。")
        elif chart:
            deck.chart(slide, chart, box, title=_title(m, finding), alt=m.alt(finding))
        else:
            deck.picture(slide, m.figure(finding), box, m.alt(finding))
    return [*_noted(m, story, "fact"), *_sources(m, story)]


def _charts(m: Material, story: Story) -> list[tuple[FindingRecord | None, Chart | None]]:
    """Up to two: real charts where the finding's table allows, else its picture; the work's hours in flow B."""
    found: list[tuple[FindingRecord | None, Chart | None]] = []
    if len(story.works) == 2:
        hours = [round(work.hours.value, 2) for work in story.works]
        found.append((None, Chart("bar", [w.flow for w in story.works], [("1か月の作業の時間", hours)], "", "時間")))
    known = [(f, chart_of(f, m.table(f), _design(m, f))) for f in story.findings[:20] if m.figure(f) or m.table(f)]
    real = [(f, chart) for f, chart in known if chart]
    pictures = [(f, None) for f, chart in known if not chart and m.figure(f)]
    return [*found, *real, *pictures][:2]


def _design(m: Material, finding: FindingRecord) -> Design | None:
    design = m.index.get(finding.design)
    return design if isinstance(design, Design) else None


def _title(m: Material, finding: FindingRecord) -> str:
    design = _design(m, finding)
    return plain(m.line(design if design and design.text.strip() else finding, most=40, needed=False))


def _sources(m: Material, story: Story) -> list[str]:
    said = ["■ 発見と、もとのファイル"]
    for finding in story.findings[:_NOTED]:
        files = "、".join(f"{clean(s.path)}（SHA-256 {s.sha256[:12]}…）" for s in finding.sources) or "記録なし"
        said.append(f"・{plain(m.line(finding, most=_NOTED_LETTERS, needed=False))}（{finding.id}）　もと：{files}")
        if finding.left_out:
            said.append(f"　数えていないもの：{clean('、'.join(finding.left_out))[:_NOTED_LETTERS]}")
    if len(story.findings) > _NOTED:
        said.append(f"・ほか {len(story.findings) - _NOTED} 件")
    data = [
        f"・{plain(one_line(m.words(d)))[:80]}（{plain(one_line(m.words(d, 'owner')))[:40]}）"
        for d in story.told("data")
    ]
    return [*(said if story.findings else []), *(["■ 使ったデータ", *data[:_NOTED]] if data else [])]


def _why(m: Material, story: Story, deck, slide) -> list[str]:
    judged = []
    for guess, verdict in story.judged:
        decision = say(verdict.decision) if verdict and verdict.decision else m.lacking(guess, "verdict")
        reason = m.line(verdict, most=80, needed=False) if verdict else []
        judged.append([m.line(guess, most=MOST), m.line(guess, "confirmed_if", most=60), decision, reason])
    troubles = [
        [
            m.line(step, most=60),
            m.line(step, "office", most=30),
            m.amount(step, "minutes", "分"),
            m.line(step, "trouble", most=MOST),
        ]
        for step in story.told("process")
        if step.flow == "現状" and step.trouble.strip()
    ]
    trials = [
        [
            m.line(t, most=80),
            m.line(t, "go_if", most=60),
            say("これから試します") if untried(t) else m.line(t, "result", most=MOST),
            [] if untried(t) else m.line(t, "decision", most=20),
        ]
        for t in story.told("prototype")
    ]
    if not judged and not troubles and not trials:
        judged = [[m.gap("hypothesis"), [], [], []]]
    tables = [
        ("仮説と判定", judged, ["仮説", "どんな数なら正しいか", "判定", "理由"], (0.38, 0.24, 0.1, 0.28)),
        (
            "いまの仕事で困っていること",
            troubles,
            ["作業", "行う人", "1件の時間", "困っていること"],
            (0.26, 0.2, 0.14, 0.4),
        ),
        ("試した結果", trials, ["試したこと", "進む条件", "結果", "決めたこと"], (0.3, 0.22, 0.34, 0.14)),
    ]
    shown = [table for table in tables if table[1]]
    high = 428 / len(shown)
    for at, (name, rows, heads, shares) in enumerate(shown):
        box = (36, 80 + at * high, 888, high - 12)
        deck.table(slide, heads, Rows(name, rows), shares, box, SMALL, name=name)
    return _noted(m, story, "hypothesis", "verdict", "process", "prototype")


def _measures(m: Material, story: Story, deck, slide) -> list[str]:
    rows = []
    for measure in story.told("measure"):
        effects: Parts = []
        for effect in story.of("effect", "measure", measure.id)[:2]:
            many = m.amount(effect, "how_many", effect.unit)
            who, by = m.line(effect, "who", most=30), m.day(effect, "by")
            effects += [*(say("／") if effects else []), *m.line(effect, most=60), Part("　"), *who, Part("　"), *many]
            effects += [Part("　"), *by, Part("まで")]
        rows.append(
            [
                m.line(measure, most=100),
                m.line(measure, "owner", most=30),
                m.day(measure, "start"),
                effects or m.lacking(measure, "effect"),
            ]
        )
    heads, shares = ["施策", "担当", "始める日", "効果（だれに・どれだけ・いつまで）"], (0.32, 0.13, 0.18, 0.37)
    rows = rows or [[m.gap("measure"), [], [], []]]
    deck.table(slide, heads, Rows("施策", rows), shares, (36, 76, 888, 214), SMALL, name="施策と効果")
    costs = []
    for cost in story.costs:
        years = m.amount(cost, "years", "年") if cost.every == "毎年" else []
        every = [*m.line(cost, "every", most=20), *years]
        costs.append([m.line(cost, most=50), m.line(cost, "kind", most=20), m.amount(cost, "amount", cost.unit), every])
    costs = costs or [[m.gap("cost"), [], [], []]]
    box = (36, 300, 560, 200)
    heads, shares = ["費目", "種類", "金額・時間", "かかり方"], (0.4, 0.2, 0.22, 0.18)
    deck.table(slide, heads, Rows("費用", costs), shares, box, SMALL, name="費用の内訳")
    totals = [[Part(f"{total.name}　"), *total.parts] for total in story.totals]
    if totals:
        deck.fitted(slide, Rows("合計", [say("合計"), *totals]), (616, 300, 308, 200), SIZES)
    return _noted(m, story, "measure", "effect", "cost")


def _asked(m: Material, story: Story, deck, slide) -> list[str]:
    rows = []
    for one in story.indicators:
        base = [*m.amount(one, "base", one.unit), Part("\n"), *m.day(one, "base_date")]
        target = [*m.amount(one, "target", one.unit), Part("\n"), *m.day(one, "target_date")]
        ratio = [*m.line(one, "numerator", most=40), Part(" ÷ "), *m.line(one, "denominator", most=40)]
        rows.append([m.line(one, most=50), ratio, base, target, m.line(one, "owner", most=24)])
    rows = rows or [[m.gap("indicator"), [], [], [], []]]
    heads, shares = ["指標", "分子 ÷ 分母", "基準", "目標", "担当"], (0.2, 0.26, 0.21, 0.21, 0.12)
    deck.table(slide, heads, Rows("指標", rows), shares, (36, 76, 888, 210), SMALL, name="指標")
    deck.text(slide, [say("お願い")], (36, 296, 888, 36), 20, bold=True)
    deck.fitted(slide, Rows("お願い", _requests(m, story)), (36, 332, 888, 170), SIZES)
    return _noted(m, story, "indicator")


def _requests(m: Material, story: Story) -> list[Parts]:
    """What the plan needs from those who listen: money, hours, other sections, contractors."""
    asked = []
    for anchor, lead, end in (
        ("total-cash-first", "初めの年の予算　", "　をお認めください。"),
        ("total-hours-first", "初めの年の職員の時間　", "　をお認めください。"),
    ):
        if total := story.total(anchor):
            asked.append(_bullet(say(lead), total.parts, say(end)))
    for measure in story.told("measure"):
        if measure.who in ("他部署に依頼", "外注"):
            owner = m.line(measure, "owner", most=30)
            asked.append(_bullet(m.line(measure, most=80), say(f"　{measure.who}（担当："), owner, say("）")))
    return asked or [m.gap("measure")]
