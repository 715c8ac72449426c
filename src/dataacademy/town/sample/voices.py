"""Who speaks in the interview notes of the sample town, what they tell, and what the office adds.

Nobody tells what cannot be theirs: people have traits, and what is told names those it needs.  Traits are words in
one text; age group and quarter of the note count as traits, too.  ``a|b`` needs one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

Told = tuple[str, str]  # what is written, and the traits it needs

# Traits: drives or carless; frail or fit; works (for others); family (lives with others); small, pupil (children at
# home), siblings (two small ones); grandchild (at home); cares (for somebody at home); what they do.
WHO = {  # who, their traits, what these need (a quarter)
    "18-39": (
        ("30代女性、子2人。", "drives fit family small siblings", ""),
        ("30代女性、小学生の子。", "drives fit family works pupil", ""),
        ("30代夫婦、共働き、子1人。", "drives fit family works small", ""),
        ("20代女性、子1人。", "carless fit family small", ""),
        ("20代男性、会社員。", "drives fit works", ""),
        ("30代男性、転入3年。", "drives fit works", ""),
        ("20代女性、学生。", "carless fit", ""),
    ),
    "40-64": (
        ("50代女性、母と同居。", "drives fit family works cares", ""),
        ("40代女性、パート、子2人。", "drives fit family works pupil", ""),
        ("40代夫婦、小学生の子。", "drives fit family works pupil", ""),
        ("40代男性、自営。", "drives fit shop", ""),
        ("60代男性、町内会役員。", "drives fit officer", ""),
        ("60代女性、民生委員。", "drives fit officer commissioner", ""),
        ("50代夫婦。", "drives fit family works", ""),
        ("50代男性、農家。", "drives fit farmer", "農村"),
        ("50代男性、漁師。", "drives fit fisher", "沿岸"),
    ),
    "65+": (
        ("80代女性、一人暮らし。", "carless frail", ""),
        ("80代男性、要支援。", "carless frail family", ""),
        ("70代女性、娘は市外。", "carless frail", ""),
        ("70代女性、夫婦。", "carless fit family cares", ""),
        ("70代男性、夫婦。", "drives fit family cares", ""),
        ("70代夫婦、持ち家。", "drives fit family", ""),
        ("70代夫婦、息子一家と同居。", "drives fit family grandchild", ""),
        ("70代男性、民生委員。", "drives fit officer commissioner", ""),
        ("70代女性、店番。", "carless fit shop", ""),
        ("70代男性、農家。", "drives fit farmer", "農村"),
        ("70代男性、漁師。", "drives fit fisher", "沿岸"),
    ),
}
FACTS: dict[str, tuple[Told, ...]] = {
    "transport": (
        ("免許がなく、通院はタクシーで往復4千円", "65+ carless"),
        ("バスは1日4便。帰りの便を逃すと2時間待ち", "carless"),
        ("バス停まで歩いて15分、坂がきつく冬は出ない", "65+ carless"),
        ("家族の車に乗せてもらうが、いつもは頼みにくい", "carless family"),
        ("運転が怖くなってきたが、やめると暮らせない", "65+ drives"),
        ("膝が悪く、バスの段が上がれない", "frail"),
        ("乗合の予約の電話がつながらない", "carless"),
        ("学校の前を通る便が減り、子を送り迎え", "drives pupil"),
        ("学校の前を通る便が減り、孫を送り迎え", "drives grandchild"),
        ("車は2台いる。維持に月5万円かかる", "drives family works"),
        ("母の通院のたびに仕事を休んで車を出す", "40-64 cares works"),
        ("バスの時間が仕事に合わず、車を手放せない", "drives works|shop"),
        ("車がなければ何もできない所、と言う", "drives"),
        ("ガソリンが高く、出かける回数を減らした", "drives"),
    ),
    "health": (
        ("診療所の先生が週2回のみ。薬は隣町で受け取り", "農村|沿岸"),
        ("身内の介護で夜眠れず。ショートは3か月待ち", "cares"),
        ("健診は平日の午前だけで受けられない", "works|shop|farmer|fisher"),
        ("弟の入院先が遠く、見舞いに行けない", "65+ carless"),
        ("腰を痛めてから家の中だけの暮らし", "65+ frail"),
        ("眼科は隣町だけ。半日かかる", "40-64|65+"),
        ("子が夜に熱を出しても、診る所が市内にない", "small|pupil"),
    ),
    "shopping": (
        ("近くのスーパーが閉店。週1回まとめ買い", ""),
        ("重い米と灯油が運べず、配達に頼る", "65+ carless"),
        ("移動販売が来る日は近所が集まる", "65+"),
        ("商店街は夕方に閉まり、勤め帰りに買えない", "works"),
    ),
    "disaster": (
        ("津波のとき高台まで20分。足が悪く間に合わない", "沿岸 frail"),
        ("防災無線が家の中では聞こえない", ""),
        ("避難先の小学校は坂の上。夜は行けない", "65+"),
        ("去年の大雨で裏の崖が崩れた。市に連絡済み", ""),
    ),
    "children": (
        ("保育園は2人目が別の園に。朝の送りに1時間", "siblings"),
        ("雨の日に遊ばせる所がない。隣町まで行く", "small"),
        ("学童は3年生まで。4年から留守番", "pupil works"),
        ("小学校の統合で通学が遠くなると聞き心配", "small|pupil|grandchild"),
        ("夏休みは朝から夕方まで孫を預かり、体がもたない", "grandchild"),
    ),
    "work": (
        ("田は今の代で終わり。機械の更新はしない", "farmer"),
        ("漁は燃料が上がり、月の半分は休み", "fisher"),
        ("店を畳みたいが、借り手がいない", "shop"),
        ("求人は市外ばかり。若い人が残らない", ""),
        ("勤め先まで片道1時間。市内に同じ仕事がない", "works"),
    ),
    "community": (
        ("サロンの世話役が高齢。次の人が見つからない", "65+|officer"),
        ("町内会の役が3年ごとに回り、若い人が抜けた", "40-64|65+"),
        ("町内会の役が回ってきたが、平日は出られない", "works"),
        ("夏の盆踊りをやめてから、隣の人も知らない", ""),
        ("祭りがなくなり、顔を合わせる場が減った", ""),
    ),
}
WATCHING: tuple[Told, ...] = (  # what A calls community and B health: nobody had said which it is
    ("隣の一人暮らしを毎朝のぞいている", "fit"),
    ("独居の見守りを民生委員一人で40軒", "commissioner"),
    ("認知症の人の見守りを近所で続けている", "fit"),
    ("見守りを兼ねた体操の会、続けたいが世話役がいない", "fit"),
)
WISHES: tuple[Told, ...] = (
    ("何とかしてほしいとのこと", ""),
    ("市に言っても変わらないとあきらめ気味", ""),
    ("家族には言えないと話す", "family cares|frail"),
    ("冬が心配と繰り返す", "65+"),
    ("自分より隣の人が困っているとのこと", ""),
    ("元気なうちは今のままでよいとのこと", "65+ fit"),
    ("相談先を知らなかった", ""),
    ("広報で制度を知ったが、手続が面倒", ""),
)
NOTES: tuple[Told, ...] = (
    ("要再訪", ""),
    ("担当課へ連絡", ""),
    ("チラシを渡す", ""),
    ("次回は家族同席で", "65+ family"),
    ("同様の声、ほかに2件", ""),
    ("", ""),
    ("", ""),
)


def fits(needs: str, traits: set[str]) -> bool:
    """Whether somebody has every trait that is needed.

    >>> fits("65+ drives|works", {"65+", "works"}), fits("65+ drives", {"65+", "works"})
    (True, False)
    """
    return all(traits & set(need.split("|")) for need in needs.split())


@cache
def told_by(age_group: str, quarter: str, first: str, second: str) -> tuple[tuple[str, set[str]], ...]:
    """What people of an age and quarter may tell on two matters (the codes of A and B), and the traits of each."""
    return tuple(_told_by(age_group, quarter, first, second))


def _told_by(age_group: str, quarter: str, first: str, second: str) -> Iterator[tuple[str, set[str]]]:
    watching = (first, second) == ("community", "health")
    others = (("", ""),) if watching or first == second else FACTS[second]
    for who, words, where in WHO[age_group]:
        traits = {age_group, quarter, *words.split()}
        for fact, needs in WATCHING if watching else FACTS[first]:
            for other, other_needs in others:
                if fits(f"{where} {needs} {other_needs}", traits):
                    yield who + f"{fact}。" + (f"{other}。" if other else ""), traits
