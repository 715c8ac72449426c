"""The page that lies beside the sample town's tables: what there is and what is true."""

from __future__ import annotations

from typing import Any

from dataacademy.town.bands import to_columns
from dataacademy.town.contract import TABLES

_HEAD = """# みらい市（架空の町）

練習用の町です。人も場所も施設も、すべて作りものです（団体コード 992011、海の上にあります）。
`dataacademy sample build` が作るので、このフォルダのファイルは直接直しません。

- 各表の項目の説明は `codebook.csv`（日本語・英語）。表の基準日は2026年4月1日、人口は2020年5月からの72か月です。
- 仕込んだ「ほんとうのこと」と、素朴な方法のまちがいは `truths.yml`
- 役所から届いたままの汚れたファイルは `raw/`、どこがどう汚れているかの答えは `defects.csv`
- `raw/` を調べた結果が `inventory.csv`・`problems.csv`・`town.yml`（レッスンA2で使います）、町の名前などは `town.json`

読むときの注意：地区コードは9桁（丁目のない町）と11桁（丁目のある町）の文字です。Excelで開くと数に変わるので、
Excelで見るときは「データの取り込み」で文字にします。`population.csv` は年齢ごとに列があり、教材で読み込むと一行が一つの
年齢になります。`counter_log.csv` は毎月一週間だけ、`stations.csv` は南東収集区（中央・あおば台・東原・東浜の各
自治会）だけの記録です。`survey.csv` で返送されなかった人の回答は空欄です。

*An invented town for practice. The tables are clean, what is true about them is planted (`truths.yml`), and `raw/`
holds the same tables as offices would hand them over (`defects.csv` is the answer). Generated: do not edit.*
"""


def readme(tables: dict[str, Any], truths: list[dict]) -> str:
    """The page as Markdown: the tables with their rows, and the truths with where they hide."""
    lines = [_HEAD, "## 表", "", "| ファイル | 中身 | 行 |", "|---|---|---:|"]
    lines += [f"| `{TABLES[n].file}` | {TABLES[n].label} | {_rows(n, table)} |" for n, table in tables.items()]
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


def _rows(name: str, table) -> str:
    if not TABLES[name].by_band:
        return f"{len(table):,}"
    return f"{len(to_columns(table)):,}（読み込むと {len(table):,}）"
