"""The records of the seven-step worksheet: one class for each kind, from the goal to the indicator.

Every field may be empty: a worksheet is saved long before it is finished, and what is missing is for the review to say.
``text`` is the one line by which people know a record.  Labels and help are what forms and workbooks show.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dataacademy.worksheet.fields import Day, Flag, Long, Named, Number, Numbers, Text, Widget, Words, link, links

HANDLING = ("そのまま使える", "集計が必要", "個人情報の加工が必要")
WHO = ("自分で", "他部署に依頼", "外注")
DECISIONS = ("支持", "棄却", "保留")
FIGURES = (
    "棒グラフ", "折れ線グラフ", "散布図", "ヒストグラム", "箱ひげ図", "帯グラフ", "人口ピラミッド",
    "地図（色分け）", "地図（点）", "クロス表", "その他",
)  # fmt: skip
SHAPES = (
    "右上がり",
    "右下がり",
    "横ばい",
    "山がある",
    "二つの群に差がある",
    "二つの群に差がない",
    "一か所に集まる",
    "散らばる",
)


def _f(label: str, help: str = "", default: Any = "") -> Any:
    return Field(default=default, title=label, description=help)


def _many(label: str, help: str = "") -> Any:
    return Field(default_factory=list, title=label, description=help)


class Record(BaseModel):
    """One row of the worksheet.  ``id`` is its kind and a number: ``fact3``."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    id: str = Field(pattern=r"^[a-z]+[1-9][0-9]{0,6}$", title="番号")
    text: Text = ""


class Goal(Record):
    """目標: the state to be reached, seen from residents, not the means."""

    text: Long = _f("目標", "だれが、どうなっている状態か。「〜を増やす」などの手段は書きません。")
    viewpoint: Text = _f("だれから見た目標か", "住民、職員、事業者など。")
    plan: Text = _f("関係する計画", "総合計画などの名前と箇所。")


class Problem(Record):
    """問題: the gap between the goal and the present."""

    text: Long = _f("問題", "目標と現状の差。")
    goal: link("goal") = _f("どの目標の")
    present: Text = _f("いまの姿", "できれば数で。")
    desired: Text = _f("あるべき姿", "できれば数で。")


class Issue(Record):
    """課題: a cause of the gap that the section can do something about."""

    text: Long = _f("課題", "差を生んでいる原因で、手を打てるもの。")
    problem: link("problem") = _f("どの問題の")
    owner: Text = _f("所管", "この課題を持つ課や係。")
    why: Long = _f("なぜそう考えたか")


class Hypothesis(Record):
    """仮説: what we think is so, with the number that would show it and the number that would end it."""

    text: Long = _f("仮説", "「〜ではないか」。数で確かめられる形に。")
    issue: link("issue") = _f("どの課題の")
    confirmed_if: Text = _f("どんな数なら正しいと言えるか", "例：75歳以上の3割より多くが圏外")
    refuted_if: Text = _f("どんな数ならまちがいと認めるか", "例：圏外が1割より少ない")
    crossed: Words = _many("かけ合わせる数", "いっしょに見る二つの数。例：高齢化率、避難所までの距離")
    replaces: link("hypothesis") = _f("どの仮説の立て直しか", "棄却された仮説から戻ってきたとき。")


class DataItem(Record):
    """データ: one dataset that a hypothesis needs, who holds it and whether it may be used."""

    text: Text = _f("データの名前")
    hypotheses: links("hypothesis") = _many("どの仮説に使うか")
    table: Text = _f("表", "教材の表の名前か、ファイルの場所。")
    handling: Literal["", *HANDLING] = _f("使い方の区分")
    processed: Text = _f("加工した表", "個人情報を加工したあとのファイルの場所。")
    owner: Text = _f("持っている部署")
    legal_ground: Text = _f("使ってよい根拠", "条文、要綱、公開データの利用規約など。")
    due: Day = _f("いつまでに", default=None)
    substitute: Text = _f("手に入らないときの代わり")
    frequency: Text = _f("更新の頻度", "例：毎月1日")


