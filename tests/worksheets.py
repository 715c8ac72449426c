# ruff: noqa: E501  (sentences of a sheet, each on its line)
"""Worksheets for tests: generated ones with everything that offices type, a big one, and a small one made by hand."""

from __future__ import annotations

import datetime
from functools import cache

from hypothesis import strategies as st

from dataacademy.worksheet.fields import LONGEST, Field, fields_of
from dataacademy.worksheet.model import KINDS, Worksheet
from dataacademy.worksheet.records import Picture, Source, Team

ODD_TEXTS = (
    "髙﨑", "𠮷野家", "葛󠄀城市", "👨‍👩‍👧‍👦 家族", "ガ（濁点が別の字）", "=1+2", "+81", "-5", "@SUM(A1)", "'0123", " 前に空白", "後ろに空白 ",
    "　全角の空白　", "一行目\n二行目", "一行目\n\n三行目\n", "\n先頭の改行", "終わりの改行\n\n", "行末の空白 \n次", "  字下げ\n次", "\tタブ\tあり",
    "yes", "no", "null", "~", "true", "1:30", "0o17", "0x1F", "1e5", ".inf", "10", "007", "2026-04-01", "令和8年4月1日", "# 見出し", "a: b", "a #b",
    "- 項目", "---", "...", "[a, b]", "{finding1} 人", "{finding1.share:.1f}％", "!!python/object:os.system", "&a", "*a", "|", ">", "%YAML", "`x`",
    '"引用"', "'", "\\n", "\\", "１２３", "㈱①", "ｶﾅ", "A,B", "a:", ":", "?", "a\u2028b", "\x85", "\u00a0", "\ufeff先頭", "_x000D_", "<b>&amp;</b>",
    "あ" * LONGEST, "😀" * (LONGEST // 2), "行\n" * 2000,
)  # fmt: skip
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"))
_TEXT = st.one_of(
    st.sampled_from(("", "避難所が遠い", "高齢者の3割が圏外", "防災課")),
    st.sampled_from(ODD_TEXTS[:-3]),
    st.text(_LETTERS, max_size=12),
    st.lists(st.text(_LETTERS, max_size=6), max_size=4).map("\n".join),
)
_LONG = st.one_of(_TEXT, _TEXT, _TEXT, st.sampled_from(ODD_TEXTS))
_NUMBER = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: int(x) if x == int(x) else x)
)
_DAY = st.dates(datetime.date(1868, 10, 23), datetime.date(2999, 12, 31))
_NAME = st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=6)
_PLAIN = st.dictionaries(_NAME, st.one_of(_NUMBER, _TEXT), max_size=3)
_MACHINE = {
    "values": _PLAIN,
    "used": _PLAIN,
    "function": _TEXT,
    "table": st.sampled_from(("", "班_記録/表/finding1.csv")),
    "figure": st.sampled_from(("", "班_記録/図/finding1.png")),
    "left_out": st.lists(_TEXT, max_size=2),
    "sources": st.lists(
        st.builds(Source, path=_NAME, sha256=st.just("0" * 64), table=_TEXT, rows=st.none() | st.integers(0, 10**6)),
        max_size=2,
    ),
    "picture": st.none()
    | st.builds(
        Picture,
        kind=_TEXT,
        x=_TEXT,
        y=_TEXT,
        title=_TEXT,
        unit=_TEXT,
        classes=st.lists(st.floats(-1e6, 1e6), max_size=3),
    ),
}


def values_of(field: Field, ids: dict[str, list[str]] | None = None) -> st.SearchStrategy:
    """What may stand in a field; links name one of ``ids`` by kind, or a record that is not there."""
    known = [id for kind in field.kinds for id in (ids or {}).get(kind, ())] + [f"{kind}99" for kind in field.kinds[:1]]
    if field.type == "machine":
        return _MACHINE[field.name]
    return {
        "text": _TEXT,
        "long": _LONG,
        "number": st.none() | _NUMBER,
        "date": st.none() | _DAY,
        "flag": st.booleans(),
        "choice": st.sampled_from(("", *field.choices)),
        "link": st.sampled_from(("", *known)),
        "links": st.lists(st.sampled_from(known or ("",)), max_size=3, unique=True),
        "words": st.lists(_TEXT, max_size=3),
        "numbers": st.lists(_NUMBER, max_size=4),
    }[field.type]


