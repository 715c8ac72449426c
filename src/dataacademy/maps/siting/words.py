"""The answer in a sentence, in both languages: what changes, the proof, and what choosing one by one gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy import styling


@dataclass(frozen=True)
class Said:
    """Who is counted (in what unit), how it is measured, from where: Japanese and English.

    ``label``: what the sites that are there already are called; empty: there are none.
    """

    counted: tuple[str, str, str]
    label: str
    how: tuple[str, str]
    place: tuple[str, str]
    candidates: int
    within: float | None
    seconds: float
    roomy: bool


def sentences(model: str, said: Said, facts: dict) -> tuple[str, str]:
    """The headline, the proof and what choosing one by one gives."""
    n = facts["new_sites"]
    ja, en = (_covered if "covered_after" in facts else _distance)(model, said, facts)
    head = f"候補地 {said.candidates:,} か所のうち {n:,} か所を増やすと、" if n else "候補地をどう増やしても、"
    parts = [(head + ja, f"With {n:,} of {said.candidates:,} candidates {en}")]
    parts += [_left(said, facts)] if model == "lscp" else []
    parts += [_proof(model, said, facts), _naive(model, said, facts)]
    words, words_en = zip(*parts, strict=True)
    return f"{''.join(words)}{said.place[0]}で計算しています。", " ".join(filter(None, words_en))


def _amount(model: str, said: Said, value: float) -> tuple[str, str]:
    """A value of the model with its unit."""
    if model == "mclp":
        return f"{round(value):,}{said.counted[1]}", f"{round(value):,} {said.counted[2]}"
    if model == "lscp":
        return f"{round(value):,} か所", f"{round(value):,} sites"
    return f"{value:,.0f} m", f"{value:,.0f} m"


def _sites(said: Said, facts: dict) -> str:
    if not facts["new_sites"]:
        return said.label or "候補地"
    return f"{said.label}（新しい場所をふくむ）" if said.label else "増やす場所"


def _covered(model: str, said: Said, facts: dict) -> tuple[str, str]:
    who, each, who_en = said.counted
    before, after, base = (round(facts[key]) for key in ("covered_before", "covered_after", "base"))
    share, radius = f"{facts['covered_after_percent']:.2f} %", styling.plain(said.within)
    lives = "にある" if each == "件" else "に住む"
    lives, room_en = ("で場所のある", " and find a place") if said.roomy else (lives, "")
    ja = f"{_sites(said, facts)}から{said.how[0]}{radius} m以内{lives}{who}は"
    now = f" {after:,}{each}（{base:,}{each}の {share}）"
    grown = f"、{before:,}{each}から {after - before:,}{each}増えて" if said.label else ""
    return (
        ja + (f"{grown}{now}になります。" if facts["new_sites"] else f"{now}のままです。"),
        f"{after - before:,} more {who_en} are within {radius} m ({said.how[1]}) of a site{room_en}: "
        f"{after:,} of {base:,} ({share}).",
    )


def _left(said: Said, facts: dict) -> tuple[str, str]:
    left = round(facts["uncovered"])
    if not left:
        return "これで全員です。", "Nobody is left."
    return (
        f"どの候補地からも遠い {left:,}{said.counted[1]}を除けば、これで全員です。",
        f"That is everybody but {left:,} who are too far from every candidate.",
    )


def _distance(model: str, said: Said, facts: dict) -> tuple[str, str]:
    who, each, who_en = said.counted
    far = model == "p_centre"
    before, after = (facts[f"{'farthest' if far else 'mean'}_{when}_m"] for when in ("before", "after"))
    way = said.how[0] + ("" if said.how[0] == "道のり" else "距離")
    goal = f"{_sites(said, facts)}までの{way}"
    room = "（収容人数を守って振り分けたとき）" if said.roomy else ""
    ja = (f"最も遠い{who}から{goal}は" if far else f"最も近い{goal}の平均は") + room
    known = facts["new_sites"] and not np.isnan(before)
    was, was_en = (f" {before:,.0f} m から", f"from {before:,.0f} m ") if known else ("", "")
    becomes = "になります" if facts["new_sites"] else "のままです"
    what = "longest" if far else "mean"
    return (
        f"{ja}{was} {after:,.0f} m {becomes}（{round(facts['base']):,}{each}）。",
        f"the {what} distance of {round(facts['base']):,} {who_en} goes {was_en}to {after:,.0f} m ({said.how[1]}).",
    )


def _proof(model: str, said: Said, facts: dict) -> tuple[str, str]:
    better, better_en = {"mclp": ("多い", "more"), "lscp": ("少ない", "fewer")}.get(model, ("短い", "shorter"))
    if facts["optimal"]:
        return (
            f"これより{better}選び方はありません（最適であることを確かめました）。",
            f"No choice gives {better_en} (proven optimal).",
        )
    (bound, bound_en), (gap, gap_en) = (_amount(model, said, facts[key]) for key in ("bound", "gap_to_bound"))
    return (
        f"{said.seconds:g} 秒で見つかった中では最もよい選び方で、最適かどうかは確かめられていません。"
        f"どんな選び方でも {bound}を{'超えません' if model == 'mclp' else '下回りません'}（差は {gap}まで）。",
        f"It is the best found in {said.seconds:g} seconds, not proven optimal: no choice passes {bound_en} "
        f"(at most {gap_en} better).",
    )


def _naive(model: str, said: Said, facts: dict) -> tuple[str, str]:
    if "greedy" not in facts or not facts["new_sites"]:
        return "", ""
    ours, theirs = _amount(model, said, facts["value"]), _amount(model, said, facts["greedy"])
    if ours == theirs:
        return "一か所ずつ順に選んでも同じ結果です。", "Choosing one by one gives the same."
    return f"一か所ずつ順に選ぶと {theirs[0]}です。", f"Choosing one by one gives {theirs[1]}."