class Design(Record):
    """分析設計: the figure, drawn before the analysis, for true and for false."""

    text: Text = _f("図の題", "この図で答える問い。")
    hypothesis: link("hypothesis") = _f("どの仮説の")
    data: links("data") = _many("使うデータ")
    kind: Literal["", *FIGURES] = _f("図の種類")
    x: Text = _f("横軸", "地図のときは、地区の単位。")
    y: Text = _f("縦軸", "地図のときは、色で表すもの。")
    unit: Text = _f("単位", "例：人、％、m")
    base: Text = _f("分母・母数", "何に対する割合か。件数のときは「件数」と書く。")
    classes: Numbers = _many("区切り", "色や階級の区切りの値。")
    colours: Text = _f("色", "例：薄い青から濃い青")
    if_true: Long = _f("仮説が正しいときの図")
    if_false: Long = _f("仮説がまちがいのときの図")
    shape_true: Literal["", *SHAPES] = _f("正しいときの形")
    shape_false: Literal["", *SHAPES] = _f("まちがいのときの形")
    who: Literal["", *WHO] = _f("だれがやるか")
    why_who: Text = _f("だれがやるかの理由")


class Source(BaseModel):
    """A file that a finding rests on: where it is (from the worksheet), its SHA-256, and its rows."""

    model_config = ConfigDict(extra="forbid")

    path: str
    sha256: str
    table: str = ""
    rows: int | None = None


class Picture(BaseModel):
    """What a figure turned out to be, read from matplotlib: compared with the design card."""

    model_config = ConfigDict(extra="forbid")

    kind: str = ""
    x: str = ""
    y: str = ""
    title: str = ""
    unit: str = ""
    classes: list[float] = []
    colours: list[str] = []


class FindingRecord(Record):
    """発見: a result of the toolbox with what it rests on.  Written by ``sheet.record``, never typed."""

    text: Long = _f("分かった数", "道具が書いた文です。")
    design: link("design") = _f("どの設計の")
    data: links("data") = _many("使ったデータ")
    value: Number = _f("数", default=None)
    unit: Text = _f("単位")
    values: Annotated[dict[str, Named], Widget("machine")] = Field(default_factory=dict, title="名前の付いた数")
    function: Annotated[Text, Widget("machine")] = _f("使った命令")
    sources: Annotated[list[Source], Widget("machine")] = _many("もとのファイル")
    used: Annotated[dict[str, Named], Widget("machine")] = Field(default_factory=dict, title="数えたもの")
    left_out: Annotated[list[str], Widget("machine")] = _many("数えていないもの")
    table: Annotated[Text, Widget("machine")] = _f("表のファイル")
    figure: Annotated[Text, Widget("machine")] = _f("図のファイル")
    picture: Annotated[Picture | None, Widget("machine")] = Field(default=None, title="できた図")
    alt: Long = _f("図の説明", "図が見えない人のための文。")
    recorded: Day = _f("記録した日", default=None)


class Fact(Record):
    """事実: a sentence without evaluation; its numbers are placeholders filled from findings."""

    text: Long = _f("事実", "数は {finding1} のように、発見から取ります。")
    findings: links("finding") = _many("もとの発見")
    hypothesis: link("hypothesis") = _f("どの仮説の")
    strength: Literal["", "強い", "ややある", "弱い", "ない"] = _f("課題との関係の強さ")


class Verdict(Record):
    """判定: what the facts say about a hypothesis; a rejected one goes back to step 1."""

    text: Long = _f("理由")
    hypothesis: link("hypothesis") = _f("どの仮説の")
    facts: links("fact") = _many("もとの事実")
    decision: Literal["", *DECISIONS] = _f("判定")
    next_hypothesis: link("hypothesis") = _f("立て直した仮説", "棄却・保留のとき。")
    decided: Day = _f("判定した日", default=None)


class Measure(Record):
    """施策: what removes a confirmed cause."""

    text: Long = _f("施策")
    issue: link("issue") = _f("どの課題に")
    facts: links("fact") = _many("支える事実")
    plan: Text = _f("関係する今の計画・事業")
    plan_relation: Literal["", "新しく行う", "広げる", "見直す", "やめて替える"] = _f("今の計画・事業との関係")
    who: Literal["", *WHO] = _f("だれがやるか")
    owner: Text = _f("担当")
    start: Day = _f("始める日", default=None)


class Effect(Record):
    """効果: who changes, how many, by when, and the steps that lead there."""

    text: Long = _f("効果", "だれが、どう変わるか。")
    measure: link("measure") = _f("どの施策の")
    who: Text = _f("だれに")
    how_many: Number = _f("どれだけ", default=None)
    unit: Text = _f("単位", "例：人、時間")
    by: Day = _f("いつまでに", default=None)
    findings: links("finding") = _many("見積もりのもと")
    inputs: Text = _f("使うもの（人・お金）")
    activities: Text = _f("すること")
    outputs: Text = _f("行った量", "例：設置した数、開いた回数")
    outcomes: Text = _f("変わること", "住民や職員に起きる変化。")
    impact: Text = _f("めざす姿へのつながり")


