"""Worksheets with real figures and tables of the sample town, for the tests of the briefs."""

# ruff: noqa: E501  (sentences of a sheet, each on its line)

from __future__ import annotations

import datetime
from pathlib import Path

import dataacademy as da
from dataacademy.worksheet import Sheet, open_sheet
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import KINDS, Worksheet
from dataacademy.worksheet.records import Team


def flow_a(folder: Path, name: str = "防災1班") -> Sheet:
    """A whole sheet of flow A: three findings (bars, a line, a map's picture), one hypothesis kept and one rejected."""
    from matplotlib import pyplot

    day = datetime.date
    sheet = open_sheet(folder / f"{name}.yml", flow="A", town="mirai")
    sheet.worksheet.team = Team(
        name=name, town="mirai", section="危機管理課", flow="A", theme="歩いて避難所に着けない人を減らす", members=["髙﨑", "山田"],
        question="避難所から遠い人は、どの地区に多いか。", started=day(2026, 5, 11), licence="CC BY 4.0",
    )  # fmt: skip
    add = sheet.worksheet.add
    add("goal", text="高齢の人が、歩いて避難所に着ける。", viewpoint="住民", plan="地域防災計画 第2章")
    add(
        "problem", text="避難所から遠い地区に住む人がいる。", goal="goal1", present="3割が圏外", desired="1割より少ない"
    )
    add("issue", text="坂の上の地区に避難所がない。", problem="problem1", owner="危機管理課", why="地区の会で聞いた。")
    add("issue", text="避難の声かけを、だれがするか決まっていない。", problem="problem1", owner="福祉課")
    add(
        "hypothesis", text="避難所から遠い人は、新しい住宅地に多いのではないか。", issue="issue1",
        confirmed_if="ほかの地区の2倍より多い", refuted_if="ほかの地区と同じか少ない",
    )  # fmt: skip
    add(
        "hypothesis", text="避難所から遠い人は、年々増えているのではないか。", issue="issue1", confirmed_if="5年で1割より多く増えた",
        refuted_if="5年で減った",
    )  # fmt: skip
    areas_of = {"handling": "そのまま使える", "legal_ground": "公開データ（CC BY 4.0）", "due": day(2026, 6, 1)}
    add(
        "data",
        text="地区の人口",
        hypotheses=["hypothesis1"],
        table="areas",
        owner="企画課",
        frequency="毎月1日",
        **areas_of,
    )
    add("data", text="避難所の一覧", hypotheses=["hypothesis1"], table="facilities", owner="危機管理課", **areas_of)
    add(
        "design", text="人口は、どの性格の地区に多いか", hypothesis="hypothesis1", data=["data1"], kind="棒グラフ", x="地区の性格", y="人口",
        unit="人", base="件数",
    )  # fmt: skip
    add(
        "design",
        text="人口は、この5年でどう変わったか",
        hypothesis="hypothesis2",
        data=["data1"],
        kind="折れ線グラフ",
        x="年",
        y="人口",
    )
    add(
        "design",
        text="人口と世帯数の関係",
        hypothesis="hypothesis1",
        data=["data1", "data2"],
        kind="散布図",
        x="世帯数",
        y="人口",
    )
    sheet.save()

    areas = da.load("areas")
    people = areas.groupby("quarter", as_index=False)["population"].sum().sort_values("population", ascending=False)
    most = people.iloc[0]
    sheet.record(
        da.Finding(
            people, int(most["population"]), f"人口が最も多いのは{most['quarter']}で、{most['population']:,}人です。", "",
            used={"地区": len(areas)}, left_out=("住所の分からない人 12 人",),
        ),
        design="design1", unit="人", values={"地区": str(most["quarter"]), "合計": int(people["population"].sum())},
        ax=da.charts.bar(people, x="quarter", y="population", unit="人", title="地区の性格ごとの人口"),
    )  # fmt: skip
    import pandas as pd

    total = int(people["population"].sum())
    years = pd.DataFrame({"年": [2022, 2023, 2024, 2025, 2026], "人口": [total - 900 + 180 * i for i in range(5)]})
    sheet.record(
        da.Finding(years, 0.7, "5年で0.7％増えました。", "", used={"年": 5}),
        design="design2", unit="％", ax=da.charts.line(years, x="年", y="人口", unit="人", title="人口の移り変わり"),
    )  # fmt: skip
    table = areas.head(40)[["name", "population", "households"]]
    sheet.record(
        da.Finding(table, 2.31, "1世帯は、平均で2.31人です。", "", used={"地区": 40}),
        design="design3", unit="人", ax=da.charts.scatter(table, x="households", y="population", title="世帯数と人口"),
    )  # fmt: skip
    pyplot.close("all")
    for finding in sheet.worksheet.findings:
        finding.recorded = day(2026, 6, 15)
    add = sheet.worksheet.add
    add(
        "fact", text="{finding1.地区}には{finding1}人が住み、{finding1.合計}人の中で最も多い。", findings=["finding1"],
        hypothesis="hypothesis1", strength="強い",
    )  # fmt: skip
    add(
        "fact",
        text="人口は、5年で{finding2:.1f}％増えた。",
        findings=["finding2"],
        hypothesis="hypothesis2",
        strength="弱い",
    )
    add(
        "fact",
        text="1世帯は平均{finding3}人である。",
        findings=["finding3"],
        hypothesis="hypothesis1",
        strength="ややある",
    )
    add(
        "verdict", text="決めておいた数を上回った。", hypothesis="hypothesis1", facts=["fact1", "fact3"], decision="支持",
        decided=day(2026, 6, 20),
    )  # fmt: skip
    add(
        "verdict",
        text="増え方は小さかった。",
        hypothesis="hypothesis2",
        facts=["fact2"],
        decision="棄却",
        decided=day(2026, 6, 20),
    )
    add(
        "measure", text="坂の上の集会所を、一時避難所に指定する。", issue="issue1", facts=["fact1"], plan="地域防災計画",
        plan_relation="広げる", who="自分で", owner="危機管理課", start=day(2027, 4, 1),
    )  # fmt: skip
    add(
        "measure", text="歩くのが難しい人の名簿を作り、声をかける人を決める。", issue="issue2", facts=["fact3"], plan="個別避難計画",
        plan_relation="見直す", who="他部署に依頼", owner="福祉課", start=day(2027, 10, 1),
    )  # fmt: skip
    add(
        "effect", text="遠い地区の人が、歩いて避難できる。", measure="measure1", who="75歳以上の住民", how_many=1200, unit="人",
        by=day(2028, 3, 31), findings=["finding1"], outcomes="歩いて着ける人が増える。",
    )  # fmt: skip
    add(
        "cost",
        text="集会所の備品",
        measure="measure1",
        kind="現金",
        amount=450_000,
        unit="円",
        every="一度だけ",
        basis="見積書（2社）",
    )
    add(
        "cost",
        text="訓練の消耗品",
        measure="measure1",
        kind="現金",
        amount=80_000,
        unit="円",
        every="毎年",
        years=3,
        basis="前年の決算",
    )
    add(
        "cost",
        text="訓練の準備と当日",
        measure="measure1",
        kind="職員の時間",
        amount=120,
        unit="時間",
        every="毎年",
        years=3,
        basis="4人×30時間",
    )
    add(
        "indicator", text="圏外の人の割合", effect="effect1", definition="避難所から800mより遠くに住む75歳以上を、75歳以上の全員で割る。",
        numerator="圏外の75歳以上", denominator="75歳以上", unit="％", owner="危機管理課", source="population", period="時点",
        frequency="毎年", base=34.5, base_date=day(2026, 4, 1), target=20, target_date=day(2028, 3, 31), better="低いほどよい",
    )  # fmt: skip
    sheet.save()
    return sheet


