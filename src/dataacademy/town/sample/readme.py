"""The page that lies beside the sample town's tables: what there is and what is true."""

from __future__ import annotations

from typing import Any

from dataacademy.town.contract import TABLES

_HEAD = """# みらい市（架空の町）

練習用の町です。人も場所も施設も、すべて作りものです（団体コード 992011、海の上にあります）。
`dataacademy sample build` が作るので、このフォルダのファイルは直接直しません。

- 各表の項目の説明は `codebook.csv`（日本語・英語）
- 仕込んだ「ほんとうのこと」と、素朴な方法のまちがいは `truths.yml`
- 役所から届いたままの汚れたファイルは `raw/`、どこがどう汚れているかの答えは `defects.csv`

*An invented town for practice. The tables are clean, what is true about them is planted (`truths.yml`), and `raw/`
holds the same tables as offices would hand them over (`defects.csv` is the answer). Generated: do not edit.*
"""


def readme(tables: dict[str, Any], truths: list[dict]) -> str:
    """The page as Markdown: the tables with their rows, and the truths with where they hide."""
    lines = [_HEAD, "## 表", "", "| ファイル | 中身 | 行 |", "|---|---|---:|"]
    lines += [f"| `{TABLES[n].file}` | {TABLES[n].label} | {len(table):,} |" for n, table in tables.items()]
    lines += [
        "",
        "## 仕込んだほんとうのこと",
        "",
        "| 名前（`truths.yml` の id） | 使う表 | 正しい方法 |",
        "|---|---|---|",
    ]
    lines += [
        f"| {t['title']}（`{t['id']}`） | {'、'.join(f'`{n}`' for n in t['tables'])} | {t['method']} |" for t in truths
    ]
    return "\n".join(lines) + "\n"
