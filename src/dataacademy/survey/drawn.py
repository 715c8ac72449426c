"""What a questionnaire's own table says about how its people were chosen, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.inputs import check_table, yes_no
from dataacademy.survey.design import Design

_NEEDED = {  # column -> what it is called, what it is needed for
    "returned": ("送った人の全員の行と、回収したかどうか", "回収率"),
    "stratum": ("選んだときの区分（層）", "ウェイト、信頼区間"),
    "population": ("層の人口", "ウェイト、信頼区間"),
    "weight": ("ウェイト（層の人口÷回収数）", "町の人の割合"),
    "person": ("同じ人の印（何度も答えられるとき）", "信頼区間"),
}
_OPTIONAL = ("person",)  # only where people may answer more than once


@dataclass(frozen=True)
class Drawn(Analysis):
    """A :class:`~dataacademy.finding.Finding` with the sheets that came back (``answers``) and their ``design``."""

    answers: pd.DataFrame = field(default_factory=pd.DataFrame)
    design: Design | None = None


def drawn(data: pd.DataFrame) -> Drawn:
    """Which sheets came back, and the :class:`Design` that the table itself allows; what weights lack is told.

    data
        A town's questionnaire as ``da.load("survey")`` gives it.  Used where they are: ``returned`` (yes/no),
        ``stratum``, ``population`` (of the stratum), ``weight``, ``person`` (the same person again).

    ``.answers``: the sheets that came back; ``.design``: strata, weights, people and finite population as far as known.
    Without ``weight``, it is population ÷ sheets of the stratum; without strata or their population every sheet counts
    as one.  Table, one row a column: ``要るもの, あるか, 何に使うか``.  Value: whether there are weights.

    Errors: ``not_yes_no``, ``nobody_answered``, those of :class:`Design`.
    Checked against the Design made by hand (tests/test_questionnaire.py).
    When not to use: where you know more about the sample than the table does; make the Design yourself.

    >>> import dataacademy as da
    >>> found = drawn(da.load("survey"))
    >>> found.value, found.design.n_strata
    (True, 12)
    >>> drawn(da.load("survey")[["returned", "q7"]]).value
    False
    """
    check_table(data)
    answers = data
    if "returned" in data:
        answers = data[yes_no(data["returned"], "returned")]
    known = {c for c in _NEEDED if c in answers and len(answers) and answers[c].notna().all()}
    if "weight" not in known and {"stratum", "population"} <= known:
        sheets = answers.groupby("stratum")["stratum"].transform("size")
        answers = answers.assign(weight=answers["population"].astype(float) / sheets)
        weighted = True
    else:
        weighted = "weight" in known
    strata = "stratum" if "stratum" in known else None
    design = Design(
        answers,
        strata=strata,
        weights="weight" if weighted else None,
        fpc="population" if strata and {"population"} <= known and "person" not in known else None,
        cluster="person" if "person" in known else None,
        lonely="adjust",
    )
    table = pd.DataFrame(
        [
            {"要るもの": what, "あるか": "ある" if column in known or (column == "weight" and weighted) else "ない"}
            | {"何に使うか": why}
            for column, (what, why) in _NEEDED.items()
            if column in known or column not in _OPTIONAL
        ]
    )
    missing = table.loc[table["あるか"] == "ない", "要るもの"].tolist()
    if weighted:
        ja = (
            f"返ってきた {len(answers):,} 枚を、ウェイト（1枚が {design.weights.min():.0f}〜"
            f"{design.weights.max():.0f} 人の代わり）で数えます。"
        )
    else:
        ja = (
            f"{len(answers):,} 枚を、1枚を1として数えます。「{'」「'.join(missing)}」がないので、"
            "ウェイトは付けられません。出てくる割合は、答えた人だけのことです。"
        )
    if design.units is not None and design.n_units < len(answers):
        ja += f"同じ人が何度か答えているので、人は {design.n_units:,} 人です。"
    return Drawn(
        table,
        weighted,
        ja,
        f"{len(answers):,} sheets, {'weighted' if weighted else 'not weighted: strata or population are not known'}.",
        used={"回答": len(answers)},
        left_out=(f"返ってこなかった {len(data) - len(answers):,} 人",) if len(data) > len(answers) else (),
        answers=answers,
        design=design,
    )
