"""Tables of people's answers: the questionnaire to residents, and notes of interviews coded by two people."""

from __future__ import annotations

from dataclasses import replace

from dataacademy.town.contract.columns import Column, Table

QUARTERS = ("旧市街", "ニュータウン", "農村", "沿岸")
AGE_GROUPS = {"18-39": "18〜39歳", "40-64": "40〜64歳", "65+": "65歳以上"}
STRATA = {  # code -> quarter, age group
    f"{letter}{k}": (quarter, group)
    for letter, quarter in zip("ABCD", QUARTERS, strict=True)
    for k, group in enumerate(AGE_GROUPS, 1)
}
POLICIES = {  # number of the policy in q1 and q2 -> Japanese, English
    "01": ("子育て支援", "Support for families"),
    "02": ("学校教育", "Schools"),
    "03": ("高齢者福祉", "Care for the elderly"),
    "04": ("障がい者福祉", "Support for disabled people"),
    "05": ("医療体制", "Medical care"),
    "06": ("健康づくり", "Health promotion"),
    "07": ("防災・津波対策", "Disaster and tsunami preparedness"),
    "08": ("防犯・交通安全", "Crime prevention and road safety"),
    "09": ("道路・歩道の整備", "Roads and pavements"),
    "10": ("公共交通", "Public transport"),
    "11": ("上下水道", "Water and sewerage"),
    "12": ("ごみ・リサイクル", "Waste and recycling"),
    "13": ("自然環境の保全", "Nature conservation"),
    "14": ("農林水産業の振興", "Farming, forestry and fishing"),
    "15": ("商店街・商工業の振興", "Shops and industry"),
    "16": ("観光の振興", "Tourism"),
    "17": ("雇用・就労の支援", "Employment"),
    "18": ("文化・スポーツ", "Culture and sports"),
    "19": ("市民参加・地域自治", "Citizen participation"),
    "20": ("行政の情報化", "Digital administration"),
}
TRUST = (  # items of q3, the third one worded negatively
    ("市の仕事は市民の役に立っている", "The city's work is useful to citizens"),
    ("市の説明は分かりやすい", "The city explains itself clearly"),
    ("市は市民の声を聞こうとしない", "The city does not listen to citizens"),
    ("市のお金の使い方は適切である", "The city spends money properly"),
    ("市の職員は信頼できる", "The city's staff can be trusted"),
)
SOURCES = (  # items of q4
    ("広報紙", "City newsletter"),
    ("回覧板・掲示板", "Circulars and notice boards"),
    ("市のホームページ", "City website"),
    ("LINE・SNS", "Social media"),
    ("防災無線・防災メール", "Disaster radio and mail"),
    ("新聞・テレビ・ラジオ", "Newspapers, television, radio"),
    ("家族や近所の人", "Family and neighbours"),
    ("特に得ていない", "None"),
)

SEXES = {"male": "男性", "female": "女性"}
CHANNELS = {"mail": "郵送", "web": "Web"}
YEARS_LIVED = {"1": "5年未満", "2": "5年以上10年未満", "3": "10年以上20年未満", "4": "20年以上"}
HOUSEHOLDS = {  # generations
    "alone": "一人暮らし",
    "one": "一世代（夫婦など）",
    "two": "二世代（親と子など）",
    "three": "三世代以上（親・子・孫など）",
}
OCCUPATIONS = {
    "employee": "会社員・公務員",
    "self": "自営業",
    "primary": "農林漁業",
    "part": "パート・アルバイト",
    "student": "学生",
    "home": "主婦・主夫",
    "none": "無職",
}
SATISFIED = {"1": "不満", "2": "やや不満", "3": "どちらともいえない", "4": "やや満足", "5": "満足"}
IMPORTANT = {"1": "重要でない", "2": "あまり重要でない", "3": "どちらともいえない", "4": "やや重要", "5": "重要"}
AGREE = {
    "1": "そう思わない",
    "2": "あまりそう思わない",
    "3": "どちらともいえない",
    "4": "ややそう思う",
    "5": "そう思う",
}
STAYING = {"1": "ずっと住み続けたい", "2": "当分は住み続けたい", "3": "できれば移りたい", "4": "移る予定がある"}
YES_NO = {"1": "はい", "2": "いいえ"}
NO_BUS = {
    "1": "自分や家族の車がある",
    "2": "バス停が遠い",
    "3": "便が少ない",
    "4": "行きたい所へ行かない",
    "5": "運賃が高い",
    "6": "その他",
}
DONT_KNOW, NO_ANSWER = {"8": "わからない"}, {"9": "無回答"}

CODES = {  # what an interview note is about
    "transport": "移動・交通",
    "health": "医療・福祉",
    "shopping": "買い物・商店",
    "disaster": "防災",
    "children": "子育て・教育",
    "work": "仕事・産業",
    "community": "地域のつながり",
}


