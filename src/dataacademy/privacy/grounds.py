"""On what ground personal information leaves its purpose: 個人情報保護法69条, in plain words, as the data list says it.

The article as in force on 2024-04-01 (for municipalities since 2023-04-01).  The words are ours; the section in charge
decides by the text of the law, the guidelines and the town's own rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pandas as pd

from dataacademy.errors import DataAcademyError

AS_OF = "2024年4月1日時点の条文"
WITHIN, LAW, CONSENT, INSIDE, OFFICES, SPECIAL, NONE = "within", "69-1", "69-2-1", "69-2-2", "69-2-3", "69-2-4", "none"
GROUNDS = {
    WITHIN: "はじめの利用目的の中での利用・提供",
    LAW: "法令に基づく場合（69条1項）",
    CONSENT: "本人の同意がある、または本人に渡す（69条2項1号）",
    INSIDE: "役所の中での利用で、仕事に必要な限度で、相当の理由がある（69条2項2号）",
    OFFICES: "ほかの役所や独立行政法人などに渡し、相手の仕事に必要な限度で、相当の理由がある（69条2項3号）",
    SPECIAL: "統計や学術研究だけのため、明らかに本人のため、その他特別の理由（69条2項4号）",
    NONE: "個人情報を含まない（集計した数だけなど）",
}
FIELDS = {
    "ground": ("利用根拠", "根拠", "法的根拠", "提供の根拠", "根拠条文"),
    "purpose": ("利用目的", "目的", "使いみち", "使い道"),
    "recipient": ("提供先", "渡す相手", "渡し先", "利用者", "利用課"),
    "form": ("渡し方", "渡す形", "提供の形"),
    "retention": ("保存期間", "保管期限", "期限", "廃棄", "返却", "削除の期限"),
}
_KANJI = str.maketrans("一二三四①②③④", "12341234")
_NO_SECTION = "(?![^、・／/]{0,8}(?:課|係|班|局|窓口))"  # 市民課, 自治会支援係, 企業局 are within the office
_PUBLIC = "(?<!事務)(?<!広域)(?<!衛生)(?<!消防)(?<!水道)組合"  # 一部事務組合 are public bodies
_OUTSIDE = re.compile(f"(?:大学|会社|法人|事業者|NPO|組合|協会|企業|業者|町内会|自治会|報道|市民){_NO_SECTION}")
_NO_OFFICE = re.compile(f"(?:会社|NPO|企業(?!団)|業者|町内会|自治会|報道|市民|協会|{_PUBLIC}){_NO_SECTION}")
_OTHER_BODY = re.compile("教育委員会|選挙管理委員会|農業委員会|監査委員|公平委員会|議会|企業局|水道局|病院局|交通局")
_FOR_SPECIAL = re.compile("統計|研究|調査|分析|本人|特別")


def ground_of(words: str) -> str | None:
    """Which ground is written, or None if that is not clear.

    >>> ground_of("個人情報保護法第69条第2項第二号"), ground_of("法令に基づく（69条1項）"), ground_of("課長了解済み")
    ('69-2-2', '69-1', None)
    """
    text = unicodedata.normalize("NFKC", words).replace("六十九条", "69条")
    text = re.sub(r"\s|第|の規定", "", text)
    text = re.sub("([一二三四①②③④])(?=[項号])", lambda m: m[1].translate(_KANJI), text)
    article = text.partition("69条2項")[2]
    found = set(re.findall("([1-4])号", article)) or set(re.findall(r"69[-条]2-([1-4])(?!\d)", text))
    if len(found) == 1:
        return f"69-2-{found.pop()}"
    if found or "69条2項" in text:
        return None
    if re.search(r"69条1項|法令に基づ", text):
        return LAW
    if re.search("目的(の範囲)?内|目的の範囲で|利用目的どおり", text):
        return WITHIN
    return NONE if re.search("個人情報(では|で)?(を含ま)?ない|非該当|該当しない", text) else None


def entry(data_list) -> dict[str, str]:
    """The line of a data list (mapping, Series or table of one row) as ground, purpose, recipient, retention."""
    if isinstance(data_list, pd.DataFrame):
        if len(data_list) != 1:
            raise DataAcademyError(
                "not_one_line",
                f"データ一覧からは、このデータの 1 行だけを渡してください（渡されたのは {len(data_list):,} 行）。",
                f"Pass the one line of the data list that is about these data, not {len(data_list)}.",
                fix='一覧[一覧["データ名"] == "…"] のように選びます。',
                fix_en="Select the line first.",
            )
        data_list = data_list.iloc[0]
    if data_list is None:
        return {}
    if not isinstance(data_list, (Mapping, pd.Series)):
        raise DataAcademyError(
            "not_a_data_list",
            f"data_list には、データ一覧の 1 行を渡してください。渡されたのは {type(data_list).__name__} です。",
            f"data_list must be one line of the data list, not {type(data_list).__name__}.",
            fix='data_list={"利用根拠": "69条2項2号", "利用目的": "…", "提供先": "…"} のように書きます。',
            fix_en="Pass a mapping with ground, purpose, recipient and retention.",
        )
    written = {str(k).strip(): str(v).strip() for k, v in dict(data_list).items() if not pd.isna(v) and str(v).strip()}
    return {
        name: next((written[h] for h in (name, *headings) if h in written), "") for name, headings in FIELDS.items()
    }


def may_name_people(ground: str | None, form: str) -> bool:
    """Whether the line says that people are to be named (個人情報のまま) on a ground that can carry it."""
    return ground in (WITHIN, LAW, CONSENT, INSIDE, OFFICES) and "まま" in form


def doubts(ground: str, purpose: str, recipient: str) -> list[tuple[bool, str, str]]:
    """What does not go together in a line of the data list: whether it looks wrong (or is to be confirmed), words, fix.

    >>> doubts(INSIDE, "統計", "市民課"), [wrong for wrong, *_ in doubts(INSIDE, "統計", "市民団体")]
    ([], [True])
    """
    out = []
    if ground == INSIDE and _OUTSIDE.search(recipient):
        out.append(
            (
                True,
                "2号は役所の中で使うときの根拠ですが、提供先が役所の外に見えます。",
                "3号か4号、または委託にあたらないかを確かめます。",
            )
        )
    if ground == INSIDE and _OTHER_BODY.search(recipient):
        out.append(
            (
                False,
                "2号は同じ機関の中で使うときの根拠です。教育委員会や公営企業は、市長とは別の機関です。",
                "同じ機関の中での利用か、別の機関への提供（3号）かを確かめます。",
            )
        )
    if ground == OFFICES and _NO_OFFICE.search(recipient):
        out.append(
            (
                True,
                "3号はほかの役所や独立行政法人などに渡すときの根拠ですが、提供先がそう見えません。",
                "1号か4号にあたらないかを確かめます。",
            )
        )
    if ground == SPECIAL and not _FOR_SPECIAL.search(purpose):
        out.append(
            (
                True,
                "4号は統計・学術研究だけのためなどの根拠ですが、目的にそう書かれていません。",
                "目的を具体的に書くか、根拠を見直します。",
            )
        )
    if ground == CONSENT:
        out.append(
            (
                False,
                "本人の同意を、いつ、どの範囲で得たかの記録が要ります。",
                "同意の文面と記録の場所をデータ一覧に書きます。",
            )
        )
    if ground == LAW:
        out.append(
            (True, "どの法令のどの条に基づくかを書いておく必要があります。", "法令名と条をデータ一覧に書きます。")
        )
    return out
