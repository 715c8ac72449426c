"""聞き取りの記録 of the sample town: interview notes in office shorthand, sorted by two coders who do not always agree.

How often the two agree, and on what, is planted in a table of counts; chance decides only which note is which.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.town.contract.answers import AGE_GROUPS, CODES
from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice
from dataacademy.town.sample.town import Town

FIRST_DAY, WEEKS = date(2025, 9, 1), 13  # a Monday
CODED = {  # what A says -> how often B says each code, in the order of CODES; 120 notes in the town of 80,000
    "transport": (63, 3, 4, 1, 1, 1, 1),
    "health": (3, 9, 0, 0, 0, 0, 0),
    "shopping": (2, 0, 6, 0, 0, 0, 0),
    "disaster": (2, 0, 0, 5, 0, 0, 0),
    "children": (1, 0, 0, 0, 4, 0, 0),
    "work": (1, 0, 0, 0, 0, 3, 0),
    "community": (1, 7, 0, 0, 0, 0, 2),
}
QUARTER_SHARES = {  # 旧市街, ニュータウン, 農村, 沿岸
    "transport": (15, 35, 30, 20),
    "health": (20, 25, 30, 25),
    "shopping": (10, 45, 25, 20),
    "disaster": (15, 5, 15, 65),
    "children": (35, 35, 10, 20),
    "work": (20, 5, 40, 35),
    "community": (25, 35, 25, 15),
}
AGE_SHARES = {"children": (70, 30, 0), "work": (20, 60, 20)}  # the others:
OLD = (5, 25, 70)
TOPICS = {  # what was asked; people also talk about something else
    "transport": "外出と交通",
    "health": "健康と医療",
    "shopping": "外出と交通",
    "disaster": "災害への備え",
    "children": "子育てと学校",
    "work": "仕事と産業",
    "community": "地域の活動",
}
OFF_TOPIC, USUAL_TOPIC = 0.25, "外出と交通"
WHO = {
    "18-39": ("30代女性、子2人。", "20代男性、会社員。", "30代夫婦。", "20代女性、子1人。", "30代男性、転入3年。"),
    "40-64": ("50代女性、母と同居。", "40代男性、自営。", "60代男性、町内会役員。", "40代女性、パート。", "50代夫婦。"),
    "65+": (
        "80代女性、一人暮らし。",
        "70代男性、夫婦。",
        "70代女性、娘は市外。",
        "80代男性、要支援。",
        "70代夫婦、持ち家。",
    ),
}
FACTS = {
    "transport": (
        "免許のない家族の通院に、タクシーで往復4千円",
        "バスは1日4便。帰りの便を逃すと2時間待ち",
        "バス停まで歩いて15分、坂がきつく冬は出ない",
        "家族の車に乗せてもらうが、いつもは頼みにくい",
        "運転が怖くなってきたが、やめると暮らせない",
        "学校の前を通る便が減り、子や孫を送り迎え",
        "乗合の予約の電話がつながらない",
    ),
    "health": (
        "診療所の先生が週2回のみ。薬は隣町で受け取り",
        "身内の介護で夜眠れず。ショートは3か月待ち",
        "健診は平日の午前だけで受けられない",
        "入院先が遠く、見舞いに行けない",
        "腰を痛めてから家の中だけの暮らし",
    ),
    "shopping": (
        "近くのスーパーが閉店。週1回まとめ買い",
        "重い米と灯油が運べず、配達に頼る",
        "移動販売が来る日は近所が集まる",
        "商店街は夕方に閉まり、勤め帰りに買えない",
    ),
    "disaster": (
        "津波のとき高台まで20分。足が悪く間に合わない",
        "防災無線が家の中では聞こえない",
        "避難先の小学校は坂の上。夜は行けない",
        "去年の大雨で裏の崖が崩れた。市に連絡済み",
    ),
    "children": (
        "保育園は2人目が別の園に。朝の送りに1時間",
        "雨の日に遊ばせる所がない。隣町まで行く",
        "学童は3年生まで。4年から留守番",
        "小学校の統合で通学が遠くなると聞き心配",
    ),
    "work": (
        "田は今の代で終わり。機械の更新はしない",
        "漁は燃料が上がり、月の半分は休み",
        "求人は市外ばかり。若い人が残らない",
        "店を畳みたいが、借り手がいない",
    ),
    "community": (
        "サロンの世話役が高齢。次の人が見つからない",
        "町内会の役が3年ごとに回り、若い人が抜けた",
        "夏の盆踊りをやめてから、隣の人も知らない",
        "祭りがなくなり、顔を合わせる場が減った",
    ),
}
WATCHING = (  # what A calls community and B health: nobody had said which it is
    "隣の一人暮らしを毎朝のぞいている",
    "独居の見守りを民生委員一人で40軒",
    "認知症の人の見守りを近所で続けている",
    "見守りを兼ねた体操の会、続けたいが世話役がいない",
)
WISHES = (
    "何とかしてほしいとのこと",
    "市に言っても変わらないとあきらめ気味",
    "家族には言えないと話す",
    "冬が心配と繰り返す",
    "自分より隣の人が困っているとのこと",
    "元気なうちは今のままでよいとのこと",
    "相談先を知らなかった",
    "広報で制度を知ったが、手続が面倒",
)
NOTES = ("要再訪", "担当課へ連絡済み", "チラシを渡す", "次回は家族同席で", "同様の声、ほかに2件", "写真あり", "", "")


def make(town: Town) -> dict[str, Any]:
    """``hearing``: one row a note, in the order of dates."""
    dice, counts = town.dice("hearing"), _counts(town)
    coder_a, coder_b = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    order = dice.order(len(coder_a))
    coder_a, coder_b = coder_a[order], coder_b[order]
    codes, n = list(CODES), len(order)
    quarter = dice.choose_each(np.array([QUARTER_SHARES[c] for c in codes], dtype=float)[coder_a])
    age = dice.choose_each(np.array([AGE_SHARES.get(c, OLD) for c in codes], dtype=float)[coder_a])
    age_group = np.array(list(AGE_GROUPS))[age]
    topic = np.array([TOPICS[c] for c in codes])[coder_a]
    topic = np.where(dice.chance(np.full(n, OFF_TOPIC)), USUAL_TOPIC, topic)
    day = np.sort(dice.below(n, 5 * WEEKS))  # working days
    table = pd.DataFrame(
        {
            "note_id": [f"H{k:0{max(3, len(str(n)))}d}" for k in range(1, n + 1)],
            "date": [(FIRST_DAY + timedelta(days=d // 5 * 7 + d % 5)).isoformat() for d in day.tolist()],
            "quarter": np.array(geo.QUARTERS)[quarter],
            "age_group": age_group,
            "topic": topic,
            "text": _texts(np.array(codes)[coder_a], np.array(codes)[coder_b], age_group, dice),
            "coder_a": np.array(codes)[coder_a],
            "coder_b": np.array(codes)[coder_b],
        }
    )
    return {"hearing": table}


def _counts(town: Town) -> np.ndarray:
    """Notes by what A says × what B says.  Interviews grow more slowly than towns: with the square root."""
    return np.rint(np.array(list(CODED.values())) * np.sqrt(town.scale)).astype(np.int64)


def _texts(coder_a: np.ndarray, coder_b: np.ndarray, age_groups: np.ndarray, dice: Dice) -> list[str]:
    """Who, what, a remark, and what the office does about it; two matters where the coders see different ones."""
    texts = []
    u = dice.uniform(5 * len(coder_a)).reshape(-1, 5)
    for a, b, age_group, row in zip(coder_a.tolist(), coder_b.tolist(), age_groups.tolist(), u.tolist(), strict=True):
        watching = (a, b) == ("community", "health")
        parts = WHO[age_group], WATCHING if watching else FACTS[a], FACTS[b], WISHES, NOTES
        who, fact, other, wish, note = (choices[int(r * len(choices))] for choices, r in zip(parts, row, strict=True))
        also = "" if a == b or watching else f"{other}。"
        texts.append(f"{who}{fact}。{also}{wish}。" + (f"→{note}" if note else ""))
    return texts


def truths(town: Town, tables: dict[str, Any]) -> list[dict]:
    """Two coders agree less than the share of equal codes says, and one category is not the same thing to them."""
    counts = _counts(town)
    n, equal = int(counts.sum()), int(np.trace(counts))
    by_chance = int((counts.sum(axis=1) * counts.sum(axis=0)).sum()) / n / n
    kappa = round((equal / n - by_chance) / (1 - by_chance), 3)
    percent = round(100 * equal / n, 3)
    k, health = list(CODES).index("community"), list(CODES).index("health")
    by_a, by_b, moved = int(counts[k].sum()), int(counts[:, k].sum()), int(counts[k, health])
    community, care = CODES["community"], CODES["health"]
    return [
        {
            "id": "coders_agree",
            "title": "二人の分類は8割近く一致するが、偶然を除いた一致は6割ほどである",
            "says": f"{n}件の記録の分類は{percent:.1f}％が一致しています。{CODES['transport']}がとても多いので、"
            f"偶然でも{100 * by_chance:.0f}％は一致し、偶然を除いた一致（カッパ係数）は{kappa:.2f}です。"
            f"「{community}」はAが{by_a}件、Bが{by_b}件で、Aの{moved}件をBは「{care}」に入れています。"
            "見守りをどちらに入れるか、決めていませんでした。",
            "size": {"kappa": kappa, "community_a": by_a, "community_b": by_b, "community_to_health": moved},
            "tolerance": {"kappa": 0.001, "community_a": 0, "community_b": 0, "community_to_health": 0},
            "tables": ["hearing"],
            "method": "二人の分類のクロス表からコーエンのカッパ係数を求め（text.agreement）、"
            "対角線から外れたマスを見て、一方に偏った食いちがいを探す。",
            "naive": {
                "method": "一致した件数の割合だけを見る。",
                "says": f"{percent:.1f}％が一致しているので、二人の分類は十分そろっているように見える。",
                "value": {"agreement_percent": percent},
            },
        }
    ]
