"""What columns of projects, and of how long they last, are called on paper."""

from __future__ import annotations

LABELS: dict[str, str] = {
    "aim": "課題や目指す姿",
    "at_risk": "そこまで見ていた数",
    "cohort": "期",
    "going_percent": "続いている割合",
    "handed_over": "ふだんの仕事に引き継いだ",
    "help": "必要なヘルプ",
    "joining": "参加方法",
    "leader": "リーダー",
    "members": "メンバー",
    "n_ended": "終わった数",
    "n_going": "続いたまま見終えた数",
    "next_steps": "今後の作業",
    "purpose": "目的",
    "standing": "いま",
    "started": "始めた日",
    "stopped": "止まった",
    "team": "チーム名",
    "updated": "最終更新日",
}
