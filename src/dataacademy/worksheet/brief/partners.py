"""課題公開シート and プロジェクトシート: the worksheet in the shape that partners outside know, as Word and plain text.

The first follows what 自治体 publish for joint trials with companies (Urban Innovation), the second what projects show
at a civic hack day (Social Hack Day).  A heading that no sheet of the worksheet answers is left as a marked blank.
"""

from __future__ import annotations

from dataacademy.worksheet.brief.fitting import Rows
from dataacademy.worksheet.brief.material import Material, era
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import Part, Parts, plain, say

SIZE = 10.5
Answers = list[tuple[str, list[Parts]]]


def write(name: str, material: Material, story: Story, trace: str) -> tuple[bytes, bytes]:
    """One of the two sheets (``name``) as a Word document and as plain text (UTF-8)."""
    from dataacademy.worksheet.brief.word import Word

    told_of = answers(name, material, story)
    title = plain(material.theme())
    by = material.office or material.team_name
    word = Word(title=f"{title}（{name}）", author=by, day=material.as_of, trace=trace, margin=20)
    dated = f"{era(material.as_of)}現在" if material.as_of else ""
    word.paragraph(say("　".join(part for part in (name, material.office, dated) if part)), 9.5, right=True)
    word.heading(title, 17, level=0, after=4)
    text = [f"{name}：{title}", dated]
    for heading, told in told_of:
        rows = Rows(heading, list(told))
        told = [*rows.rows, *([rows.more] if rows.left else [])]
        word.heading(heading, 12, before=9, after=2)
        for parts in told:
            word.paragraph(
                [*(say("・") if len(told) > 1 else []), *parts], SIZE, after=2, hanging=SIZE * (len(told) > 1)
            )
        text += ["", f"■ {heading}", *(("・" if len(told) > 1 else "") + plain(parts) for parts in told)]
    blanks = [heading for heading, told in told_of if any(part.kind == "blank" for parts in told for part in parts)]
    if blanks:
        named = "".join(f"「{heading}」" for heading in blanks)
        material.note(
            "blank",
            f"{name}の{named}は、ワークシートにない項目です。",
            f"The worksheet has nothing for {len(blanks)} headings of {name}.",
            fix="できた文書に直接書いてください。書いた文書は上書きされません。",
            fix_en="Write it into the document; an edited document is not overwritten.",
            level="info",
        )
    word.paragraph(say("下線の数は、根拠のページで確かめられます。"), 9, before=10)
    return word.saved(), ("\n".join(text) + "\n").encode("utf-8")


def answers(name: str, material: Material, story: Story) -> Answers:
    """What one of the two sheets (``name``) says below each of its headings."""
    return {"課題公開シート": _issue, "プロジェクトシート": _project}[name](material, story)


def _blank(example: str) -> list[Parts]:
    return [[Part(f"〔ここに直接書いてください。{example}〕", "blank")]]


def _all(m: Material, story: Story, kind: str, *fields: str) -> list[Parts]:
    told = [m.words(record, f, needed=False) for record in story.told(kind) for f in ("text", *fields)]
    return [parts for parts in told if parts] or [m.gap(kind)]


def _problems(m: Material, story: Story) -> list[Parts]:
    told = []
    for problem in story.told("problem"):
        now, then = (m.words(problem, field, needed=False) for field in ("present", "desired"))
        more = [
            *(say("（いま：") + now + say("）") if now else []),
            *(say("（あるべき姿：") + then + say("）") if then else []),
        ]
        told.append([*m.words(problem), *more])
    return told or [m.gap("problem")]


def _known(m: Material, story: Story) -> list[Parts]:
    told = [m.words(fact) for fact in story.facts]
    for work in story.works:
        told.append([*say(f"{work.minutes.name}　"), *work.minutes.parts])
        told.append([*say(f"{work.hours.name}　"), *work.hours.parts])
    told += [[*say(f"{total.name}　"), *total.parts] for total in story.crud]
    return told or [m.gap("fact")]


def _trials(m: Material, story: Story) -> list[Parts]:
    told = []
    for trial in story.told("prototype"):
        told.append(m.words(trial))
        for label, field in (("試す場面：", "cases"), ("進む条件：", "go_if"), ("やめる条件：", "stop_if")):
            told.append([Part(label), *m.words(trial, field)])
    return told