def flow_b(folder: Path, name: str = "窓口班") -> Sheet:
    """A whole sheet of flow B: work as it is and as it should be, who holds which data, and a trial."""
    day = datetime.date
    sheet = open_sheet(folder / f"{name}.yml", flow="B", town="mirai")
    sheet.worksheet.team = Team(
        name=name, town="mirai", section="市民課", flow="B", theme="書かない窓口", question="待ち時間を半分にできるか。",
        started=day(2026, 5, 12), licence="CC BY 4.0", members=["佐藤"],
    )  # fmt: skip
    add = sheet.worksheet.add
    add("goal", text="引っ越しの人が、待たずに手続きを終えられる。", viewpoint="住民", plan="デジタル化推進計画")
    add("problem", text="手続きに時間がかかる。", goal="goal1", present="1件に60分", desired="1件に20分")
    add("issue", text="同じことを何度も書いてもらっている。", problem="problem1", owner="市民課")
    for flow, minutes, count in (("現状", (12, 15, 8), 400), ("あるべき姿", (3, 6, 4), 400)):
        for at, (step, took) in enumerate(zip(("申請書を書く", "入力する", "確かめて渡す"), minutes, strict=True)):
            add(
                "process", text=step, flow=flow, office="市民課" if at else "住民", minutes=took, waiting=10 if at == 1 else 0,
                count=count, cost=20 if flow == "現状" and at == 0 else None, trouble="書き直しが多い。" if at == 0 else "",
            )  # fmt: skip
    for office in ("市民課", "国保年金課"):
        add("crud", text="住所", office=office, create=True, read=True, update=office == "市民課", rule="条例の第5条")
    add("crud", text="世帯主", office="市民課", create=True, read=True, use="届に印字する", who="外注")
    add(
        "prototype", text="聞き取りながら職員が入力する画面", process=["process4"], cases=["字が読みにくい人", "代理で来た人"],
        go_if="1件が10分より短い", stop_if="まちがいが1割をこえる", result="20件を試し、1件は平均9分だった。", decision="進む",
    )  # fmt: skip
    add(
        "measure",
        text="聞き取り入力を、転入の窓口で始める。",
        issue="issue1",
        who="外注",
        owner="市民課",
        start=day(2027, 4, 1),
    )
    add(
        "effect",
        text="転入の人の手続きが短くなる。",
        measure="measure1",
        who="転入の人",
        how_many=4800,
        unit="人",
        by=day(2028, 3, 31),
    )
    add(
        "cost",
        text="画面の作成",
        measure="measure1",
        kind="現金",
        amount=3_200_000,
        unit="円",
        every="一度だけ",
        basis="見積書",
    )
    add(
        "cost",
        text="職員の研修",
        measure="measure1",
        kind="職員の時間",
        amount=60,
        unit="時間",
        every="一度だけ",
        basis="12人×5時間",
    )
    add(
        "indicator", text="1件の手続きの時間", effect="effect1", definition="受付から終わりまでの分の合計を、件数で割る。", numerator="分",
        denominator="件数", per=1, unit="分", owner="市民課", source="counter_log", period="日付", frequency="毎月", base=60,
        base_date=day(2026, 4, 1), target=20, target_date=day(2028, 3, 31), better="低いほどよい",
    )  # fmt: skip
    sheet.save()
    return sheet


