"""What the codes of a questionnaire mean: read the codebook once, put its words into the table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dataacademy.distinct import plain_text
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.survey.spss import parse_spss

_COLUMN_HEADS = {  # what the columns of a codebook are called
    "column": ("column", "variable", "name", "列", "列名", "変数", "変数名", "設問番号", "問"),
    "label": ("label", "ラベル", "設問", "設問文", "質問", "質問文"),
    "values": ("values", "選択肢", "値"),
    "missing": ("missing", "欠損", "欠測"),
    "table": ("table", "表"),
    "role": ("role", "役割"),
    "code": ("code", "value", "コード", "値", "番号", "選択肢番号"),
    "meaning": ("meaning", "text", "意味", "選択肢", "内容", "値ラベル", "label", "ラベル"),
}
ROLES = {  # what a question is asked for: lessons find questions by it, whatever they are called
    "main": "いちばん知りたいこと",
    "attribute": "答えた人の属性",
    "single": "一つ選ぶ",
    "multiple": "いくつでも選ぶ",
    "satisfaction": "満足度（項目ごと）",
    "importance": "重要度（項目ごと）",
    "overall": "全体の満足度",
    "statement": "意見への賛否（項目ごと）",
    "recommend": "すすめる度合い（0〜10）",
    "comments": "自由記述",
    "person": "同じ人の印（何度も答えられるとき）",
}
_OFF_SCALE = re.compile(r"無回答|未回答|無記入|不明|わからない|分からない|判らない|答えたくない|非該当")


@dataclass(frozen=True)
class Question:
    """One column of a questionnaire.

    label
        The question as it was asked.
    values
        Code (text) → meaning, in the order of the questionnaire; empty for numbers and free text.
    missing
        Codes that are no answer on the scale (わからない, 無回答) → meaning.
    role
        What it is asked for (a key of :data:`ROLES`); empty where nobody said.
    """

    label: str = ""
    values: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    role: str = ""

    @property
    def ends_only(self) -> bool:
        """Whether only the two ends of a scale of numbers are named (0 = まったく … 10 = とても)."""
        codes = list(self.values)
        return (
            len(codes) == 2 and all(re.fullmatch(r"-?\d+", c) for c in codes) and abs(int(codes[1]) - int(codes[0])) > 1
        )

    @property
    def scale(self) -> dict[str, str]:
        """Every code on the scale → its word; the numbers themselves between two named ends.

        >>> Question("", {"0": "低い", "3": "高い"}).scale
        {'0': '0', '1': '1', '2': '2', '3': '3'}
        """
        if not self.ends_only:
            return self.values
        low, high = sorted(int(c) for c in self.values)
        return {str(i): str(i) for i in range(low, high + 1)}


class Codebook(Mapping):
    """Column name → :class:`Question`; shown as a table in a notebook."""

    def __init__(self, questions: Mapping[str, Question]):
        self._questions = dict(questions)

    def __getitem__(self, column: str) -> Question:
        return self._questions[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def label(self, column: str) -> str:
        """What a column is called: its label, or its name where it has none."""
        return self._questions[column].label or column if column in self._questions else str(column)

    def of(self, role: str) -> list[str]:
        """The columns with a role, in order: ``book.of("satisfaction")``; empty where there are none."""
        check_choice("役割（role）", role, list(ROLES), en="Role")
        return [column for column, question in self._questions.items() if question.role == role]

    def to_frame(self) -> pd.DataFrame:
        """One row a column: ``column, label, values, missing``."""
        joined = [
            {"column": c, "label": q.label, "values": _join(q.values), "missing": _join(q.missing)}
            for c, q in self._questions.items()
        ]
        return pd.DataFrame(joined, columns=["column", "label", "values", "missing"])

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False)


def read_codebook(source, *, table: str | None = None) -> Codebook:
    """The codebook in a file, a table or a text.

    source
        * a DataFrame or a ``codebook.csv`` with ``column, label, values, missing`` (``1=はい; 2=いいえ``; also headed
          列名, 設問, 選択肢, 欠損), one row a column;
        * a workbook (.xlsx) of two sheets: columns and their labels; columns, codes and meanings (one row a code);
        * a text or a file (.sps, .txt) with SPSS's ``VARIABLE LABELS``, ``VALUE LABELS`` and ``MISSING VALUES``.
    table
        Which table's columns, where the codebook covers several (its column ``table``).

    In the second and third form, codes whose meaning says わからない, 無回答 and the like count as missing.

    Errors: ``not_a_codebook`` (headings not understood), ``unknown_choice`` (table), ``doubled_code``, ``bad_pairs``,
    those of ``da.tables.read``.
    Checked against: the same codebook in its three forms gives the same result (tests/test_survey_codebook.py).
    When not to use: for a table whose cells hold the words already.

    >>> import dataacademy as da
    >>> book = read_codebook(da.load("codebook"), table="survey")
    >>> book["q7"].values, book["q7"].missing, book.label("q1_01")
    ({'1': 'はい', '2': 'いいえ'}, {'9': '無回答'}, '満足度：子育て支援')
    >>> read_codebook("VALUE LABELS q1 1 'はい' 2 'いいえ' 9 '無回答'.")["q1"].missing
    {'9': '無回答'}
    """
    if isinstance(source, Codebook):
        return source
    if isinstance(source, pd.DataFrame):
        return _from_rows(source, table)
    if isinstance(source, str) and re.search(r"value\s+labels", source, re.I):
        return _from_spss(source)
    from dataacademy import tables

    path = Path(source)
    if path.suffix.lower() in (".sps", ".txt"):
        return _from_spss(_text(path))
    if len(tables.sheets(path)) > 1:
        return _from_sheets(path)
    return _from_rows(tables.read(path).data, table)


# --- the forms in which codebooks come --------------------------------------------------------------------------------


def _from_rows(rows: pd.DataFrame, table: str | None) -> Codebook:
    heads = _heads(rows, "column", "label", "values", "missing", "table", "role")
    if not {"column", "values"} <= set(heads):
        raise _not_a_codebook(rows)
    named = rows[list(heads.values())].set_axis(list(heads), axis="columns").fillna("")
    if table is not None:
        check_columns(named, ["table"], table="コード表")
        known = list(dict.fromkeys(named["table"]))
        check_choice("表", table, known, en="Table")
        named = named[named["table"] == table]
    out = {}
    for row in named.to_dict("records"):
        name = str(row["column"]).strip()
        values = _pairs(str(row["values"]), name)
        missing = _pairs(str(row.get("missing", "")), name)
        out[name] = Question(str(row.get("label", "")).strip(), values, missing, str(row.get("role", "")).strip())
    return Codebook(out)


def _pairs(text: str, column: str) -> dict[str, str]:
    """``1=はい; 2=いいえ`` as a dictionary (also with ：, ＝ and 、 or line breaks between).

    A list of words alone (``本庁; 支所``) stands for itself; what an empty cell means (``空欄=…``) is no code.
    """
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if len(parts) > 1 and not any(re.search("[=＝:：]", part) for part in parts):
        return {word: word for word in parts}
    out = {}
    for part in parts:
        if part.startswith("空欄"):
            continue
        code, sign, meaning = part.partition("=") if "=" in part else part.replace("：", ":").partition(":")
        if not sign:
            raise DataAcademyError(
                "bad_pairs",
                f"コード表の列「{column}」の「{part.strip()}」は「コード=意味」の形ではありません。",
                f"Codebook, column {column!r}: {part.strip()!r} is not of the form code=meaning.",
                fix="「1=はい; 2=いいえ」のように書いてください。",
                fix_en="Write it as '1=yes; 2=no'.",
            )
        _add(out, plain_text(code), meaning.strip(), column)
    return out


def _from_sheets(path: Path) -> Codebook:
    """Two sheets: columns with labels, and one row a code (the column named once may cover the rows below it)."""
    from dataacademy import tables

    labels, codes = {}, None
    for sheet in tables.sheets(path):
        data = tables.read(path, sheet=sheet).data
        heads = _heads(data, "column", "code", "meaning")
        if len(set(heads.values())) == 3:
            codes = data[list(heads.values())]
            continue
        heads = _heads(data, "column", "label")
        if len(heads) == 2:
            pairs = zip(data[heads["column"]], data[heads["label"]], strict=True)
            labels = {plain_text(c): plain_text(text) for c, text in pairs if plain_text(c)}
    if codes is None:
        raise _not_a_codebook(pd.DataFrame(), path.name)
    found: dict[str, dict[str, str]] = {name: {} for name in labels}
    codes = codes.assign(**{codes.columns[0]: codes.iloc[:, 0].ffill()})
    for column, code, meaning in codes.itertuples(index=False):
        if plain_text(code):
            _add(found.setdefault(plain_text(column), {}), plain_text(code), plain_text(meaning), plain_text(column))
    return Codebook({c: Question(labels.get(c, ""), *_split(values)) for c, values in found.items()})


def _heads(data: pd.DataFrame, *kinds: str) -> dict[str, object]:
    """Which column of ``data`` is which part of a codebook."""
    there = {str(c).strip(): c for c in data.columns}
    found = {kind: next((there[h] for h in _COLUMN_HEADS[kind] if h in there), None) for kind in kinds}
    return {kind: column for kind, column in found.items() if column is not None}


def _from_spss(text: str) -> Codebook:
    labels, values, missing = parse_spss(text)
    out = {}
    for column in dict.fromkeys([*labels, *values]):
        on, off = _split(values.get(column, {}))
        declared = {c: m for c, m in on.items() if c in missing.get(column, ())}
        out[column] = Question(
            labels.get(column, ""), {c: m for c, m in on.items() if c not in declared}, off | declared
        )
    return Codebook(out)


def _split(values: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    off = {c: m for c, m in values.items() if _OFF_SCALE.search(m)}
    return {c: m for c, m in values.items() if c not in off}, off


def _add(pairs: dict[str, str], code: str, meaning: str, column: str) -> None:
    if pairs.setdefault(code, meaning) != meaning:
        raise DataAcademyError(
            "doubled_code",
            f"コード表の列「{column}」で、コード「{code}」に「{pairs[code]}」と「{meaning}」の二つの意味があります。",
            f"Codebook, column {column!r}: code {code!r} has two meanings.",
            fix="コード表を直してください。",
            fix_en="Mend the codebook.",
        )


def _join(pairs: dict[str, str]) -> str:
    return "; ".join(f"{code}={meaning}" for code, meaning in pairs.items())


def _text(path: Path) -> str:
    from dataacademy.tables.encoding import decode

    return decode(path.read_bytes(), file=path.name)[0]


def _not_a_codebook(rows: pd.DataFrame, file: str = "") -> DataAcademyError:
    return DataAcademyError(
        "not_a_codebook",
        "コード表として読めません。"
        + (f"見出しは {'、'.join(f'「{c}」' for c in rows.columns)} です。" if len(rows) else ""),
        f"Not understood as a codebook: {list(rows.columns)}.",
        fix="「column, label, values, missing」（列名、設問、選択肢、欠損）の見出しにするか、"
        "Excelなら「列名・設問」のシートと"
        "「列名・コード・意味」のシートを作ってください。",
        fix_en="Use the headings column, label, values, missing; or two sheets: column/label and column/code/meaning.",
        file=file,
    )
