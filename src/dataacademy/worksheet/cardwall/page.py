"""The wall as a page: to look at where nobody can move cards, and to print."""

from __future__ import annotations

from html import escape

from dataacademy.worksheet.diagrams.picture import FONTS

UNPLACED = "まだ分けていないカード"
_STYLE = (
    ".da-cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px;align-items:start}"
    ".da-cards section{border:1px solid #767676;border-radius:4px;padding:6px 8px;break-inside:avoid-page}"
    ".da-cards h3{font-size:15px;margin:0 0 6px}.da-cards ul{list-style:none;margin:0;padding:0}"
    ".da-cards li{border:1px solid #bbb;background:#fffbe6;color:#111;padding:4px 6px;margin:0 0 4px;font-size:13px;"
    "line-height:1.5;break-inside:avoid;overflow-wrap:anywhere}"
)
_PAPER = "@page{size:A4 landscape;margin:10mm}body{margin:0;font-family:" + FONTS + "}h1{font-size:18px;margin:0 0 8px}"


def board(groups: list[tuple[str, list[str]]]) -> str:
    """The groups with their cards as HTML; ``groups``: name and texts."""
    parts = []
    for title, texts in groups:
        items = "".join(f"<li>{escape(text)}</li>" for text in texts)
        parts.append(
            f"<section><h3>{escape(title)}（{len(texts)}枚）</h3>"
            + (f"<ul>{items}</ul>" if items else "")
            + "</section>"
        )
    return f'<div lang="ja"><style>{_STYLE}</style><div class="da-cards">{"".join(parts)}</div></div>'


def paper(name: str, groups: list[tuple[str, list[str]]], note: str) -> str:
    """A page of its own, A4 on its side."""
    return (
        f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_PAPER}</style></head><body><h1>{escape(name)}</h1>{board(groups)}"
        f"<p>{escape(note)}</p></body></html>"
    )
