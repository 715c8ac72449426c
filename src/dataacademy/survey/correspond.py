"""対応分析: which groups and which answers go together, on a map of two dimensions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import floats, levels, prepare
from dataacademy.survey.answers import codebook_of, encode
from dataacademy.survey.design import Design, as_design


def correspondence(
    data,
    *,
    rows: str,
    columns: str,
    count: str | None = None,
    weights: str | None = None,
    codebook=None,
) -> Analysis:
    """Simple correspondence analysis of a cross table.

    data, count
        One row a person (``count`` None; a Design does, too), or a table already counted, with the numbers in
        ``count``.

    Table, one row a category: ``kind`` (row/column), ``variable, name, mass_percent, dim1, dim2`` (principal
    coordinates), ``quality_percent`` (how much of its distance the two dimensions show), ``contribution1_percent,
    contribution2_percent``.  Figures: ``inertia, eigenvalue1, eigenvalue2, explained1_percent, explained2_percent,
    statistic`` (X²), ``n``.  Value: percent of the inertia on the map.
    S = (P − rcᵀ)/√(rcᵀ) = UDVᵀ; coordinates D U/√r and D V/√c (Greenacre 1984).  Signs are set so that each dimension's
    largest coordinate in absolute value is positive.

    Errors: ``one_category``, ``empty_group``, ``bad_counts``.
    Checked against Greenacre's ``smoke`` table (R, 12 digits).
    When not to use: as a test (see ``crosstab``); a map also has directions where nothing goes together.

    >>> smoke = pd.DataFrame([(4, 2, 3, 2), (4, 3, 7, 4), (25, 10, 12, 4), (18, 24, 33, 13), (10, 6, 7, 2)],
    ...                      index=["SM", "JM", "SE", "JE", "SC"], columns=["none", "light", "medium", "heavy"])
    >>> counts = smoke.rename_axis("staff").reset_index().melt("staff", var_name="smoking", value_name="n")
    >>> finding = correspondence(counts, rows="staff", columns="smoking", count="n")
    >>> round(finding.figures["inertia"], 10), round(finding.figures["eigenvalue1"], 10)
    (0.0851898605, 0.0747591059)
    >>> import dataacademy as da
    >>> town = da.load("survey")
    >>> ages = correspondence(town[town["q7"].isin([1, 2])], rows="age_group", columns="q7")
    >>> ages.table["kind"].value_counts().to_dict()
    {'row': 3, 'column': 2}
    """
    table, n, called = _table(data, rows, columns, count, weights, codebook)
    p = table / table.to_numpy().sum()
    r, c = p.sum(axis=1).to_numpy(), p.sum(axis=0).to_numpy()
    expected = np.outer(r, c)
    residual = (p.to_numpy() - expected) / np.sqrt(expected)
    u, d, vt = np.linalg.svd(residual, full_matrices=False)
    k = min(table.shape) - 1
    u, d, v = u[:, :k], d[:k], vt[:k].T
    inertia = float((d**2).sum())
    if inertia < 1e-14:
        raise DataAcademyError(
            "no_association",
            f"「{rows}」と「{columns}」にはまったく関連がないので、地図になりません。",
            f"{rows!r} and {columns!r} are exactly independent.",
            fix="ほかの組み合わせを選んでください。",
            fix_en="Choose another pair.",
        )
    sides = {
        "row": (u * d / np.sqrt(r)[:, None], r, table.index),
        "column": (v * d / np.sqrt(c)[:, None], c, table.columns),
    }
    both = np.vstack([sides["row"][0], sides["column"][0]])
    sign = np.sign(both[abs(both).argmax(axis=0), np.arange(k)])
    parts = []
    for kind, (place, mass, names) in sides.items():
        place = place * sign
        squares = place**2
        with np.errstate(invalid="ignore", divide="ignore"):
            quality = squares[:, :2].sum(axis=1) / squares.sum(axis=1)
            share = 100 * mass[:, None] * squares / d**2
        parts.append(
            pd.DataFrame(
                {"kind": kind, "variable": called[kind], "name": [str(n) for n in names], "mass_percent": 100 * mass}
            )
            .assign(dim1=place[:, 0], dim2=place[:, 1] if k > 1 else 0.0, quality_percent=100 * quality)
            .assign(contribution1_percent=share[:, 0], contribution2_percent=share[:, 1] if k > 1 else np.nan)
        )
    found = pd.concat(parts, ignore_index=True)
    explained = 100 * d**2 / inertia
    shown = float(explained[:2].sum())
    second = float(d[1] ** 2) if k > 1 else 0.0
    strongest = found.loc[found["contribution1_percent"].idxmax(), "name"]
    return Analysis(
        found,
        shown,
        f"「{called['row']}」と「{called['column']}」の関連の {shown:.1f}% を二つの軸で表しています（第1軸 "
        f"{explained[0]:.1f}%）。第1軸を最も"
        f"動かしているのは「{strongest}」です。",
        f"Two dimensions show {shown:.1f} % of the inertia {inertia:.4f} of {rows} × {columns} (first "
        f"{explained[0]:.1f} %).",
        used={"人": n},
        figures={"inertia": inertia, "eigenvalue1": float(d[0] ** 2), "eigenvalue2": second}
        | {"explained1_percent": float(explained[0]), "explained2_percent": float(explained[1]) if k > 1 else 0.0}
        | {"statistic": inertia * n, "n": n},
        assumptions=("近くにある行どうし、列どうしは似ています。行と列の近さは、原点から見た向きで読みます。",),
    )


def correspondence_map(finding: Analysis, *, title: str = "", source: str = "", ax=None):
    """The map of a :func:`correspondence` as a scatter chart (matplotlib Axes) with equal scales and lines at zero.

    When not to use: where ``quality_percent`` of the categories you talk about is low.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"] & survey["q9"].le(6)].astype({"q9": str})
    >>> finding = correspondence(sheets, rows="quarter", columns="q9")
    >>> ax = correspondence_map(finding, title="バスに乗らない理由", source="市民意識調査")
    >>> ax.get_aspect()
    1.0
    >>> ax.figure.clear()
    """
    from dataacademy import charts

    table, figures = finding.table, finding.figures
    data = table.assign(
        **{
            f"第1軸（{figures['explained1_percent']:.1f}%）": table["dim1"],
            f"第2軸（{figures['explained2_percent']:.1f}%）": table["dim2"],
        },
    )
    x, y = data.columns[-2:]
    doubled = data["name"].duplicated(keep=False)
    data["name"] = data["name"].where(~doubled, data["name"] + "（" + data["variable"] + "）")
    ax = charts.scatter(
        data, x=x, y=y, name="name", by="variable", highlight=list(data["name"]), title=title, source=source, ax=ax,
        note=finding.assumptions[0],
    )  # fmt: skip
    for line in (ax.axhline, ax.axvline):
        line(0, color="#8C8C8C", linewidth=0.8, zorder=1)
    ax.set_aspect("equal", adjustable="datalim")
    return ax


def _table(data, rows, columns, count, weights, codebook) -> tuple[pd.DataFrame, float, dict[str, str]]:
    """The counts (weighted, scaled to the number of people), rows × columns, the number of people, what both are."""
    called = {"row": str(rows), "column": str(columns)}
    if count is None:
        design, book = as_design(data, weights), codebook_of(codebook)
        down, across = encode(design.data, rows, book), encode(design.data, columns, book)
        tally = design.counter(down.codes, len(down.words), len(across.words)).count(across.codes)
        cells = np.ix_(1 + down.on_scale, 1 + across.on_scale)
        called = {"row": down.label, "column": across.label}
        names = [down.words[i] for i in down.on_scale], [across.words[i] for i in across.on_scale]
        n = int(tally.n[cells].sum())
        counts = tally.w[cells] * (n / tally.w[cells].sum()) if n else tally.w[cells]
    else:
        frame = data.data if isinstance(data, Design) else data
        used = prepare(frame, numbers=[count], categories=[rows, columns]).frame
        numbers = floats(used[count], count)
        if (numbers < 0).any() or numbers.sum() == 0:
            raise DataAcademyError(
                "bad_counts",
                f"列「{count}」は 0 以上の人数でなければなりません。",
                f"{count!r} must hold numbers of people, not below zero.",
                fix="人数の列を選んでください。",
                fix_en="Choose the column of counts.",
            )
        names = levels(used[rows], rows), levels(used[columns], columns)
        place = pd.Index(names[0]).get_indexer(used[rows]) * len(names[1]) + pd.Index(names[1]).get_indexer(
            used[columns]
        )
        counts = np.bincount(place, numbers, minlength=len(names[0]) * len(names[1]))
        counts = counts.reshape(len(names[0]), len(names[1]))
        n = float(numbers.sum())
    table = pd.DataFrame(counts, index=list(names[0]), columns=list(names[1]))
    table = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    for side, names_left in ((rows, table.index), (columns, table.columns)):
        if len(names_left) < 2:
            raise DataAcademyError(
                "one_category",
                f"「{side}」の区分が二つより少ないので、対応分析はできません。",
                f"{side!r} has fewer than two categories with people in them.",
                fix="二つ以上の区分に人がいる列を選んでください。",
                fix_en="Choose a column with at least two categories.",
                column=str(side),
            )
    return table, n, called
