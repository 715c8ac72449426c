"""Two classic traps, for teaching: a test that mostly errs, and a rescue that chance made."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between, levels, prepare, yes_no


def base_rate(
    data: pd.DataFrame | None = None,
    *,
    condition: str | None = None,
    test: str | None = None,
    prevalence: float | None = None,
    sensitivity: float | None = None,
    specificity: float | None = None,
    people: int = 10_000,
    weights: str | None = None,
) -> Analysis:
    """Of those a test (or a rule, or an alarm) picks out, how many really have what it looks for?

    Either ``data`` with two yes/no columns, ``condition`` (true state) and ``test`` (picked out), or the three shares
    (0–1): ``prevalence``, ``sensitivity`` (picked out among those who have it), ``specificity`` (left alone among those
    who have not).  ``people`` says of how many the counts speak.

    Table: ``condition, test`` (True/False)``, people``.  Figures: ``prevalence, sensitivity, specificity, ppv, npv``.
    Value: ``ppv``, the share that really has it among those picked out.

    ppv = p·sens / (p·sens + (1 − p)(1 − spec))  (Bayes).  Errors: ``unclear_rates``, values out of 0–1, ``not_yes_no``,
    ``one_category``.  Checked against Gigerenzer's mammography figures (1 %, 80 %, 9.6 % → 7.8 %).
    When not to use: if people with symptoms are tested; they are not the whole population.

    >>> finding = base_rate(prevalence=0.01, sensitivity=0.8, specificity=0.904)
    >>> round(finding.value, 3), finding.table["people"].round().astype(int).tolist()
    (0.078, [80, 20, 950, 8950])
    >>> import dataacademy as da
    >>> people = da.load("residents").head(5000)
    >>> born = people["birth_date"].str[:4].astype(int)
    >>> found = base_rate(people.assign(over90=born < 1936, over80=born < 1946), condition="over90", test="over80")
    >>> found.figures["sensitivity"], bool(found.value < 0.5)
    (1.0, True)
    """
    check_between("people", people, 0, float("inf"), en="people")
    used, left_out = {"人": people}, ()
    shares = {"prevalence": prevalence, "sensitivity": sensitivity, "specificity": specificity}
    if data is not None and condition and test and all(v is None for v in shares.values()):
        rows = prepare(data, numbers=[condition, test], weights=weights)
        has, picked = (yes_no(rows.frame[column], column) for column in (condition, test))
        levels(rows.frame[condition], condition)
        w = rows.weights
        p, sens = w[has].sum() / w.sum(), w[has & picked].sum() / w[has].sum()
        spec = w[~has & ~picked].sum() / w[~has].sum()
        used, left_out = rows.used, rows.left_out
    elif data is None and not condition and not test and all(v is not None for v in shares.values()):
        for name, share in shares.items():
            check_between(
                name, share, -1e-12 if name != "prevalence" else 0, 1 + 1e-12 * (name != "prevalence"), en=name
            )
        p, sens, spec = prevalence, sensitivity, specificity
    else:
        raise DataAcademyError(
            "unclear_rates",
            "表と二つの列（condition、test）か、三つの割合（prevalence、sensitivity、specificity）の、どちらか一組が要ります。",
            "Give either a table with condition and test, or prevalence, sensitivity and specificity.",
            fix="base_rate(表, condition=…, test=…) か base_rate(prevalence=0.01, sensitivity=0.9, "
            "specificity=0.95) とします。",
            fix_en="base_rate(data, condition=…, test=…) or base_rate(prevalence=…, sensitivity=…, specificity=…).",
        )
    cells = people * np.array([p * sens, p * (1 - sens), (1 - p) * (1 - spec), (1 - p) * spec])
    picked, alone = cells[0] + cells[2], cells[1] + cells[3]
    ppv = float(cells[0] / picked) if picked > 0 else float("nan")
    return Analysis(
        pd.DataFrame({"condition": [True, True, False, False], "test": [True, False] * 2, "people": cells}),
        ppv,
        f"{people:,} 人のうち、当てはまるのは {cells[0] + cells[1]:,.0f} 人です。検査が「当てはまる」とする "
        f"{picked:,.0f} 人のうち、"
        f"ほんとうに当てはまるのは {cells[0]:,.0f} 人（{100 * ppv:.1f}%）で、{cells[2]:,.0f} 人はまちがいです。",
        f"Of {people:,} people the test picks out {picked:,.0f}; {cells[0]:,.0f} of them ({100 * ppv:.1f} "
        "%) really have it.",
        used=used,
        left_out=left_out,
        figures={
            "prevalence": float(p),
            "sensitivity": float(sens),
            "specificity": float(spec),
            "ppv": ppv,
            "npv": float(cells[3] / alone) if alone > 0 else float("nan"),
        },
        assumptions=("検査の当たりやすさは、だれに対しても同じとみています。",),
    )


def regression_to_mean(
    data: pd.DataFrame,
    *,
    before: str,
    after: str,
    share: float = 0.2,
    side: str = "high",
    treated: str | None = None,
    unit: str = "",
) -> Analysis:
    """How much of the change of those who stood out ``before`` would have come by itself.

    side, share
        Who was picked: the ``high`` or ``low`` end of ``before``, and what part of all (0.2: a fifth; ties come along).
    treated
        Yes/no column of those for whom something was done.  What comes by itself is then learnt from the others only,
        and the change of the picked ones who were treated is measured against it.

    Table, one row for 選ばれたもの and one for その他: ``group, n, before_mean, after_mean, change, expected_change,
    rest``.  Figures: ``correlation, observed_change, expected_change, rest``.  Value: ``expected_change`` of the picked
    (in the unit of ``before``).  Expected: line of ``after`` on ``before`` (slope r·s₂/s₁) over everybody (untreated).
    ``rest`` is what the line does not explain; without ``treated`` it is near zero by construction.

    Errors: ``too_few_rows`` (below 10), ``no_spread``, ``not_yes_no``, ``empty_group``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against numbers drawn from a known bivariate normal (Galton's formula (1 − r)(mean − picked mean)).
    When not to use: to judge a project by ``rest`` alone; who was treated may differ in other things too.

    >>> import dataacademy as da
    >>> vital = da.load("vital_events")
    >>> year = vital["month"].str[:4]
    >>> births = vital.assign(year=year).pivot_table(index="area_id", columns="year", values="births", aggfunc="sum")
    >>> finding = regression_to_mean(births.reset_index(), before="2023", after="2024", side="high", unit="人")
    >>> bool(finding.value < 0)  # areas with many births had fewer the year after, with nothing done
    True
    """
    check_choice("選び方", side, ["high", "low"], en="Side")
    check_between("share", share, 0, 1, en="share")
    rows = prepare(data, numbers=[before, after, *([treated] if treated else [])])
    frame = rows.frame
    x, y = frame[before].to_numpy(), frame[after].to_numpy()
    done = yes_no(frame[treated], treated) if treated else np.zeros(len(x), bool)
    rest = ~done
    if rest.sum() < 10 or np.ptp(x[rest]) == 0 or np.ptp(y[rest]) == 0:
        kind = "too_few_rows" if rest.sum() < 10 else "no_spread"
        raise DataAcademyError(
            kind,
            f"{'何もしなかった' if treated else '使える'}行が {int(rest.sum())} 行しかないか、値がすべて同じです。",
            f"Only {int(rest.sum())} rows to learn from, or they do not vary.",
            fix="ばらつきのある 10 行以上が要ります。",
            fix_en="At least 10 rows that vary are needed.",
        )
    limit = np.quantile(x, 1 - share if side == "high" else share)
    picked = x >= limit if side == "high" else x <= limit
    slope, at = np.polyfit(x[rest] - x[rest].mean(), y[rest], 1)
    expected = at + slope * (x - x[rest].mean()) - x
    chosen = picked & done if treated else picked
    if not chosen.any():
        raise DataAcademyError(
            "empty_group",
            f"選ばれた人の中に、「{treated}」の人が一人もいません。",
            f"Nobody among the picked is {treated!r}.",
            fix="share を大きくするか、side（high・low）を確かめてください。",
            fix_en="Use a larger share, or check side.",
        )
    table = pd.DataFrame(
        _changes(name, here, x, y, expected) for name, here in (("選ばれたもの", chosen), ("その他", ~chosen))
    )
    row = table.iloc[0]
    figures = {
        "correlation": float(np.corrcoef(x[rest], y[rest])[0, 1]),
        "observed_change": float(row["change"]),
        "expected_change": float(row["expected_change"]),
        "rest": float(row["rest"]),
    }
    ends = {"high": "高かった", "low": "低かった"}
    tail = f"残りの {number(row['rest'])}{unit} が、したことによるかもしれない分です。" if treated else ""
    return Analysis(
        table,
        figures["expected_change"],
        f"はじめに{ends[side]} {int(row['n']):,} 件は {number(row['change'])}{unit} 変わりました。"
        f"平均への回帰で、何もしなくても {number(row['expected_change'])}{unit} 動く見込みです。{tail}",
        f"The {int(row['n'])} picked for being {side} changed by {number(row['change'])}; regression to the mean alone "
        f"would make it {number(row['expected_change'])}, {number(row['rest'])} is left.",
        used=rows.used,
        left_out=rows.left_out,
        figures=figures,
        assumptions=("前と後の関係がまっすぐな線で、時期による全体の動きも線に含まれるとみています。",),
    )


def _changes(name: str, here: np.ndarray, x: np.ndarray, y: np.ndarray, expected: np.ndarray) -> dict:
    if not here.any():
        return {"group": name, "n": 0}
    change = (y - x)[here].mean()
    row = {"group": name, "n": int(here.sum()), "before_mean": x[here].mean(), "after_mean": y[here].mean()}
    return row | {"change": change, "expected_change": expected[here].mean(), "rest": change - expected[here].mean()}
