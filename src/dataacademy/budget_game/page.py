"""What the game says, as HTML: the hole in a budget, what came back, what happened, how it ended."""

from __future__ import annotations

from html import escape

from dataacademy.budget_game.game import Closed, Game, money
from dataacademy.budget_game.rules import ROUNDS, Cut
from dataacademy.finding import show

_VOICES = ("上がらない", "小さい", "ふつう", "大きい")


def opening(game: Game) -> str:
    """What the budget to be made has to find, and why."""
    lines = [f"福祉などに要るお金の増えた分（はじめから {game.number} 回分）：{money(game.number * game.rules.gap)}"]
    lines += [f"{escape(bill.text)}：{money(bill.amount)}" for bill in game.bills]
    before = sum(one.saved for one in game.closed)
    if before:
        lines.append(f"前の予算で削った分：−{money(before)}")
    needed = money(max(game.needed, 0))
    return (
        f"<h3>{game.number}回目の予算（{game.year}年度、全部で{ROUNDS}回）</h3>"
        f"<p><strong>足りない額：{needed}</strong>　基金（町の貯金）：{money(game.fund)}</p>"
        f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    )


def concerning(cut: Cut) -> str:
    """Whom a cut concerns and how loud they will be."""
    return f"困る人：{'・'.join(cut.who)}　すぐ上がる声：{_VOICES[cut.voices]}"


def balance(game: Game, chosen: list[str]) -> str:
    """What the cuts chosen so far come to."""
    missing = game.missing(chosen)
    picked = money(sum(game.rules.cuts[id].amount for id in chosen))
    if missing > game.fund:
        told = f"あと <strong>{money(missing - game.fund)}</strong>足りません（基金を全部使っても）"
    elif missing > 0:
        told = f"のこりの {money(missing)}は、基金から出します"
    else:
        told = f"足りました。余る {money(-missing)}は、基金に入れます" if missing else "ちょうど足りました"
    return f"<p role='status'>選んだ額：<strong>{picked}</strong>（{len(chosen)}件）　→　{told}</p>"


def happened(game: Game, one: Closed, number: int) -> str:
    """What was decided in a budget and what happened at once."""
    cuts = [game.rules.cuts[id] for id in one.cuts]
    items = "".join(f"<li>{escape(cut.name)}（{money(cut.amount)}）：{escape(cut.now)}</li>" for cut in cuts)
    used = one.before - one.after
    fund = f"基金を {money(used)}使いました。" if used > 0 else f"基金に {money(-used)}入れました。" if used else ""
    reason = escape(one.reason) or "（理由は、書かれませんでした）"
    return (
        f"<h3>{number}回目（{one.year}年度）に決めたこと：{money(one.saved)}を削りました</h3>"
        f"<p>{fund}議会での説明：{reason}</p><ul>{items or '<li>何も削りませんでした。</li>'}</ul>"
    )


def past(game: Game, unfolded: int = 0) -> str:
    """All budgets so far; the last ``unfolded`` of them open, the others folded away."""
    told = [happened(game, one, k) for k, one in enumerate(game.closed, 1)]
    cut = len(told) - unfolded
    folded = f"<details><summary>前の予算で決めたこと</summary>{''.join(told[:cut])}</details>" if cut else ""
    return folded + "".join(told[cut:])


def ending(game: Game) -> str:
    """How the game ended."""
    burdens = game.burdens.round({"減った額（万円）": 0, "割合（%）": 1})
    pending = "".join(f"<li>{escape(bill.text)}：{money(bill.amount)}</li>" for bill in game.pending)
    stuck = (
        f"<p><strong>次の予算を組めません。</strong>足りない額は {money(game.needed)}で、"
        f"残ったものを全部削り、基金を全部使っても届きません。町は、国に立て直しの計画を出すことになりました。</p>"
        if game.stuck
        else ""
    )
    return (
        "<div role='status'><h3>ゲームの終わり</h3></div>"
        f"{stuck}<p><strong>{escape(game.finding.sentence)}</strong></p>"
        + (f"<p>次の担当者に届く費用</p><ul>{pending}</ul>" if pending else "")
        + f"<p>予算ごとの数</p>{show(game.finding.table)._repr_html_()}"
        + f"<p>削った額は、だれにかかったか</p>{show(burdens)._repr_html_()}"
    )


def static(game: Game) -> str:
    """The game to look at where nobody can press a button."""
    told = past(game, len(game.closed))
    if game.over:
        return f'<div lang="ja">{told}{ending(game)}</div>'
    parts = []
    for department in game.rules.departments:
        cuts = [game.rules.cuts[id] for id in department.cuts if id in game.left]
        items = "".join(f"<li>{escape(cut.name)}（{money(cut.amount)}）<br>{concerning(cut)}</li>" for cut in cuts)
        parts.append(f"<p><strong>{department.name}</strong>（予算 {money(department.budget)}）</p><ul>{items}</ul>")
    return f'<div lang="ja">{told}{opening(game)}{"".join(parts)}</div>'