def crammed(text: str, records: int = 3) -> Worksheet:
    """Every field of every kind of record filled with the same text, ``records`` of each kind."""
    sheet = Worksheet()
    for field in fields_of(Team):
        if field.type in ("text", "long") and field.name != "town":
            setattr(sheet.team, field.name, text)
    for number in range(1, records + 1):
        for kind, (cls, _, _) in KINDS.items():
            sheet.add(kind, **{field.name: _value(field, text, number) for field in fields_of(cls)})
    return sheet


def _value(field, text: str, number: int):
    links = [f"{kind}{number}" for kind in field.kinds[:1]]
    return {
        "text": text,
        "long": text,
        "words": [text],
        "number": 123_456_789.25,
        "date": datetime.date(2028, 12, 31),
        "choice": (field.choices or ("",))[number % max(len(field.choices), 1)],
        "link": links[0] if links else "",
        "links": links,
        "flag": True,
    }.get(field.type, field.default)


def half() -> Worksheet:
    """A worksheet that was just begun; its one fact quotes numbers that are not there."""
    sheet = Worksheet()
    sheet.add("goal", text="だれもが安心して暮らせる。")
    sheet.add("finding", text="3人です。", value=3, figure="図/なし.png", table="表/なし.csv")
    sheet.add("fact", text="{finding1}人と、{finding9}人と、{finding1.割合}％。")
    return sheet