def _measures(m: Material, story: Story, *who: str) -> list[Parts]:
    """The measures that these do, each with who is responsible; all of them if nobody is named."""
    told = []
    for measure in story.told("measure"):
        if not who or measure.who in who:
            doer = say(f"、{measure.who}") if measure.who else []
            told.append([*m.words(measure), Part("（担当："), *m.words(measure, "owner"), *doer, Part("）")])
    return told


def _uses(m: Material, story: Story, *who: str) -> list[Parts]:
    """The items of data whose use these have to make possible, each with what it is for."""
    told = []
    for row in story.told("crud"):
        if row.who in who:
            told.append([*m.words(row), Part("："), *m.words(row, "use"), *say(f"（{row.who}）")])
    return told


def _issue(m: Material, story: Story) -> Answers:
    issues = story.told("issue")
    owners = [m.words(issue, "owner") for issue in issues] or [m.words(m.team, "section")]
    several = list({plain(parts): parts for parts in owners}.values())
    effects = _all(m, story, "effect", "outcomes")
    asked = [*_measures(m, story, "外注", "他部署に依頼"), *_uses(m, story, "外注")]
    if not asked:
        example = "ワークシートの施策に「外注」「他部署に依頼」のものがありません。例：必要な技術、人数、期間"
        asked = _blank(example)
    data = [[*m.words(item), Part("（"), *m.words(item, "owner"), Part("）")] for item in story.told("data")]
    numbers = []
    for one in story.indicators:
        base, target = m.amount(one, "base", one.unit), m.amount(one, "target", one.unit)
        numbers.append([*m.words(one), Part("："), *base, Part(" → "), *target])
    return [
        ("課題名", [m.theme()]),
        ("課題を抱える部署", several),
        ("背景", [*_problems(m, story), *(why for one in issues if (why := m.words(one, "why", needed=False)))]),
        ("解決したい課題", _all(m, story, "issue")),
        ("現状（データから分かったこと）", _known(m, story)),
        ("実現したい未来", _all(m, story, "goal")),
        ("解決したいこと（見込む変化）", effects),
        ("実証実験でやりたいこと", _trials(m, story) or _measures(m, story) or [m.gap("measure")]),
        ("実証で確かめる数", numbers or [m.gap("indicator")]),
        ("協力企業に求めること", asked),
        ("使えるデータ", data or [m.gap("data")]),
        ("協力企業が得られるもの", _blank("例：試す場所、職員の助言、広報")),
        ("物語（困っている人の一日）", _blank("例：この課題に困っている人の、ある一日")),
        ("問い合わせ先", [say(m.office)] if m.team.section.strip() else [m.words(m.team, "section")]),
    ]


def _project(m: Material, story: Story) -> Answers:
    tried = [
        [*m.words(trial, "result"), Part("　→ "), *m.words(trial, "decision")]
        for trial in story.told("prototype")
        if trial.result.strip() or trial.decision
    ]
    works = []
    for measure in story.told("measure"):
        works.append([*m.words(measure), Part("（"), *m.day(measure, "start"), Part("から）")])
    helps = [*_measures(m, story, "外注", "他部署に依頼"), *_uses(m, story, "外注", "他部署に依頼")]
    for item in story.told("data"):
        if item.handling in ("集計が必要", "個人情報の加工が必要"):
            helps.append([*m.words(item), Part(f"：{item.handling}")])
    example = "例：地図を作れる人、文を直せる人、使ってみて感想をくれる人"
    data = [[*m.words(item), Part("（"), *m.words(item, "legal_ground"), Part("）")] for item in story.told("data")]
    return [
        ("プロジェクト名", [m.theme()]),
        ("目的", _all(m, story, "goal")),
        ("解決したい課題", _all(m, story, "issue")),
        ("目指す姿", _problems(m, story)),
        ("作りたいもの", _all(m, story, "prototype") if story.told("prototype") else _all(m, story, "measure")),
        ("いまの状態", [*_known(m, story), *tried]),
        ("今後の作業", works or [m.gap("measure")]),
        ("必要な助け（技術、人、データ）", helps or _blank(example)),
        ("使えるデータ", data or [m.gap("data")]),
        ("チーム名", [m.words(m.team, "name")]),
        ("リーダー", _blank("例：名前と所属")),
        ("メンバー", [m.words(m.team, "members")]),
        ("参加方法", _blank("例：集まる日、連絡のしかた")),
        ("ページ", _blank("例：成果を置いている場所のアドレス")),
        ("最終更新日", [say(era(m.as_of)) if m.as_of else m.day(m.team, "started")]),
    ]
