"""What is odd about an indicator's record, and about the numbers that came with the next file."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dataacademy.notes import Note

SMALL = 10  # below so many cases (or so many without) a rate jumps by chance
TEXTS = {"definition": "定義", "owner": "担当課", "source": "出典"}


def about(table: pd.DataFrame, record: dict) -> Iterator[Note]:
    """Notes on the record itself and on small numbers."""
    if few := int(table["small"].sum()):
        yield Note(
            "small_numbers",
            f"数が少なく（{SMALL} 件未満）、偶然だけで率が大きく動く時期が {few} あります。",
            f"{few} periods have fewer than {SMALL} cases: their rates jump by chance.",
            fix='区間（lower・upper）を見るか、every="fiscal_year" で年度にまとめてください。',
            fix_en="Look at the interval, or add months up with every='fiscal_year'.",
        )
    for key, ja in TEXTS.items():
        if not record[key]:
            yield Note(
                f"no_{key}",
                f"指標の{ja}が書かれていません。",
                f"The indicator has no {key}.",
                level="warning" if key == "owner" else "info",
                fix=f"{key}= に書いてください。来月、同じ数をだれがどう出すかが分かるようにします。",
                fix_en=f"Write it in {key}=, so that it is clear who computes it next month, and how.",
            )


def revised(old: pd.DataFrame, again: pd.DataFrame, new: int) -> Iterator[Note]:
    """Notes on periods that came a second time."""
    pairs = ["numerator", "denominator"]
    changed = [row for _, row in again.iterrows() if (old.loc[row["period"], pairs] != row[pairs]).any()]
    for row in changed:
        was = old.loc[row["period"]]
        yield Note(
            "revised",
            f"{row['period']}の数が、{was['numerator']:,.0f}÷{was['denominator']:,.0f} から "
            f"{row['numerator']:,.0f}÷{row['denominator']:,.0f} に変わっています（新しいほうを使いました）。",
            f"{row['period']} changed from {was['numerator']:g}/{was['denominator']:g} to "
            f"{row['numerator']:g}/{row['denominator']:g}; the new numbers are used.",
            level="warning",
            fix="あとからの訂正かどうか、担当に確かめてください。",
            fix_en="Ask whether it is a correction.",
            value=str(row["period"]),
        )
    if len(again) > len(changed):
        yield Note(
            "repeated",
            f"前と同じ数の時期が {len(again) - len(changed)} ありました（二重には数えていません）。",
            f"{len(again) - len(changed)} periods came again with the same numbers; they are counted once.",
        )
    if not new:
        yield Note(
            "nothing_new",
            "新しい時期が一つもありません。",
            "There is no new period.",
            level="warning",
            fix="先月のファイルを渡していないか確かめてください。",
            fix_en="Is it last month's file?",
        )
