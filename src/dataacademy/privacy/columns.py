"""Which columns tell who somebody is: a guess for every column of a table, with reasons, for a person to confirm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once
from dataacademy.distinct import plain_text
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_table
from dataacademy.privacy.equivalence import numbered
from dataacademy.privacy.headings import (
    DATE,
    DIRECT,
    FORMS,
    ILLNESSES,
    PLAIN,
    QUASI,
    SENSITIVE,
    by_heading,
    is_my_number,
)

ROLES = {DIRECT: "直接識別子", QUASI: "準識別子", SENSITIVE: "要配慮", PLAIN: "そのほか"}
HIGH, MEDIUM, LOW = "高", "中", "低"
_LOOKED_AT, _READ = 2000, 200  # different values looked at by their form; texts read for names
_MOSTLY = 0.8
_ALSO_OF_THINGS = ("name", "名前")
_OLDEST_LIKELY = 1975  # a column of dates with years this early is hardly about events of an office


@dataclass(frozen=True)
class ColumnRoles(Analysis):
    """Guessed roles of columns; ``.direct``, ``.quasi`` and ``.sensitive`` are lists of names, to go on with."""

    @property
    def direct(self) -> list[str]:
        return self._named(DIRECT)

    @property
    def quasi(self) -> list[str]:
        return self._named(QUASI)

    @property
    def sensitive(self) -> list[str]:
        return self._named(SENSITIVE)

    def _named(self, role: str) -> list[str]:
        return self.table.loc[self.table["role"] == role, "column"].tolist()


@dataclass(frozen=True)
class _Guess:
    role: str
    confidence: str
    why: str


def classify(data: pd.DataFrame) -> ColumnRoles:
    """Guess for every column whether it names a person, helps to find one, is sensitive by law, or neither.

    Roles: ``direct`` (直接識別子: names, numbers of persons, telephone, e-mail, address; remove or replace them),
    ``quasi`` (準識別子: area, age, sex, dates …; together they may point to one person; coarsen them), ``sensitive``
    (要配慮個人情報 of 個人情報保護法 2条3項 and 施行令 2条: illness, results of check-ups, disability, crime, creed
    …), ``plain`` (nothing found).

    Clues: words of the heading (Japanese or English), the form of the cells (telephone, e-mail, 個人番号 with its check
    digit, 基礎年金番号, postal code, date of birth, coordinates, names of illnesses), a different value in every row,
    and names or telephone numbers within free text (up to 200 texts are read, with ``da.text``).

    Table, one row a column, in the order of the data: ``column, role, role_label, confidence`` (高, 中, 低)``, why,
    distinct_values, missing``.  Cells are never quoted.  Value: the number of columns that are not ``plain``.
    ``.direct, .quasi, .sensitive``: their names.

    Errors: not_a_table, no_rows, duplicate_columns, unhashable.
    Checked against the columns of the sample town and of forms with Japanese headings, sorted by hand.
    When not to use: as the decision itself.  A guess sees neither other lists nor what neighbours know; the section in
    charge confirms every line.

    >>> import dataacademy as da
    >>> found = classify(da.load("checkups"))
    >>> found.direct, found.quasi
    (['person_id'], ['age', 'sex', 'area_id'])
    >>> found.sensitive
    ['bmi', 'systolic', 'hba1c', 'guidance']
    """
    check_table(data)
    check_names_once(data)
    rows, unread = [], []
    for column in data.columns:
        if data[column].dtype == object:
            numbered(data[column])  # an error where cells hold lists and the like
        values = data[column].dropna()
        guess, read = _guess(str(column), values)
        if not read:
            unread.append(f"列「{column}」の文章（言葉を調べる道具 dataacademy[text] が入っていないため、人が読む）")
        rows.append(
            (
                column,
                guess.role,
                ROLES[guess.role],
                guess.confidence,
                guess.why,
                values.nunique(),
                len(data) - len(values),
            )
        )
    table = pd.DataFrame(
        rows, columns=["column", "role", "role_label", "confidence", "why", "distinct_values", "missing"]
    )
    counts = {role: int((table["role"] == role).sum()) for role in ROLES}
    parts = "、".join(f"{ROLES[role]} {n}" for role, n in counts.items())
    return ColumnRoles(
        table,
        len(table) - counts[PLAIN],
        f"{len(table)} 列を推定で分けると、{parts} 列です。"
        "列の名前と中身の形から当てただけなので、担当の方が一列ずつ確かめてください。",
        f"Guessed roles of {len(table)} columns: {counts[DIRECT]} direct identifiers, "
        f"{counts[QUASI]} quasi-identifiers, {counts[SENSITIVE]} sensitive, "
        f"{counts[PLAIN]} others. A person has to confirm them.",
        used={"列": len(table), "行": len(data)},
        left_out=tuple(unread),
        figures=counts,
        assumptions=(
            "「そのほか」の列でも、ほかの表や近所の人の知識と合わせると人が分かることがあります。",
            "条例で要配慮としている情報（条例要配慮個人情報）は、まちごとにちがうので見ていません。",
        ),
    )


def _guess(name: str, values: pd.Series) -> tuple[_Guess, bool]:
    """The guess for a column of filled cells, and whether its texts could be read."""
    heading = by_heading(name)
    if not len(values):
        if heading is None:
            return _Guess(PLAIN, LOW, "すべて空欄です"), True
        return _Guess(heading[0], LOW, f"列の名前が{heading[1]}のようですが、すべて空欄です"), True
    different = pd.Series(values.unique())
    step = max(1, len(different) // _LOOKED_AT)
    texts = [plain_text(v) for v in different[::step]]
    form = _form(different, texts)
    long = _is_free_text(different, texts)
    found, read = _names_in(texts) if long else (0, True)
    if form is not None and form[0] == DIRECT:
        sure = heading is not None and heading[0] == DIRECT
        return _Guess(DIRECT, HIGH, f"中身が{form[1]}です" + ("（列の名前も）" if sure else "")), read
    if found:
        return _Guess(
            DIRECT,
            HIGH,
            f"文章の中に、氏名・電話番号などらしい書き方があります（読んだ {found[1]} 件中 {found[0]} 件）",
        ), read
    if heading is not None:
        return _by_heading(name, heading, form, values, different), read
    if form is not None:
        return _Guess(form[0], MEDIUM, f"中身が{form[1]}のようです"), read
    if long:
        return _Guess(
            QUASI, LOW, "自由に書いた文章です。書き方から人が分かることがあるので、人が読んで確かめます"
        ), read
    if _is_number_of_rows(values, different, texts):
        return _Guess(DIRECT, MEDIUM, "行ごとに値がちがう番号です。ほかの表とつながる番号なら、人が分かります"), read
    return _Guess(PLAIN, MEDIUM, "名前にも中身にも手がかりがありません"), read


def _by_heading(name: str, heading: tuple, form: tuple | None, values: pd.Series, different: pd.Series) -> _Guess:
    role, what, exact = heading
    if form is not None and form[0] == role:
        return _Guess(role, HIGH, f"列の名前が{what}で、中身が{form[1]}です")
    if what == "氏名" and len(different) <= 50 and len(values) >= 20 * len(different):
        return _Guess(role, LOW, "列の名前が氏名のようですが、同じ値が何度も出ます。施設や区分の名前かもしれません")
    if what == "日付":
        return _Guess(role, LOW, "日付です。いつのことかを知っている人には、だれのことか分かることがあります")
    if name in _ALSO_OF_THINGS:
        return _Guess(role, MEDIUM, "列の名前が氏名のようです（人でなく施設などの名前なら、直接識別子ではありません）")
    return _Guess(role, HIGH if exact else MEDIUM, f"列の名前が{what}{'です' if exact else 'のようです'}")


def _form(different: pd.Series, texts: list[str]) -> tuple[str, str] | None:
    """Role and meaning after the form of most of the cells."""
    most = _MOSTLY * len(texts)
    if sum(map(is_my_number, texts)) >= most and len(texts) >= 3:
        return DIRECT, "個人番号（マイナンバー）の形（12桁、検査数字も合う）"
    for role, what, form in FORMS:
        if sum(form.fullmatch(t) is not None for t in texts) >= most:
            return role, what
    if (
        pd.api.types.is_datetime64_any_dtype(different.dtype)
        or sum(DATE.fullmatch(t) is not None for t in texts) >= most
    ):
        years = _years(different, texts)
        if len(years) and years.min() < _OLDEST_LIKELY and np.ptp(years) >= 40:
            return QUASI, "生年月日らしい日付"
        return QUASI, "日付"
    if different.dtype.kind == "f" and _fraction_of_degrees(different.to_numpy(float)):
        return QUASI, "緯度か経度らしい数（小数 3 桁以上）"
    if sum(ILLNESSES.search(t) is not None for t in texts) >= 0.3 * len(texts) and not _is_free_text(different, texts):
        return SENSITIVE, "病気や障害の名前"
    return None


def _years(different: pd.Series, texts: list[str]) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(different.dtype):
        return different.dt.year.to_numpy(float)
    start = {
        "明": 1867,
        "M": 1867,
        "大": 1911,
        "T": 1911,
        "昭": 1925,
        "S": 1925,
        "平": 1988,
        "H": 1988,
        "令": 2018,
        "R": 2018,
    }
    years = []
    for text in texts:
        if text[:1] in start:
            digits = "".join(c for c in text.split("年")[0].split(".")[0] if c.isdecimal())
            years.append(start[text[0]] + int(digits or 1))
        elif text[:4].isdecimal():
            years.append(int(text[:4]))
    return np.array(years, dtype=float)


def _fraction_of_degrees(numbers: np.ndarray) -> bool:
    """Whether numbers look like the latitudes or longitudes of places in Japan."""
    within = [((low <= numbers) & (numbers <= high)).all() for low, high in ((20, 46), (122, 154))]
    return any(within) and np.mean(np.abs(numbers * 100 - np.rint(numbers * 100)) > 1e-6) >= _MOSTLY


def _is_free_text(different: pd.Series, texts: list[str]) -> bool:
    if not all(isinstance(v, str) for v in different[:100]):
        return False
    return (
        np.mean([len(t) for t in texts]) >= 15 and np.mean(["。" in t or "、" in t or " " in t for t in texts]) >= 0.3
    )


def _names_in(texts: list[str]) -> tuple[tuple[int, int] | int, bool]:
    """How many texts hold names or numbers of people, of how many read; and whether they could be read at all."""
    from dataacademy.text.personal import spans

    some = texts[:: max(1, len(texts) // _READ)]
    try:
        hits = sum(bool(spans(text)) for text in some)
    except DataAcademyError as error:
        if error.note.kind != "no_text_package":
            raise
        return 0, False
    return ((hits, len(some)) if hits else 0), True


def _is_number_of_rows(values: pd.Series, different: pd.Series, texts: list[str]) -> bool:
    """A code of letters and digits that differs from row to row; measured numbers with decimals are none."""
    if len(different) < max(20, len(values)) or different.dtype.kind in "fb":
        return False
    return all(len(t) <= 40 and t.isascii() and any(c.isdigit() for c in t) for t in texts)
