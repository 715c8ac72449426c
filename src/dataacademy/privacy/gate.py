"""The last look before a table is handed out: what still points to people, and on what ground it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once, check_whole
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_table
from dataacademy.privacy.anonymity import k_anonymity
from dataacademy.privacy.attack import bounds
from dataacademy.privacy.columns import LOW, classify
from dataacademy.privacy.equivalence import check_k, classes, named, numbered
from dataacademy.privacy.grid import Grid, axes_of, columns_of, counts, placed
from dataacademy.privacy.grounds import AS_OF, GROUNDS, NONE, doubts, entry, ground_of, may_name_people
from dataacademy.privacy.workbook import carried

STOP, MEND, CONFIRM, FINE = "出せない", "直す", "確かめる", "よい"
OUT, AFTER, NOT = "出してよい", "直してから", "出せない"
_LONG = 20
_FILE_MENDS = ("hidden_sheet", "hidden_cells", "filtered", "comment", "pivot_data", "macro")


@dataclass(frozen=True)
class _Found:
    check: str
    level: str
    ja: str
    fix: str = ""


def release_check(
    data: pd.DataFrame | str | Path,
    *,
    by: Sequence[str] | None = None,
    count: str | None = None,
    k: int = 5,
    minimum: int = 10,
    data_list: Mapping | pd.Series | pd.DataFrame | None = None,
) -> Analysis:
    """Check a table, or the file that holds it, before it is handed out: 出してよい, 直してから or 出せない.

    data
        A row a person; a row a cell with ``count``; or the path of a workbook or CSV (a workbook is also looked through
        for hidden sheets, rows and columns, comments, authors, pivot data, links, pictures and macros).
    by
        Quasi-identifiers (persons; guessed by :func:`classify` if not given) or classifications (counts).
    k, minimum
        Persons: the least number that must look alike.  Counts: the least that may be shown.
    data_list
        The line of the data list (データ一覧) about these data: ground, purpose, recipient, retention, form, or
        利用根拠, 利用目的, 提供先, 保存期間, 渡し方.  Grounds: 69条2項1号–4号, 69条1項 (法令に基づく), 目的内,
        個人情報を含まない.
        Form 個人情報のまま says that people are to be named; on all grounds but 4号 that is then only confirmed.

    Table, one row a check, the worst first: ``matter, verdict`` (出せない, 直す, 確かめる, よい)``, ja`` (what was
    found)``, fix``.  Cells are never quoted.  Value: the verdict.  Figures: ``stop, mend, confirm``, how many of each.

    出せない: persons without a clear written ground, or people named in a table said to hold no personal information.
    直してから: anything that a step of this package mends (columns to remove, groups below ``k``, small or computable
    cells, hidden parts of the file), or a line of the data list that is not filled in.  出してよい: only things that a
    person has to confirm are left; the section in charge decides.
    The article is described in our own words as in force on 2024-04-01; amendments, guidelines and the town's own rules
    are not looked at.
    Errors: not_one_line, not_a_data_list, k_too_small, k_not_whole, not_whole_between (minimum), duplicate_columns,
    by_needed (counts without ``by``), unknown_column, cell_twice, not_a_table, no_rows, and those of
    :func:`dataacademy.tables.read`.
    Checked against tables and workbooks made for every finding, and the sample town's registers and published counts.
    When not to use: as the decision.  It sees neither what others know or have published nor the law of the day.

    >>> import dataacademy as da
    >>> found = release_check(da.load("residents").head(3000))
    >>> found.value, found.table["matter"].tolist()[:2]
    ('出せない', ['利用根拠', '直接識別子'])
    >>> counts = da.load("published_counts")
    >>> release_check(counts, by=["quarter", "age_group"], count="count").value
    '直してから'
    """
    name, found = "", []
    if isinstance(data, (str, Path)):
        data, name, found = _opened(data)
    check_table(data)
    check_names_once(data)
    check_k(k, np.inf)  # more than there are rows is a finding here
    check_whole("見せてよい人数（minimum）", minimum, 2, en="minimum")
    line = entry(data_list)
    ground = ground_of(line["ground"]) if line.get("ground") else None
    people = count is None
    level = CONFIRM if may_name_people(ground, line.get("form", "")) else MEND
    found += _people(data, by, k, level) if people else _cells(data, by, count, minimum)
    direct = any(f.check == "直接識別子" and f.level != FINE for f in found)
    found += _written(line, ground, data_list is not None, people, direct)
    order = {STOP: 0, MEND: 1, CONFIRM: 2, FINE: 3}
    found.sort(key=lambda f: order[f.level])
    n = {level: sum(f.level == level for f in found) for level in order}
    verdict = NOT if n[STOP] else AFTER if n[MEND] else OUT
    table = pd.DataFrame([(f.check, f.level, f.ja, f.fix) for f in found], columns=["matter", "verdict", "ja", "fix"])
    first = "、".join(dict.fromkeys(f.check for f in found if f.level in (STOP, MEND)))
    tail = (
        f"{first}を直してから、もう一度調べてください。"
        if first
        else f"残る {n[CONFIRM]:,} 項目を人が確かめ、所管課が決めてください。"
    )
    return Analysis(
        table,
        verdict,
        f"{f'{name}：' if name else ''}判定は「{verdict}」です（{len(data):,} 行。"
        f"出せない理由 {n[STOP]}、直すところ {n[MEND]}、人が確かめること {n[CONFIRM]}）。{tail}",
        f"Verdict: {verdict} ({len(data):,} rows; {n[STOP]} reasons against, {n[MEND]} to mend, {n[CONFIRM]} to "
        "confirm).",
        used={"行": len(data), "列": len(data.columns)},
        figures={"stop": n[STOP], "mend": n[MEND], "confirm": n[CONFIRM]},
        assumptions=(
            f"個人情報保護法69条は{AS_OF}をもとに、私たちの言葉で書いています。改正・ガイドライン・市の規程は所管課が確かめてください。",
            "列の見分けは推定です。ほかに公表されている表や、近所の人が知っていることは見ていません。",
        ),
    )


def _opened(path: str | Path) -> tuple[pd.DataFrame, str, list[_Found]]:
    from dataacademy import tables

    reading = tables.read(path)
    found = [
        _Found("ファイルの中身", MEND if kind in _FILE_MENDS else CONFIRM, ja, fix)
        for kind, ja, fix in carried(Path(path))
    ]
    clean = [_Found("ファイルの中身", FINE, "隠れたシート、コメント、作成者の名前などはありません。")]
    return reading.data, reading.file, found or clean


def _people(data: pd.DataFrame, by, k: int, level: str) -> list[_Found]:
    roles = classify(data)
    confidence = roles.table.set_index("column")["confidence"]
    out = []
    sure = [c for c in roles.direct if confidence[c] != LOW]
    unsure = [c for c in roles.direct if confidence[c] == LOW]
    if sure:
        fix = "消すか、da.privacy.pseudonymize で置きかえます。要る列なら、その理由をデータ一覧に書きます。"
        out.append(_Found("直接識別子", level, f"氏名・番号・連絡先などとみられる列があります：{_list(sure)}。", fix))
    if unsure:
        fix = "中を見て、人が分かる列なら消すか置きかえます。"
        out.append(
            _Found("直接識別子かもしれない列", CONFIRM, f"人の番号などかもしれない列があります：{_list(unsure)}。", fix)
        )
    if not roles.direct:
        out.append(_Found("直接識別子", FINE, "氏名・番号・連絡先などとみられる列はありません。"))
    if roles.sensitive:
        fix = "目的に要る列だけを残します。あつかいを所管課が確かめます。"
        out.append(
            _Found("要配慮の列", CONFIRM, f"病気や障害など、配慮の要る列があります：{_list(roles.sensitive)}。", fix)
        )
    texts = [c for c in data.columns if c not in roles.direct and _is_text(data[c])]
    if texts:
        fix = "da.text.personal_information で名前や電話番号を伏せてから、人が全部読みます。"
        out.append(_Found("文章の列", CONFIRM, f"人の言葉がそのまま入った列があります：{_list(texts)}。", fix))
    quasi = named(data, by) if by is not None else [c for c in roles.quasi if c not in texts]
    if not quasi:
        fix = 'by=["地区", "年代", "性別"] のように指定して、もう一度調べます。'
        return [
            *out,
            _Found("組み合わせで分かる人", CONFIRM, "組み合わせると人が分かりそうな列が見つかりませんでした。", fix),
        ]
    if len(data) < k:
        fix = "人数の多い表にまとめてから出します。"
        return [
            *out,
            _Found("組み合わせで分かる人", level, f"表に {len(data)} 行しかなく、{k} 人の組が作れません。", fix),
        ]
    alike = k_anonymity(data, by=quasi, k=k)
    small, alone = int((alike.sizes < k).sum()), alike.figures["alone"]
    if small:
        ja = (
            f"{_list(quasi)}の組み合わせで {k} 人未満の組にいる行が {small:,} 行、うち自分だけの行が {alone:,} 行です。"
        )
        fix = "区分を粗くする（町丁目→地区、生年月日→年代）か、その行のマスを伏せます。"
        return [*out, _Found("組み合わせで分かる人", level, ja, fix)]
    ja = f"{_list(quasi)}の組み合わせは、どの組も {k} 行以上です（いちばん少ない組は {alike.value:,} 行）。"
    return [*out, _Found("組み合わせで分かる人", FINE, ja), *_uniform(data, quasi, roles.sensitive)]


def _is_text(values: pd.Series) -> bool:
    filled = values.dropna()
    return bool(pd.api.types.is_string_dtype(values) and len(filled) and filled.astype(str).str.len().mean() > _LONG)


def _uniform(data: pd.DataFrame, quasi: list[str], sensitive: list[str]) -> list[_Found]:
    """Sensitive columns of which everybody in some group has the same value."""
    group = classes([numbered(data[c]) for c in quasi], len(data))
    told = []
    for column in sensitive:
        both = classes([numbered(pd.Series(group.of)), numbered(data[column])], len(data))
        kinds = np.bincount(group.of[both.first], minlength=len(group.rows))
        filled = np.bincount(group.of, weights=data[column].notna().to_numpy(), minlength=len(group.rows)) > 0
        if ((kinds == 1) & filled).any():
            told.append(column)
    if not told:
        return []
    fix = "区分を粗くするか、その列を除きます（da.privacy.l_diversity で数を見られます）。"
    return [
        _Found("組の全員が同じ値", MEND, f"組の全員が同じ値なので、だれの値か分かる列があります：{_list(told)}。", fix)
    ]


def _cells(data: pd.DataFrame, by, count: str, minimum: int) -> list[_Found]:
    if by is None:
        raise DataAcademyError(
            "by_needed",
            "人数の表を調べるには、区分の列を by に指定してください。",
            "Name the classifications of a table of counts with by.",
            fix='by=["地区", "年代"], count="人数" のように書きます。',
            fix_en='Write by=[…], count="…".',
        )
    columns = columns_of(data, by, count)
    grid = Grid.of(axes_of(data, columns, None))
    cell, given = placed(data, grid), counts(data, count, blank=True)
    published = np.full(len(grid), np.nan)
    published[cell] = given
    out = []
    small = int(((given > 0) & (given < minimum)).sum())
    fix = f"da.privacy.suppress_table(…, minimum={minimum}) で伏せます。"
    out.append(
        _Found("少ない人数", MEND, f"{minimum} 人未満のマスが {small:,} マス、見えています。", fix)
        if small
        else _Found("少ない人数", FINE, f"{minimum} 人未満（0 を除く）のマスは見えていません。")
    )
    hidden = cell[np.isnan(given)]
    if len(hidden):
        low, high = bounds(grid.sums, published, hidden)
        known, narrow = int((low == high).sum()), int((high < minimum).sum())
        out.append(
            _Found(
                "引き算で分かるマス",
                MEND,
                f"伏せた {len(hidden):,} マスのうち {known:,} マスは人数が一つに決まり、{narrow:,} "
                f"マスは {minimum} 人未満だと分かります。",
                "伏せる前の人数から、da.privacy.suppress_table で伏せ直します。",
            )
            if narrow or known
            else _Found("引き算で分かるマス", FINE, f"伏せた {len(hidden):,} マスは、計からも計算できません。")
        )
    return out


def _written(line: dict[str, str], ground: str | None, given: bool, people: bool, direct: bool) -> list[_Found]:
    """What the data list says, and whether it goes together."""
    names = {"ground": "利用根拠", "purpose": "利用目的", "recipient": "提供先", "retention": "保存期間"}
    out = []
    if ground is None and people:
        ja = (
            f"根拠「{line['ground']}」が、69条のどれにあたるか分かりません。"
            if line.get("ground")
            else "データ一覧に利用根拠が書かれていません。"
        )
        out.append(
            _Found("利用根拠", STOP, ja, f"所管課と相談し、どれにあたるかを書きます：{'、'.join(GROUNDS.values())}。")
        )
    elif ground == NONE and direct:
        fix = "人が分かる列を消すか、根拠を書き直します。"
        out.append(_Found("利用根拠", STOP, "「個人情報を含まない」とありますが、人が分かる列があります。", fix))
    elif ground is not None:
        out.append(
            _Found(
                "利用根拠", CONFIRM, f"{GROUNDS[ground]}、と書かれています。", "所管課が条文と市の規程で確かめます。"
            )
        )
        out += [_Found("根拠と内容", MEND if wrong else CONFIRM, ja, fix)
                for wrong, ja, fix in doubts(ground, line["purpose"], line["recipient"])]  # fmt: skip
        if people and ground != NONE:
            fix = "渡す列と行を目的に要るものだけにし、そう判断した理由を残します。"
            ja = "根拠があっても、本人やほかの人の権利利益を不当に害するおそれがあれば出せません（69条2項ただし書）。"
            out.append(_Found("本人への影響", CONFIRM, ja, fix))
    missing = [label for name, label in names.items() if name != "ground" and not line.get(name)]
    if missing and (people or given):
        ja = f"データ一覧に {'、'.join(missing)} が書かれていません。"
        out.append(
            _Found("データ一覧", MEND if people else CONFIRM, ja, "だれに、何のために、いつまで渡すのかを書きます。")
        )
    return out


def _list(columns: Sequence[str]) -> str:
    return "、".join(f"「{c}」" for c in columns)
