"""What the residents of the sample town write into the last box of the questionnaire: topics, phrases, sentences.

A comment has one or two topics: one of the whole town, or one of a quarter, or both.  Every topic has a keyword that
stands in each of its sentences and in no other topic's, so that the share of comments with the word is planted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy.town.sample import geography as geo
from dataacademy.town.sample.dice import Dice

LONGEST = 80  # letters
NOTHING = ("特にありません。", "今のところ特にありません。", "特になし。このままでよいです。")
NOTHING_SHARE, COMMON_SHARE, LOCAL_SHARE, OWN_SHARE = 0.04, 0.76, 0.70, 0.88
WISH_SHARE = 0.7
OPENINGS = (
    *("", "", "", "", "正直なところ、", "前にも書きましたが、", "家族も言いますが、", "このごろ、"),
    *("ふだんの暮らしでは、", "いつも思うのですが、"),
)
JOINTS = ("", "", "また、", "あと、", "それから、")  # before the second topic
PERSONAL_SHARE = 0.02  # of the comments tell who wrote them


@dataclass(frozen=True)
class Topic:
    """Subjects with the keyword, what is said of them, and what is wished; all fit together."""

    word: str
    subjects: tuple[str, ...]
    states: tuple[str, ...]
    wishes: tuple[str, ...]


def _topic(word: str, subjects: str, states: str, wishes: str) -> Topic:
    return Topic(word, *(tuple(part.split("／")) for part in (subjects, states, wishes)))


COMMON = {  # share in per cent
    _topic(
        "道路",
        "家の前の道路は／通学に使う道路は／近所の道路は／裏の細い道路は／海へ抜ける道路は",
        "でこぼこで危ない／すれ違えないので怖いです／雨のたびに水たまりになる／白線が消えて見えにくい／夜になると真っ暗です",
        "早く直してほしい／いつ直すのか知らせてほしい／歩道を付けてもらいたい／一度見に来てください／先のばしにしないで",
    ): 25,
    _topic(
        "子ども",
        "子どもが／小さい子どもが／近所の子どもたちが／小学生の子どもが／町内の子どもたちが",
        "安心して遊べる広場が少ない／雨の日に行ける所がない／夕方までいられる所が足りない／楽しめる行事がほとんどない／減って、声がしなくなりました",
        "公園を増やしてほしい／保育園に入りやすくして／学童を広げてください／遊具を新しくしてほしい／親が相談できる場がほしい",
    ): 22,
    _topic(
        "病院",
        "大きな病院が／夜に開いている病院が／お産のできる病院が／入院できる病院が／手術のできる病院が",
        "なくて不安です／遠くて通うのが大変／一つもないのは心配／市内にないのは困る／隣町にしかない",
        "医師を呼ぶ努力をしてほしい／隣町との連携を進めて／送り迎えがあると助かります／市内に一つほしい／何とか呼べないか",
    ): 20,
    _topic(
        "ごみ",
        "ごみの分け方は／ごみの出し方は／ごみの日の決まりは／プラスチックごみの扱いは／粗大ごみの手続は",
        "分かりにくい／よく変わって困る／年寄りにはつらい／ほかの町とちがって不便／人によってまちまちです",
        "絵の入った表を配って／見回りをしてほしい／袋を安くしてください／電話一本で済むように／もう少し簡単にならないか",
    ): 9,
    _topic(
        "祭り",
        "夏の祭りは／秋の祭りは／町内の祭りは／みこしの出る祭りは／花火の祭りは",
        "小さくなって残念です／人手が足りず続くか心配／私の楽しみの一つです／にぎやかで誇らしい／年々さびしくなる",
        "ずっと残してほしい／市も力を貸して／若い人に任せてみては／写真を広報に載せて／よその人も呼びたい",
    ): 7,
    _topic(
        "窓口",
        "市役所の窓口は／支所の窓口は／手続の窓口は／相談の窓口は／税の窓口は",
        "いつも混んでいる／親切で助かりました／たらい回しで疲れた／平日しか開いていない／書く紙が多すぎる",
        "土曜も開けてほしい／予約できるとよい／案内の人を置いて／一か所で済ませたい／書き方の見本を置いて",
    ): 7,
    _topic(
        "税金",
        "税金の使い道は／税金の行き先は／市の税金は／土地の税金は／私たちの税金は",
        "どう決まるのか分からない／説明が足りない／むだがないか気になる／納得できないことがある／もっと見えるようにすべきです",
        "もっと説明してほしい／グラフで見せて／役立つことに使ってください／見直しを進めてほしい／議会でよく話し合って",
    ): 5,
    _topic(
        "空き家",
        "となりの空き家は／空き家の庭は／古い空き家は／通りの空き家は／屋根の落ちた空き家は",
        "見ていて怖い／草だらけです／火事にならないか心配／何年もそのまま／ねこのすみかになっている",
        "持ち主に伝えてほしい／若い人に貸せないか／片付けに補助がほしい／早めに手を打って／調べて公表してほしい",
    ): 5,
}
LOCAL = {
    "旧市街": (
        _topic(
            "商店街",
            "昔からの商店街は／商店街の通りは／商店街の店は／アーケードの商店街は／となりの商店街は",
            "さびれてしまった／日曜でも静かです／シャッターばかりになった／夕方には閉まってしまう／元気がない",
            "市を開いて人を呼んで／若い店主を応援してほしい／歩きたくなる通りに／昔のにぎわいを見たい／屋根を直して",
        ),
        _topic(
            "駐車場",
            "市役所の駐車場は／屋根のある駐車場は／店の駐車場は／中心部の駐車場は／月ぎめの駐車場は",
            "足りません／狭くてとめにくい／いつもいっぱい／遠くて不便／場所が分かりにくい",
            "空いた土地を使って／一時間はただに／案内板を出して／立体にできないか／軽自動車の枠を作って",
        ),
        _topic(
            "空き店舗",
            "通りの空き店舗は／角の空き店舗は／元呉服屋の空き店舗は／並んだ空き店舗は／一階の空き店舗は",
            "見ていてさびしい／目立つようになった／もったいない／暗い感じがする／何年も借り手がない",
            "家賃の補助を／学生に使わせては／集まれる場にしてほしい／試しに貸してみて／持ち主と話し合って",
        ),
        _topic(
            "渋滞",
            "朝の渋滞は／橋の手前の渋滞は／夕方の渋滞は／交差点の渋滞は／雨の日の渋滞は",
            "ひどい／少しもなくならない／裏道まで広がる／毎日の悩みです／救急車まで止めている",
            "信号の時間を見直して／右折の線がほしい／時差出勤をすすめて／橋をもう一本／うちの前を抜け道にしないで",
        ),
    ),
    "ニュータウン": (
        _topic(
            "坂道",
            "家までの坂道は／長い坂道は／急な坂道は／雨の日の坂道は／店へ行く坂道は",
            "足腰にこたえる／つらくなりました／すべりやすい／手押し車では登れない／ひざに悪い",
            "手すりを付けてほしい／途中にベンチを／すべり止めをしてください／小さな車を走らせて／階段を直して",
        ),
        _topic(
            "バス",
            "今のバスは／昼のバスは／夕方のバスは／市内のバスは／日曜のバスは",
            "本数が少なすぎる／使いにくい／なくならないか心配／時刻が暮らしに合わない／遠回りで時間がかかる",
            "一時間に一本はほしい／小型にして回数を増やして／予約で来る車も考えて／屋根を付けて／運賃を安くして",
        ),
        _topic(
            "高齢者",
            "高齢者だけの家が／近くの高齢者が／一人で住む高齢者が／まわりの高齢者が／助けのいる高齢者が",
            "急に増えました／気になります／目立ちます／ここ数年で倍になった／多くて町内会が回らない",
            "見守りを頼みたい／集まる場がほしい／配食を続けて／気軽に話せる所を／早いうちに備えたい",
        ),
        _topic(
            "買い物",
            "毎日の買い物が／車のない人の買い物が／重い物の買い物が／食料の買い物が／近くでの買い物が",
            "できなくなった／とても不便です／一番の苦労です／人に頼りきりです／店の撤退で難しくなった",
            "移動販売を呼んで／宅配の会を広げて／店を誘致してほしい／朝市を開いて／送り迎えを考えて",
        ),
    ),
    "農村": (
        _topic(
            "獣害",
            "畑の獣害が／イノシシの獣害が／サルの獣害が／今年の獣害が／山ぎわの獣害が",
            "ひどくて作る気をなくす／ひどくなるばかり／収まらない／柵をしても防げない／手に負えない",
            "柵の補助を増やして／わなの講習を／猟をする人を育てて／山ぎわを手入れして／一緒に対策を考えて",
        ),
        _topic(
            "草刈り",
            "あぜの草刈りは／水路の草刈りは／共同の草刈りは／夏の草刈りは／土手の草刈りは",
            "年寄りばかりで大変／もう続けられない／人が集まらない／体にこたえる／年々荷が重い",
            "機械を貸してほしい／業者に頼む費用を／回数を減らせないか／町の人にも来てほしい／市道の分は市で",
        ),
        _topic(
            "後継者",
            "農家の後継者が／田んぼの後継者が／となりの後継者が／集落の後継者が／果樹園の後継者が",
            "いません／見つからない／決まらず悩んでいる／町へ出てしまった／育っていない",
            "新しく始める人を世話して／まとめて貸せる仕組みを／給料が出る形に／研修の場を作って／土地を荒らしたくない",
        ),
        _topic(
            "診療所",
            "診療所は／地区の診療所は／山の診療所は／頼りの診療所は／村の診療所は",
            "週二回では心もとない／なくなると困る／いつまで続くか心配／本当にありがたい／待つ人が多すぎる",
            "これからも続けて／薬も受け取れるように／看護師さんに回ってほしい／オンラインでつないで／日を増やしてください",
        ),
    ),
    "沿岸": (
        _topic(
            "津波",
            "津波のことが／大きな津波が／夜の津波が／寝ている間の津波が／津波の備えが",
            "いつも頭にある／一番の心配です／気になって眠れない／何より気がかり／不安でなりません",
            "高い建物を使わせて／地図を配り直して／夜の訓練もしてほしい／一人の家に声をかけて／若い人にも伝えて",
        ),
        _topic(
            "堤防",
            "浜の堤防は／古い堤防は／川口の堤防は／今の堤防は／港の堤防は",
            "低いままです／ひび割れている／いつ直るのか分からない／途中で切れている／見た目にも頼りない",
            "かさ上げを急いで／点検の結果を知らせて／釣り人にも気を配って／景色も大事にして／住民と話し合って",
        ),
        _topic(
            "避難",
            "避難の道は／避難する場所は／年寄りの避難は／寝たきりの人の避難は／夜の避難は",
            "心配でなりません／今のままでは無理です／考えるほど不安／まだ十分でない／だれに聞けばよいのか",
            "段差をなくして／矢印を光らせて／となり同士の組を作って／毛布や水を置いて／一緒に歩いて確かめて",
        ),
        _topic(
            "漁業",
            "この浜の漁業は／若い人の漁業は／家の漁業は／小さな漁業は／昔からの漁業は",
            "先細りです／燃料が高くてきびしい／魚が減ってもうからない／続くか分からない／町の誇りだと思う",
            "魚の直売所を／船の修理に補助を／給食で使ってください／新しく来る人を助けて／港を使いやすく",
        ),
    ),
}
PERSONAL = (
    "連絡は{phone}まで。",
    "{name}といいます。",
    "{address}の{family}です。",
    "{name}（電話{phone}）。",
    "くわしくは{family}（{address}）へ。",
)


def comments(quarters: np.ndarray, areas: dict[str, list[str]], dice: Dice) -> list[str]:
    """One comment for each quarter in ``quarters``; ``areas`` are the names from which addresses are made."""
    n = len(quarters)
    topics = _topics(quarters, dice)
    u = dice.uniform(n * 10).reshape(n, 2, 5)
    personal = dice.chance(np.full(n, PERSONAL_SHARE))
    texts = []
    for k, quarter in enumerate(quarters.tolist()):
        text = "".join(_sentences(topic, i, u[k, i], brief=personal[k]) for i, topic in enumerate(topics[k]))
        if len(text) > LONGEST:
            text = "".join(_sentences(topic, i, u[k, i], brief=True) for i, topic in enumerate(topics[k]))
        texts.append((text or _pick(NOTHING, u[k, 0, 0])) + (_who(areas[quarter], dice) if personal[k] else ""))
    return texts


def _topics(quarters: np.ndarray, dice: Dice) -> list[list[Topic]]:
    """What each comment is about: one topic of the town, one of a quarter (mostly one's own), both, or nothing."""
    n = len(quarters)
    common = dice.choose(n, COMMON.values())
    home = np.array([geo.QUARTERS.index(q) for q in quarters.tolist()], dtype=np.int64)
    other = (home + 1 + dice.below(n, len(geo.QUARTERS) - 1)) % len(geo.QUARTERS)
    where = np.where(dice.chance(np.full(n, OWN_SHARE)), home, other)
    only_common, only_local = 1 - LOCAL_SHARE, 1 - COMMON_SHARE
    kind = dice.choose(n, (only_common, only_local, 1 - only_common - only_local))
    nothing = dice.chance(np.full(n, NOTHING_SHARE))
    local = dice.below(n, 4)
    for quarter in range(len(geo.QUARTERS)):  # a quarter's own topics are dealt in turn: none is rare by chance
        writers = np.flatnonzero((home == quarter) & (where == quarter) & (kind > 0) & ~nothing)
        local[writers] = np.arange(len(writers)) % 4
    return [
        [] if empty else ([list(COMMON)[c]] if k != 1 else []) + ([LOCAL[geo.QUARTERS[w]][t]] if k != 0 else [])
        for empty, k, c, w, t in zip(*(a.tolist() for a in (nothing, kind, common, where, local)), strict=True)
    ]


def _pick(choices: tuple[str, ...], u: float) -> str:
    return choices[int(u * len(choices))]


def _sentences(topic: Topic, place: int, u: np.ndarray, *, brief: bool) -> str:
    """What is said about the first or second (``place``) topic of a comment."""
    said = _pick(topic.subjects, u[1]) + _pick(topic.states, u[2]) + "。"
    if brief:
        return said
    return (
        _pick((OPENINGS, JOINTS)[place], u[0]) + said + (_pick(topic.wishes, u[3]) + "。" if u[4] < WISH_SHARE else "")
    )


def _who(areas: list[str], dice: Dice) -> str:
    """A plainly invented name, number or address, as people write them although nobody asked."""
    u = dice.uniform(7)
    family = _pick(geo.FAMILY_NAMES, u[0])
    given = _pick((*geo.GIVEN_NAMES["male"], *geo.GIVEN_NAMES["female"]), u[1])
    phone = f"0000-{10 + int(u[2] * 90)}-{1000 + int(u[3] * 9000)}"
    address = f"{_pick(tuple(areas), u[4])}{1 + int(u[5] * 30)}番地"
    return _pick(PERSONAL, u[6]).format(phone=phone, name=family + given, family=family, address=address)
