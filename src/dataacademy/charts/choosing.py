"""Which chart answers which question: the chart chooser."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.charts import frame
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.finding import Finding
from dataacademy.styling import width_of

QUESTIONS = ("くらべる", "変化", "内訳", "ばらつき", "関係", "場所")
FEW_LINES = 4  # lines that can be followed by eye, each with its name
_FEW, _MANY = 12, 30  # bars seen at a glance; bars that fit on a sheet
_PANELS = 24
Way = tuple[str, str, str, str]  # chart, command, why, what to be careful about


def choose(data: pd.DataFrame, *, question: str, x: str, y: str | None = None, by: str | None = None) -> Finding:
    """Which chart suits a question to this table, and how to draw it: the rules of a careful colleague.

    question
        ``くらべる`` (categories ``x``), ``変化`` (over time ``x``), ``内訳`` (parts ``x`` of a whole, or of each
        ``by``), ``ばらつき`` (of the numbers ``x``), ``関係`` (of the numbers ``x`` and ``y``), ``場所`` (of the
        column ``x`` of a map table).
    y, by
        The column of numbers, and that of groups.

    Table, the most fitting chart first: ``図, 書き方`` (the command; write your table's name for 「表」)``, 向く理由,
    気をつけること``.  Value: the command's name (``"line"``, or ``"show"`` where words or a table do).
    Errors: unknown question or column, a column of numbers that is missing, no map table.
    When not to use: instead of thinking who decides what from the chart.

    >>> import dataacademy as da
    >>> monthly = da.load("indicator_monthly")
    >>> choose(monthly, question="変化", x="month", y="value", by="name").value
    'small_multiples'
    """
    check_choice("問い", question, QUESTIONS, en="Question")
    frame.check_table(data, [x, y, by])
    needs = {"ばらつき": [x], "関係": [x, y], "場所": [x]}.get(question, [y])
    for column in needs:
        if column is None:
            raise DataAcademyError(
                "no_column",
                f"「{question}」の図を選ぶには、数の列 y が要ります。",
                f"The question {question!r} needs y, a column of numbers.",
                fix=f"ある列：{'、'.join(map(str, data.columns))}",
                fix_en="Name a column of numbers as y.",
            )
        frame.amounts(data, column)
    ask = {
        "くらべる": _compare,
        "変化": _change,
        "内訳": _parts,
        "ばらつき": _spread,
        "関係": _together,
        "場所": _where,
    }
    seen, ways = ask[question](data, x, y, by)
    table = pd.DataFrame(ways, columns=["図", "書き方", "向く理由", "気をつけること"])
    name = table["書き方"].iloc[0].partition("(")[0].rpartition(".")[2]
    return Finding(
        table=table,
        value=name,
        sentence=f"「{question}」には、{table['図'].iloc[0]}が向いています（{seen}）。",
        sentence_en=f"For this question and table: {name}.",
        used={"行": len(data)},
    )


def _call(name: str, **columns) -> str:
    """A command as one writes it; booleans and lists as they are."""
    written = [f'{key}="{value}"' if isinstance(value, str) else f"{key}={value}" for key, value in columns.items()]
    return f"da.{name}(表, {', '.join(part for part in written if not part.endswith('=None'))})"


def _table(why: str) -> Way:
    return ("表か文", "da.show(表)", why, "図にすると、大げさに見える")


def _compare(data, x, y, by):
    names = list(dict.fromkeys(frame.words(data[x])))
    groups = data[by].nunique() if by else 1
    long = max(map(width_of, names)) > 6
    seen = f"区分が {len(names)}" + (f"、組が {groups}" if by else "")
    bar = _call("charts.bar", x=x, y=y, by=by, **({"horizontal": True} if long or len(names) > _FEW else {}))
    care = "人数や件数なら、割合に直すかを先に決める"
    if len(names) * groups <= 2:
        return seen, [_table("数が二つまでなら、文で言えば足りる"), ("棒グラフ", bar, "差の大きさを見せたい", care)]
    panels = ("小さな図の並び", _call("charts.small_multiples", x=x, y=y, by=by, chart="bar"),
              "組ごとに同じ形の図が並び、形をくらべられる", "一つひとつの数は読みにくい")  # fmt: skip
    cells = ("色の表", _call("charts.heatmap", x=by, y=x, value=y), "区分と組のどこが大きいかが、一目で分かる",
             "となりの数のわずかな差は見えない")  # fmt: skip
    if groups > FEW_LINES:
        return seen, [cells, panels] if len(names) > _FEW else [panels, cells]
    bars = ("棒グラフ", bar, "長さで量をくらべられる", care)
    if len(names) * groups > _MANY:
        limits = ("ヒストグラム", _call("charts.histogram", x=y), "名前より、全体の散らばりを見せたい", "名前は消える")
        top = ("上位だけの棒グラフ", bar.replace("表", f'表.nlargest(10, "{y}")', 1), "言いたい所だけを見せる",
               "「上位10」と題に書く。残りの数も書く")  # fmt: skip
        return seen, [top, limits]
    return seen, [bars, _table("正確な数が要る人には、表を添える")]


def _change(data, x, y, by):
    count, groups = data[x].nunique(), data[by].nunique() if by else 1
    seen = f"時点が {count}" + (f"、線が {groups}" if by else "")
    if count < 2:
        return seen, [_table("時点が一つでは、変化は見えない")]
    line = ("折れ線グラフ", _call("charts.line", x=x, y=y, by=by), "動きの向きと、曲がった時が分かる",
            "いつから始めるかで、話が変わる。都合のよい年から始めない")  # fmt: skip
    bars = ("棒グラフ", _call("charts.bar", x=x, y=y), "時点が少なく、量そのものを見せたい", "棒は0から始める")
    slope = ("二時点の傾き", _call("charts.slope", item=by, x=x, y=y), "前と後だけを、名前つきで見せる",
             "間の動きは消える")  # fmt: skip
    loud = ("一本だけ色を付けた折れ線", _call("charts.line", x=x, y=y, by=by, highlight=["名前"]),
            "見せたい一本が、ほかの中のどこにいるか", "ほかは灰色になり、名前が出ない")  # fmt: skip
    panels = ("小さな図の並び", _call("charts.small_multiples", x=x, y=y, by=by), "線が重ならず、一本ずつの形が見える",
              "目盛りは、どの図も同じにする")  # fmt: skip
    if count == 2:
        return seen, [slope, line] if by else [bars, _table("数が二つなら、文で言えば足りる")]
    if groups > FEW_LINES:
        return seen, [panels, loud] if groups <= _PANELS else [loud]
    return seen, [line, bars] if count <= 6 and not by else [line, *([panels] if by else [])]


def _parts(data, x, y, by):
    parts, wholes = data[x].nunique(), data[by].nunique() if by else 1
    seen = f"部分が {parts}" + (f"、全体が {wholes}" if by else "")
    care = "割合（％）に直し、全体の数を添える。円グラフは三つまでの、大きく違う部分だけ"
    lying = _call("charts.bar", x=x, y=y, horizontal=True)
    if by is None:
        return seen, [("横の棒グラフ", lying, "多い順に並べると、角度より長さのほうが正しく読める", care)]
    cells = ("色の表", _call("charts.heatmap", x=x, y=by, value=y), "どの全体に、どの部分が多いか", care)
    groups = ("組に分けた棒グラフ", _call("charts.bar", x=by, y=y, by=x), "全体が少なく、部分も少ない", care)
    return seen, [groups, cells] if parts <= FEW_LINES and wholes <= 6 else [cells]


def _spread(data, x, y, by):
    known = int(np.isfinite(frame.amounts(data, x)).sum())
    if known < 10:
        return f"値が {known}", [_table("値が10より少なければ、並べて見せる")]
    hist = ("ヒストグラム", _call("charts.histogram", x=x), "どのくらいの値が、どれだけあるかが分かる",
            "平均だけを書かない。区切りの幅で形が変わる")  # fmt: skip
    return f"値が {known:,}", [hist]


def _together(data, x, y, by):
    known = int((np.isfinite(frame.amounts(data, x)) & np.isfinite(frame.amounts(data, y))).sum())
    if known < 5:
        return f"点が {known}", [_table("点が五つより少なければ、関係は言えない")]
    dots = ("散布図", _call("charts.scatter", x=x, y=y, by=by), "二つの数が、いっしょに動くかが分かる",
            "いっしょに動いても、原因とは限らない。人口の違う所は割合で")  # fmt: skip
    return f"点が {known:,}", [dots]


def _where(data, x, y, by):
    if "geometry" not in data or not hasattr(data, "geom_type"):
        raise DataAcademyError(
            "no_map_table",
            "場所の図には、地図の表（areas など）が要ります。渡した表には、形も位置もありません。",
            "The question 場所 needs a table with a geometry.",
            fix='da.load("areas", town=town) に数を結び付けてください。順位だけなら「くらべる」で足ります。',
            fix_en="Join the numbers to the areas, or ask くらべる.",
        )
    fill = ("色分けの地図", _call("maps.choropleth", column=x), "割合や距離が、どこで高いかが分かる",
            "人数をそのまま塗らない。区切りは仕事の基準で先に決める")  # fmt: skip
    dots = ("丸の地図", _call("maps.points", value=x), "人数や件数が、どこに多いかが分かる", "割合には使わない")
    values = frame.amounts(data, x)
    known = values[np.isfinite(values)]
    counts = len(known) > 0 and bool((known >= 0).all() and (known == np.round(known)).all() and known.max() > 100)
    return f"場所が {len(data):,}、{'人数や件数らしい数' if counts else '割合らしい数'}", [dots, fill] if counts else [
        fill,
        dots,
    ]