@st.composite
def records_of(draw, kind: str, id: str, ids: dict[str, list[str]] | None = None):
    """One record; most fields are left empty, as on a real sheet."""
    cls = KINDS[kind][0]
    fields = draw(st.lists(st.sampled_from(fields_of(cls)), max_size=4, unique_by=lambda f: f.name))
    return cls(id=id, **{field.name: draw(values_of(field, ids)) for field in fields})


@st.composite
def worksheets(draw, most: int = 3):
    """A whole worksheet with up to ``most`` records a kind; ids need not be in order, links may dangle.

    Of some kinds records with higher numbers were taken out.
    """
    team = Team(**{field.name: draw(values_of(field)) for field in draw(st.lists(st.sampled_from(fields_of(Team))))})
    numbers = st.lists(st.integers(1, 30), max_size=most, unique=True)
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=6, unique=True))
    ids = {kind: [f"{kind}{n}" for n in draw(numbers)] for kind in kinds}
    sheet = Worksheet(
        team=team, **{KINDS[kind][1]: [draw(records_of(kind, id, ids)) for id in ids[kind]] for kind in kinds}
    )
    sheet.remember(draw(st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(1, 40), max_size=2)))
    return sheet


@cache
def _full(records: int) -> Worksheet:
    each, more = divmod(records, len(KINDS))
    counts = {kind: each + (place < more) for place, kind in enumerate(KINDS)}
    worksheet = Worksheet(team=Team(name="大きな班", town="mirai", flow="B", theme="避難所", members=["髙﨑", "𠮷田"]))
    machine = {
        "values": {"share": 31.25, "人": 1234},
        "function": "maps.coverage",
        "sources": [Source(path="datasets/facilities.csv", sha256="ab" * 32, table="facilities", rows=120)],
        "used": {"行": 120},
        "left_out": ["座標のない 2 行"],
        "table": "大きな班_記録/表/finding.csv",
        "figure": "大きな班_記録/図/finding.png",
        "picture": Picture(kind="棒グラフ", x="地区", y="人", title="圏外の人", unit="人", classes=[0, 10, 30]),
    }

    def value(field: Field, number: int):
        target = [f"{kind}{(number - 1) % counts[kind] + 1}" for kind in field.kinds if counts[kind]]
        return {
            "text": f"{field.label} {number}（75歳以上）",
            "long": f"{field.label} {number}。避難所まで800mより遠い人が多い。\n理由は、坂と川です。",
            "number": number * 1.5,
            "date": datetime.date(2026, 4, 1) + datetime.timedelta(days=number % 365),
            "flag": number % 2 == 0,
            "choice": field.choices[number % len(field.choices)] if field.choices else "",
            "link": target[0] if target else "",
            "links": target,
            "words": [f"{field.label}{number}", "坂のある地区"],
            "numbers": [number, number + 0.5, number + 10],
            "machine": machine.get(field.name),
        }[field.type]

    for kind, (cls, _, _) in KINDS.items():
        for number in range(1, counts[kind] + 1):
            worksheet.add(kind, **{field.name: value(field, number) for field in fields_of(cls)})
    return worksheet


def full_worksheet(records: int = 2000) -> Worksheet:
    """A big worksheet, always the same: every kind in turn, every field filled, links that hold."""
    return _full(records).model_copy(deep=True)


