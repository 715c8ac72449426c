"""The last look before a page goes out: rows that identify someone, figures that are none, silent corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of
from dataacademy.privacy.anonymity import k_anonymity
from dataacademy.privacy.columns import classify
from dataacademy.privacy.gate import AFTER, CONFIRM, FINE, MEND, NOT, OUT, STOP, release_check
from dataacademy.status_page.changes import changed, published
from dataacademy.status_page.languages import LANGUAGES, plain, said
from dataacademy.status_page.parts import Made, make
from dataacademy.status_page.settings import Settings

_RANK = {STOP: 0, MEND: 1, CONFIRM: 2, FINE: 3}


@dataclass(frozen=True)
class _Found:
    part: str
    verdict: str
    ja: str
    fix: str = ""


def check(
    settings: Settings,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    previous: Mapping | str | Path | None = None,
    reasons: Mapping[str, str | dict] | None = None,
) -> Analysis:
    """Whether a page may go out as it is set: 出してよい, 直してから or 出せない.

    settings, tables, previous, reasons
        As for :func:`build`.

    Table, one row a point, the worst first: ``section`` (a part's id, or 全体), ``verdict`` (出せない, 直す, 確かめる,
    よい), ``ja`` (what was found), ``fix``.  Value: the verdict.  Figures: ``stop, mend, confirm``, how many of each.

    出せない: a table with a row a person; counts of people below ``minimum`` that are shown, or hidden but computable
    from the totals (:func:`dataacademy.privacy.release_check`).  直す: a table that is missing or cannot be counted, a
    running total in place of counts by day, a published figure that changed without a reason.  確かめる: unknown days,
    texts or reasons that one of the languages lacks, a contact that is missing.
    Errors: those of :func:`validate` for ``previous``.
    Checked against the sample town's patients, its published counts (six computable cells) and pages spoilt one by one.
    When not to use: as the decision.  It sees neither what else is published nor what neighbours know; and a table of
    groups that is published every week tells by subtraction who came in between: publish such tables seldom.

    >>> import dataacademy as da
    >>> found = check(da.status_page.example())
    >>> found.value, found.table["section"].iloc[0]
    ('出せない', 'people')
    >>> only = da.status_page.example().only("patients")
    >>> check(only).value
    '出してよい'
    >>> total = da.load("covid_daily").assign(patients=lambda table: table["patients"].cumsum())
    >>> check(only, tables={"covid_daily": total}).value
    '直してから'
    """
    before = None if previous is None else published(previous)
    return judged(settings, make(settings, tables), before, reasons)


def judged(settings: Settings, made: list[Made], before: Mapping | None, reasons) -> Analysis:
    """:func:`check` for parts that are made already."""
    found = [point for one in made for point in _part(one, settings)]
    found += _texts(settings) + _contact(settings) + _corrected(made, before, reasons or {}, settings)
    clean = [one.part.id for one in made if one.part.id not in {f.part for f in found if f.verdict != CONFIRM}]
    found += [_Found(id, FINE, "出してよい形です。") for id in clean]
    found.sort(key=lambda f: _RANK[f.verdict])
    n = {verdict: sum(f.verdict == verdict for f in found) for verdict in _RANK}
    value = NOT if n[STOP] else AFTER if n[MEND] else OUT
    first = next((f for f in found if f.verdict in (STOP, MEND)), None)
    tail = f"まず「{first.part}」：{first.ja}" if first else f"人が確かめることが {n[CONFIRM]} 件あります。"
    return Analysis(
        pd.DataFrame([(f.part, f.verdict, f.ja, f.fix) for f in found], columns=["section", "verdict", "ja", "fix"]),
        value,
        f"判定は「{value}」です（出せない理由 {n[STOP]}、直すところ {n[MEND]}、人が確かめること {n[CONFIRM]}）。{tail}",
        f"Verdict: {value} ({n[STOP]} reasons against, {n[MEND]} to mend, {n[CONFIRM]} to confirm).",
        used={"部分": len(made)},
        figures={"stop": n[STOP], "mend": n[MEND], "confirm": n[CONFIRM]},
    )


def refuse(verdict: Analysis) -> None:
    """Raise for a page that may not go out; the message is its worst point."""
    worst = verdict.table.iloc[0]
    if verdict.value != OUT:
        raise DataAcademyError(
            "not_publishable",
            f"このページは出せません。「{worst['section']}」：{worst['ja']}",
            f"This page may not be published: {worst['section']} ({worst['verdict']}).",
            fix=worst["fix"] + "直すところの全部は da.status_page.check(…) で見られます。",
            fix_en="See da.status_page.check(…) for all that is to be mended.",
        )


def _part(one: Made, settings: Settings) -> list[_Found]:
    part = one.part
    if one.wrong is not None:
        return [_Found(part.id, MEND, _line(one.wrong), one.wrong.note.fix)]
    if part.kind == "counts":
        return _people(one, settings.minimum)
    found = []
    if one.found.figures.get("looks_cumulative"):
        fix = "累計なら、前の日との差にしてから渡します（表の列に .diff() を付けると、差になります）。"
        found.append(_Found(part.id, MEND, one.found.assumptions[0], fix))
    fix = "分からない日を調べます。分からないままなら、空欄で出します（0 にはしません）。"
    return found + [_Found(part.id, CONFIRM, f"{reason}。", fix) for reason in one.found.left_out]


def _people(one: Made, minimum: int) -> list[_Found]:
    part = one.part
    if one.table is None:
        tell = [c for c in one.source.columns if c in {*classify(one.source).quasi, *part.by}]
        alike = k_anonymity(one.source, by=tell, k=minimum)
        ja = (
            f"一人一行の表です（{len(one.source):,} 行）。{'・'.join(map(label_of, tell))}を合わせると、"
            f"{int((alike.sizes < minimum).sum()):,} 人が {minimum} 人未満の組にいて、"
            f"{alike.figures['alone']:,} 人は、だれとも重なりません。"
        )
        fix = "人数の表にまとめ、少ない数を伏せてから出します（da.privacy.suppress_table の .published）。"
        return [_Found(part.id, STOP, ja, fix)]
    try:
        looked = release_check(one.source, by=list(part.by), count=part.count, minimum=minimum)
    except DataAcademyError as error:
        return [_Found(part.id, MEND, _line(error), error.note.fix)]
    bad = looked.table[looked.table["verdict"] == MEND]
    return [_Found(part.id, STOP, row.ja, row.fix) for row in bad.itertuples()]


def _texts(settings: Settings) -> list[_Found]:
    """Texts that a language of the page lacks: they are shown in Japanese there."""
    texts = {"name": settings.name, "topic": settings.topic, "lead": settings.lead, "office": settings.office}
    texts |= {"hours": settings.hours, "source": settings.source}
    for part in settings.parts:
        texts |= {f"{part.id} の {key}": getattr(part, key) for key in ("title", "unit", "note")}
        texts |= {f"{part.id} の「{value}」": words for value, words in part.labels.items()}
    found = []
    for language in settings.languages:
        missing = [key for key, words in texts.items() if words and not said(words, language)[1]]
        if missing:
            name = plain(LANGUAGES[language])
            ja = f"{name}の文がないので、日本語のまま出るものが {len(missing)} 件あります：{'、'.join(missing[:6])}。"
            place = next((key for key in missing if " " not in key), "")
            fix = (
                f'.change({place}={{"{language}": "…"}})'
                if place
                else f'.part("…", title={{"ja": "…", "{language}": "…"}})'
            )
            found.append(_Found("全体", CONFIRM, ja, f"設定に {fix} を付けると、足せます。"))
    return found


def _contact(settings: Settings) -> list[_Found]:
    found = []
    if not settings.phone.strip("0-() "):
        fix = 'settings.change(phone="…") で、必ずだれかが出る番号を書きます。'
        found.append(_Found("全体", CONFIRM, "電話番号がないか、見本のままです。", fix))
    if not settings.licence:
        fix = 'settings.change(licence="CC BY 4.0") のように書きます。'
        found.append(_Found("全体", CONFIRM, "利用条件がないので、だれもこの数を使ってよいか分かりません。", fix))
    return found


def _corrected(made: list[Made], before: Mapping | None, reasons: Mapping, settings: Settings) -> list[_Found]:
    if before is None:
        return []
    found = []
    for part, day, was, now in changed(before, made):
        if day not in reasons:
            ja = f"公表ずみの {day} の数が {_word(was)} から {_word(now)} に変わりましたが、理由が書かれていません。"
            fix = f'reasons={{"{day}": "同じ人を二度数えていたため"}} のように、理由を書いてください。'
            found.append(_Found(part, MEND, ja, fix))
        else:
            words = reasons[day] if isinstance(reasons[day], Mapping) else {"ja": reasons[day]}
            lacking = [plain(LANGUAGES[other]) for other in settings.languages if not said(words, other)[1]]
            if lacking:
                ja = f"{day} の訂正の理由に、{'と'.join(lacking)}の文がないので、日本語のまま出ます。"
                fix = f'reasons={{"{day}": {{"ja": "…", "en": "…", "easy": "…"}}}} のように書くと、足せます。'
                found.append(_Found(part, CONFIRM, ja, fix))
    return found


def _word(count) -> str:
    return "不明" if count is None else f"{count:,}"


def _line(error: DataAcademyError) -> str:
    note = error.note
    return f"{note.where}：{note.ja}" if note.where else note.ja