class Cost(Record):
    """費用: one item; staff hours and cash are told apart."""

    text: Text = _f("費目")
    measure: link("measure") = _f("どの施策の")
    kind: Literal["", "現金", "職員の時間"] = _f("種類")
    amount: Number = _f("金額・時間", default=None)
    unit: Literal["", "円", "時間"] = _f("単位")
    every: Literal["", "一度だけ", "毎年"] = _f("かかり方")
    years: Number = _f("何年分", default=None)
    basis: Text = _f("見積もりの根拠", "見積書、前年の決算、単価×数など。")


class Indicator(Record):
    """指標: a number that is looked at again and again, with its definition, owner, base and target."""

    text: Text = _f("指標の名前")
    effect: link("effect") = _f("どの効果の")
    definition: Long = _f("定義", "何を何で割るか。だれを数え、だれを数えないか。")
    numerator: Text = _f("分子", "表の列の名前か、条件。")
    denominator: Text = _f("分母", "表の列の名前か、条件。")
    per: Number = _f("いくつ当たり", "百分率なら100。", default=100)
    unit: Text = _f("単位", "例：％")
    owner: Text = _f("見る人・部署")
    source: Text = _f("もとの表", "教材の表の名前か、ファイルの場所。")
    period: Text = _f("時期の列", "表の中の、月や年度の列の名前。")
    frequency: Literal["", "毎月", "四半期ごと", "毎年"] = _f("いつ見るか")
    base: Number = _f("基準の値", default=None)
    base_date: Day = _f("基準の日", default=None)
    target: Number = _f("目標の値", default=None)
    target_date: Day = _f("目標の日", default=None)
    better: Literal["", "高いほどよい", "低いほどよい"] = _f("よい向き")


class Process(Record):
    """業務フロー: one step of the work, as it is or as it should be."""

    text: Text = _f("作業")
    flow: Literal["", "現状", "あるべき姿"] = _f("現状かあるべき姿か")
    office: Text = _f("行う人・部署")
    after: links("process") = _many("前の作業")
    minutes: Number = _f("1件の時間（分）", default=None)
    waiting: Number = _f("1件の待ち時間（分）", default=None)
    count: Number = _f("1か月の件数", default=None)
    cost: Number = _f("1件の費用（円）", "時間のほかにかかるもの。用紙、郵送など。", default=None)
    trouble: Long = _f("困っていること")


class Crud(Record):
    """CRUD表 and 利用設計: which office creates, reads, updates, deletes an item of data, in which step and what for.

    ``who`` makes that use possible: it is decided when the new flow is (step 3), not when the present one is drawn.
    """

    text: Text = _f("データ項目")
    data: link("data") = _f("どのデータの")
    process: link("process") = _f("どの作業で")
    office: Text = _f("行う人・部署")
    create: Flag = _f("作る", default=False)
    read: Flag = _f("見る", default=False)
    update: Flag = _f("直す", default=False)
    delete: Flag = _f("消す", default=False)
    use: Text = _f("何のために使うか", "例：申請書に印字して、本人に確かめてもらう")
    who: Literal["", *WHO] = _f("だれが用意するか", "そう使えるようにする仕事を、だれがするか。")
    rule: Text = _f("個人情報の決まり", "使ってよい根拠、つないではいけないもの。")


class Prototype(Record):
    """プロトタイプ: the least that can be tried, on what, and when we go on or stop."""

    text: Long = _f("試すこと")
    process: links("process") = _many("どの作業に")
    data: links("data") = _many("使う最小のデータ")
    cases: Words = _many("試す場面", "例：字が読みにくい人、代理で来た人")
    go_if: Text = _f("どうなったら進むか", "数で。")
    stop_if: Text = _f("どうなったらやめるか", "数で。")
    result: Long = _f("試した結果")
    decision: Literal["", "進む", "直してもう一度", "やめる"] = _f("決めたこと")


class Team(BaseModel):
    """表紙: who works on what."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    name: Text = _f("班の名前")
    town: Text = _f("町", "教材の町の名前（団体コード。見本の町は mirai）。")
    section: Text = _f("所属")
    flow: Literal["", "A", "B"] = _f("流れ", "A：データ分析による課題把握、B：データ活用による課題解決")
    theme: Text = _f("テーマ")
    question: Long = _f("問い")
    members: Words = _many("班の人")
    started: Day = _f("始めた日", default=None)
    licence: Text = _f("公開するときの利用条件", "住民向けのページに書くもの。例：CC BY 4.0")
