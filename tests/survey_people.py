"""The sample town's questionnaire as R reads it, and what R said about it (oracles/survey.txt)."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import pandas as pd
from stats_people import ORACLES, parsed, rscript


def sheets() -> pd.DataFrame:
    """The questionnaires that came back, with a made-up cluster (the respondent's number modulo 23)."""
    from dataacademy import load

    survey = load("survey")
    back = survey[survey["returned"]].reset_index(drop=True)
    return back.assign(cluster=back["respondent_id"].str[1:].astype(int) % 23)


def ask_r() -> str:
    """R's answers to oracles/survey.R, on the questionnaire written to a temporary file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        sheets().drop(columns="q12").to_csv(path, index=False)
        return rscript(str(ORACLES / "survey.R"), str(path))


def oracle() -> dict:
    return parsed((ORACLES / "survey.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    out.write(ask_r())
    out.flush()
