"""The logic model of one effect or of several, as their records tell it."""

from __future__ import annotations

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.model import Worksheet, kind_of

_STAGES = {
    "inputs": "インプット",
    "activities": "活動",
    "outputs": "アウトプット",
    "outcomes": "初期アウトカム",
    "impact": "最終アウトカム",
}


def chain(worksheet: Worksheet, *ids: str) -> list[dict[str, str]]:
    """The boxes of ``effect.logic_model``, from what is used to where it leads; indicators stand at the outcome.

    Several effects are branches of one model: what is worded the same in two of them is one box.

    Errors: ``no_record``, ``not_an_effect``, ``no_chain`` where none of the steps of an effect is filled in.
    """
    return [box for id in ids for box in _branch(worksheet, id)]


def _branch(worksheet: Worksheet, id: str) -> list[dict[str, str]]:
    record = worksheet.get(id)
    if kind_of(id) != "effect":
        raise DataAcademyError(
            "not_an_effect",
            f"ロジックモデルは効果から描きます。「{id}」は効果ではありません。",
            f"{id} is no effect.",
            fix="effect1 のような番号を書いてください。",
            fix_en="Give an id such as effect1.",
        )
    filled = [(stage, getattr(record, name).strip()) for name, stage in _STAGES.items()]
    filled = [(f"{stage}：{text}", stage, text) for stage, text in filled if text]
    if not filled:
        raise DataAcademyError(
            "no_chain",
            f"{id} の「使うもの」から「めざす姿へのつながり」までが、まだ空です。",
            f"None of the steps of {id} is filled in.",
            fix="効果のフォームで、分かるところから書いてください。",
            fix_en="Fill in what is known in the form of the effect.",
        )
    measured = "、".join(i.text for i in worksheet.section("indicator") if i.effect == id and i.text.strip())
    return [
        {"id": name, "stage": stage, "text": text}
        | ({"to": filled[at + 1][0]} if at + 1 < len(filled) else {})
        | ({"indicator": measured} if stage == _STAGES["outcomes"] and measured else {})
        for at, (name, stage, text) in enumerate(filled)
    ]