def _choice(label: str, en: str, values: dict[str, str], missing: dict[str, str], role: str = "single") -> Column:
    """A question of which one answer is marked; empty where the sheet did not come back or the question was skipped."""
    codes = [int(code) for code in (*values, *missing)]
    return Column(
        label,
        "Int64",
        required=False,
        minimum=min(codes),
        maximum=max(codes),
        en=en,
        values=values,
        missing=missing,
        role=role,
    )


def _word(label: str, en: str, values: dict[str, str], *, required: bool = False, role: str = "") -> Column:
    return Column(label, required=required, en=en, values=values, role=role)


def _count(label: str, en: str) -> Column:
    return Column(label, "Int64", "人", minimum=0, en=en)


_QUARTER = Column("地区の性格", en="Kind of quarter")
_AGE_GROUP = _word("年齢層", "Age group", AGE_GROUPS, required=True)

TABLES = {
    "survey": Table(
        "市民意識調査",
        "survey.csv",
        {
            "respondent_id": Column("整理番号", unique=True, en="Respondent number (not the resident's)"),
            "stratum": Column(
                "層",
                en="Stratum (quarter and age group)",
                values={code: f"{quarter}・{AGE_GROUPS[group]}" for code, (quarter, group) in STRATA.items()},
            ),
            "age_group": replace(_AGE_GROUP, role="attribute"),
            "quarter": replace(_QUARTER, role="attribute"),
            "sex": _word("性別", "Sex", SEXES, required=True, role="attribute"),
            "population": _count("層の18歳以上の人口", "Residents aged 18 and over in the stratum"),
            "sent": _count("層の発送数", "Questionnaires sent in the stratum"),
            "returned": Column("回収した", "boolean", en="Returned"),
            "channel": _word("回答の方法", "Returned by", CHANNELS),
            "weight": Column(
                "ウェイト（層の人口÷回収数）",
                "float64",
                required=False,
                minimum=0,
                en="Weight (population / returned in the stratum)",
            ),
            "years_lived": _word("居住年数", "Years lived here", YEARS_LIVED),
            "household_type": _word(
                "世帯の形（18歳以上の年の差を一世代と数える）",
                "Household (generations are 18 or more years apart)",
                HOUSEHOLDS,
            ),
            "occupation": _word("職業", "Occupation", OCCUPATIONS),
            **{
                f"q1_{n}": _choice(
                    f"満足度：{ja}", f"Satisfaction: {en}", SATISFIED, DONT_KNOW | NO_ANSWER, "satisfaction"
                )
                for n, (ja, en) in POLICIES.items()
            },
            **{
                f"q2_{n}": _choice(f"重要度：{ja}", f"Importance: {en}", IMPORTANT, DONT_KNOW | NO_ANSWER, "importance")
                for n, (ja, en) in POLICIES.items()
            },
            **{f"q3_{k}": _choice(ja, en, AGREE, NO_ANSWER, "statement") for k, (ja, en) in enumerate(TRUST, 1)},
            **{
                f"q4_{k}": _choice(
                    f"市の情報の入手先：{ja}", f"Source: {en}", {"0": "選ばない", "1": "選んだ"}, {}, "multiple"
                )
                for k, (ja, en) in enumerate(SOURCES, 1)
            },
            "q5": _choice("市の取組全体の満足度", "Overall satisfaction", SATISFIED, NO_ANSWER, "overall"),
            "q6": _choice("住み続ける意向", "Intention to stay", STAYING, DONT_KNOW | NO_ANSWER),
            "q7": _choice("この1年に町のバスに乗った", "Used the town bus in the last year", YES_NO, NO_ANSWER),
            "q8": _choice("町のバスの満足度（乗った人だけ）", "Satisfaction with it (users)", SATISFIED, NO_ANSWER),
            "q9": _choice("乗らない一番の理由（乗らない人だけ）", "Main reason (non-users)", NO_BUS, NO_ANSWER),
            "q10": _choice(
                "この1年に市の手続をオンラインか書かない窓口でした",
                "Used online or writeless procedures in the last year",
                YES_NO,
                NO_ANSWER,
                "main",
            ),
            "q11": _choice(
                "この市に住むことを人にすすめたい度合い（0〜10）",
                "Would recommend living here (0 to 10)",
                {"0": "まったくすすめたくない", "10": "ぜひすすめたい"},
                {"99": "無回答"},
                "recommend",
            ),
            "q12": Column("自由記述", required=False, en="Comments", role="comments"),
        },
        open=True,
        en="Questionnaire to residents",
    ),
    "hearing": Table(
        "聞き取りの記録",
        "hearing.csv",
        {
            "note_id": Column("記録番号", unique=True, en="Note number"),
            "date": Column("聞いた日", en="Date"),
            "quarter": _QUARTER,
            "age_group": _AGE_GROUP,
            "topic": Column("聞いたこと", en="Topic asked about"),
            "text": Column("記録", en="Note"),
            "coder_a": _word("分類（担当者A）", "Code by coder A", CODES, required=True),
            "coder_b": _word("分類（担当者B）", "Code by coder B", CODES, required=True),
        },
        en="Interview notes",
    ),
}
