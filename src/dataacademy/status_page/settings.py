"""The configuration of a status page: whose figures, from which tables, in which languages, who answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from dataacademy import files
from dataacademy.codes import FICTIONAL
from dataacademy.errors import DataAcademyError, check_choice, nearest_guess
from dataacademy.paths import SAMPLE_TOWN
from dataacademy.status_page.languages import LANGUAGES, plain

Language = Literal["ja", "en", "easy"]


def _words(value: Any) -> Any:
    """A text alone is Japanese."""
    return {"ja": value} if isinstance(value, str) else value


Words = Annotated[dict[Language, str], BeforeValidator(_words)]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _in_japanese_at_least(cls, value):
        if isinstance(value, dict) and value and set(value) <= set(LANGUAGES) and not value.get("ja"):
            raise ValueError("ja")
        return value


class Part(_Item):
    """One section of the page: a chart and its table."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["daily", "rate", "counts"]
    table: str
    date: str = "date"
    count: str | None = None
    of: str | None = None
    by: tuple[str, ...] = ()
    title: Words
    unit: Words
    note: Words = {}
    labels: dict[str, Words] = {}


class Settings(_Item):
    """All of a status page but its figures.  Texts are ``{"ja": …, "en": …, "easy": …}``, or Japanese alone.

    In やさしい日本語 ``{漢字|かんじ}`` gets its reading; an English unit may have two forms, ``person / people``.

    ``town`` is the town whose tables are loaded; ``practice`` puts a line above the page that all is made up;
    ``days`` is how many days the charts show; ``minimum`` the smallest count of people that may be shown.
    """

    town: str = ""
    name: Words
    practice: bool = False
    topic: Words
    lead: Words
    languages: tuple[Language, ...] = Field(default=("ja", "en", "easy"), min_length=1)
    office: Words
    phone: str = ""
    hours: Words = {}
    licence: str = ""
    source: Words = {}
    days: int = Field(default=56, ge=14, le=366)
    minimum: int = Field(default=10, ge=2)
    parts: tuple[Part, ...] = Field(min_length=1)

    @field_validator("languages")
    @classmethod
    def _japanese_too(cls, value):
        if "ja" not in value or len(set(value)) < len(value):
            raise ValueError("languages")
        return value

    @field_validator("parts")
    @classmethod
    def _each_once(cls, value):
        if len({part.id for part in value}) < len(value):
            raise ValueError("parts")
        return value

    def change(self, **values) -> Settings:
        """The same settings with other values; a text in one language leaves the others as they are.

        >>> example().change(phone="00-0000-0000", name={"en": "Our Town"}).name["en"]
        'Our Town'
        """
        given = self.model_dump()
        for key, value in values.items():
            old = given.get(key)
            merge = isinstance(value, Mapping) and isinstance(old, dict)
            given[key] = {**old, **value} if merge else value
        return _made(given, "change")

    def fork(self, *, name: Any, office: Any, phone: str, source: Any, practice: bool = False, **values) -> Settings:
        """The same page for another town: nothing that belongs to this town stays, so it must be given anew.

        >>> next_town = example().fork(name="となり町", office="健康課", phone="00-0000-0000", source="となり町")
        >>> next_town.town, next_town.hours
        ('', {})
        """
        own = {"name": name, "office": office, "phone": phone, "source": source, "practice": practice}
        return _made({**self.model_dump(), "town": "", "hours": {}, **own, **values}, "fork")

    def part(self, id: str, **values) -> Settings:
        """The same settings with one part changed, or added where there is none of that ``id``.

        >>> example().part("patients", table="my_table").parts[0].table
        'my_table'
        """
        given = self.model_dump()
        at = next((i for i, part in enumerate(self.parts) if part.id == id), None)
        parts = list(given["parts"])
        if at is None:
            parts.append({"id": id, **values})
        else:
            parts[at] = {**parts[at], **values}
        return _made({**given, "parts": parts}, "part")

    def only(self, *ids: str) -> Settings:
        """The same settings with these parts alone, in this order.

        >>> [part.id for part in example().only("contacts", "patients").parts]
        ['contacts', 'patients']
        """
        known = {part.id: part for part in self.parts}
        for id in ids:
            check_choice("ページの部分", id, list(known), en="Part")
        return _made({**self.model_dump(), "parts": [known[id].model_dump() for id in ids]}, "only")

    def save(self, path: Path | str) -> Path:
        """Write the settings as YAML, to be read by :func:`read_settings`; returns the file."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        text = yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=10_000)
        files.write_text(
            Path(path), "# 状況のページの設定です。別の町のページは、これを写して直すと作れます。\n" + text
        )
        return Path(path)

    def _repr_html_(self) -> str:
        rows = {
            "町": plain(self.name["ja"]) + ("（練習用の架空の町）" if self.practice else ""),
            "何のページか": f"{plain(self.topic['ja'])}。{plain(self.lead['ja'])}",
            "ことば": "、".join(plain(LANGUAGES[language]) for language in self.languages),
            "答える課": f"{plain(self.office['ja'])}　電話 {self.phone or '（まだありません）'}",
            "利用条件": self.licence or "（まだありません）",
            "グラフの日数": f"{self.days} 日",
            "出してよい人数": f"{self.minimum} 人から",
        }
        rows |= {f"部分 {part.id}": _about(part) for part in self.parts}
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(key)}</th><td style='text-align:left'>{escape(value)}</td></tr>"
            for key, value in rows.items()
        )
        return f"<table>{cells}</table>"


def example(town: str = SAMPLE_TOWN) -> Settings:
    """Settings to begin with: COVID-19 in three languages, for a town that has the tables of it, else the sample town.

    Its part ``people`` stands for the trap: it names the table with a row a person, which :func:`check` refuses.
    When not to use: for a page on another matter, unless topic, lead and parts are changed with it.

    >>> import dataacademy as da
    >>> settings = example("mirai")
    >>> [part.id for part in settings.parts]
    ['patients', 'positive', 'contacts', 'people']
    >>> settings.parts[0].count in da.load(settings.parts[0].table).columns
    True
    """
    from dataacademy.town.catalog import about

    place = about(town)
    if not {"covid_daily", "covid_patients", "published_counts"} <= set(place.tables):
        town, place = SAMPLE_TOWN, about(SAMPLE_TOWN)
    source = resources.files("dataacademy.status_page").joinpath("example.yml").read_text(encoding="utf-8")
    known = {"town": town, "name": place.name, "practice": place.code.startswith(FICTIONAL), "source": place.source}
    return _made({**known, **yaml.load(source, Loader=yaml.BaseLoader)}, "example.yml")


def read_settings(path: Path | str) -> Settings:
    """Read a YAML file of settings; a mistake is named with its place and what would be right.

    Errors: no_settings, bad_settings.
    When not to use: for settings of which one value changes in a notebook: ``example().change(…)`` says what differs.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = example().change(days=28).save(Path(folder) / "status.yml")
    ...     read_settings(file).days
    28
    """
    path = Path(path)
    try:
        given = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        raise DataAcademyError(
            "no_settings",
            f"設定のファイル「{path.name}」がありません。",
            f"{path.name} does not exist.",
            fix="ファイルの名前と、置いた場所を確かめてください。",
            fix_en="Check its name and folder.",
        ) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DataAcademyError(
            "bad_settings",
            "書き方がまちがっているので読めません（YAML）。",
            "Not valid YAML in UTF-8.",
            fix="その行と一つ前の行の、字下げ、コロンの後の空白、引用符を確かめてください。文字コードは UTF-8 です。",
            file=path.name,
            row=mark.line + 1 if mark else None,
        ) from error
    return _made(given, path.name)


def _made(given: Any, file: str) -> Settings:
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise _explained(error, file) from error


def _explained(error: ValidationError, file: str) -> DataAcademyError:
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")  # a misspelt key before the missing one
    where = [str(at) for at in first["loc"] if not str(at).startswith("function-")]
    key = where[-1] if where else ""
    value = "" if isinstance(first["input"], (dict, list, tuple)) else str(first["input"])
    allowed = list((Part if where[:1] == ["parts"] and len(where) > 1 else Settings).model_fields)
    if first["type"] == "extra_forbidden":
        guess = nearest_guess(key, allowed)
        ja = f"「{key}」という項目はありません。" + (f"もしかして「{guess}」ですか。" if guess else "")
        fix = "書ける項目は " + "、".join(allowed) + " です。"
    elif first["type"] == "missing":
        ja, fix = f"項目「{key}」がありません。", f"「{key}」を書いてください。"
    elif first["type"] == "literal_error":
        ja = f"「{value or key}」は選べません。"
        fix = f"選べるのは {first['ctx']['expected'].replace(' or ', '、')} です。"
    elif key == "languages":
        ja, fix = "ことばの書き方がまちがっています。", "ja を入れて、ja・en・easy を一度ずつ書いてください。"
    elif key == "parts":
        ja, fix = "同じ id の部分が二つあるか、一つもありません。", "id を一つずつ、ちがう名前にしてください。"
    elif str(first.get("ctx", {}).get("error")) == "ja":
        ja, fix = f"「{key}」に日本語（ja）がありません。", "ja は、ほかのことばがないときにも使うので、必ず書きます。"
    else:
        ja, fix = f"項目「{'・'.join(where)}」の値を使えません。", "見本（da.status_page.example）と見比べてください。"
    return DataAcademyError("bad_settings", ja, first["msg"], fix=fix, file=file, column=key, value=value[:40])


def _about(part: Part) -> str:
    columns = "、".join(c for c in (*part.by, part.count, part.of) if c)
    kind = {"daily": "日ごとの数", "rate": "割合", "counts": "区分ごとの数"}[part.kind]
    return f"{plain(part.title['ja'])}（{kind}。表「{part.table}」の列 {columns or '行を数える'}）"