def small_flow_a() -> Worksheet:
    """A small sheet of flow A from goal to indicator, complete, with two findings whose numbers the fact quotes."""
    day, sheet = datetime.date, Worksheet()
    sheet.team = Team(
        name="防災1班", town="mirai", section="防災課", flow="A", theme="避難所までの距離", members=["髙﨑", "山田"],
        question="避難所から遠い高齢者は、どこに何人いるか。", started=day(2026, 5, 11),
    )  # fmt: skip
    sheet.add("goal", text="高齢者が、歩いて避難所に着ける。", viewpoint="住民", plan="地域防災計画 第2章")
    sheet.add(
        "problem", text="避難所まで歩けない高齢者がいる。", goal="goal1", present="3割が圏外", desired="1割より少ない"
    )
    sheet.add(
        "issue",
        text="坂の上の地区に避難所が無い。",
        problem="problem1",
        owner="防災課",
        why="地区の会で聞いた。\n地図でも遠い。",
    )
    sheet.add(
        "hypothesis", text="75歳以上の3割より多くが、800m圏の外に住むのではないか。", issue="issue1",
        confirmed_if="30％より多い", refuted_if="10％より少ない", crossed=["高齢化率", "避難所までの距離"],
    )  # fmt: skip
    sheet.add(
        "data", text="住民の数", hypotheses=["hypothesis1"], table="population", handling="集計が必要", owner="市民課",
        legal_ground="公開データの利用規約", due=day(2026, 6, 1), substitute="国勢調査", frequency="毎月1日",
    )  # fmt: skip
    sheet.add(
        "data", text="避難所", hypotheses=["hypothesis1"], table="facilities", handling="そのまま使える", owner="防災課",
        legal_ground="公開データの利用規約", due=day(2026, 6, 1), substitute="国土数値情報", frequency="毎年4月1日",
    )  # fmt: skip
    sheet.add(
        "design", text="圏外の75歳以上は、どの地区に多いか", hypothesis="hypothesis1", data=["data1", "data2"],
        kind="地図（色分け）", x="地区", y="圏外の割合", unit="％", base="75歳以上の人", classes=[10, 20, 30], colours="薄い青から濃い青",
        if_true="坂の上の地区が濃い。", if_false="どの地区も薄い。", shape_true="一か所に集まる", shape_false="散らばる", who="自分で",
        why_who="教材の命令でできるため。",
    )  # fmt: skip
    common = {
        "design": "design1", "data": ["data1", "data2"], "recorded": day(2026, 6, 15), "function": "maps.coverage",
        "sources": [
            Source(path="datasets/mirai/population.csv", sha256="1a" * 32, table="population", rows=840),
            Source(path="datasets/mirai/facilities.csv", sha256="2b" * 32, table="facilities", rows=61),
        ],
        "used": {"人": 9876}, "left_out": ["座標のない避難所 1 か所"],
    }  # fmt: skip
    sheet.add(
        "finding", text="75歳以上の34.5％が圏外に住む。", value=34.5, unit="％", values={"share": 34.5, "people": 3407}, **common,
        table="防災1班_記録/表/finding1.csv", figure="防災1班_記録/図/finding1.png", alt="坂の上の地区が濃い地図。",
        picture=Picture(kind="地図（色分け）", x="地区", y="圏外の割合", unit="％", classes=[10, 20, 30]),
    )  # fmt: skip
    sheet.add("finding", text="坂の上の地区では58％。", value=58, unit="％", values={"name": "坂上"}, **common)
    sheet.add(
        "fact", text="75歳以上の {finding1.share:.1f}％（{finding1.people} 人）が圏外に住む。{finding2.name}では {finding2}％である。",
        findings=["finding1", "finding2"], hypothesis="hypothesis1", strength="強い",
    )  # fmt: skip
    sheet.add(
        "verdict", text="圏外の割合が、決めておいた数を上回った。", hypothesis="hypothesis1", facts=["fact1"], decision="支持",
        decided=day(2026, 6, 20),
    )  # fmt: skip
    sheet.add(
        "measure", text="坂の上の集会所を、一時避難所に指定する。", issue="issue1", facts=["fact1"], plan="地域防災計画",
        plan_relation="広げる", who="自分で", owner="防災課", start=day(2027, 4, 1),
    )  # fmt: skip
    sheet.add(
        "effect", text="圏外の高齢者が、歩いて避難できる。", measure="measure1", who="75歳以上の住民", how_many=1200, unit="人",
        by=day(2028, 3, 31), findings=["finding1"], inputs="職員1人、備品", activities="集会所の指定と訓練", outputs="指定した数",
        outcomes="歩いて着ける人が増える。", impact="逃げ遅れが減る。",
    )  # fmt: skip
    sheet.add(
        "cost",
        text="備品",
        measure="measure1",
        kind="現金",
        amount=450_000,
        unit="円",
        every="一度だけ",
        basis="見積書",
    )
    sheet.add(
        "indicator", text="圏外の割合", effect="effect1", definition="800m圏の外に住む75歳以上を、75歳以上の全員で割る。",
        numerator="圏外の75歳以上", denominator="75歳以上", unit="％", owner="防災課", source="population", period="時点",
        frequency="毎年", base=34.5, base_date=day(2026, 4, 1), target=20, target_date=day(2028, 3, 31), better="低いほどよい",
    )  # fmt: skip
    return sheet
