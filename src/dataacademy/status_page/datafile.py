"""``data.json``: the figures of a status page for other programmes, and the schema that every one must fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.status_page.parts import Made
from dataacademy.status_page.settings import Settings

SCHEMA = "schema.json"
_TYPES = {"object": "{ } のまとまり", "array": "[ ] の並び", "string": "文字", "integer": "整数", "null": "空（null）"}
_TYPES |= {"boolean": "true か false", "number": "数"}


@cache
def schema_text() -> str:
    """The schema as it is published beside data.json."""
    return resources.files("dataacademy.status_page").joinpath(SCHEMA).read_text(encoding="utf-8")


@cache
def _validator():
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(schema_text()))


def validate(data: Mapping | str | Path) -> dict[str, Any]:
    """Check a data.json against the schema, and its days against the calendar; returns it.

    data
        What is in it, or the path of the file.  Days must exist, follow one another and stand there once; no day is
        later than ``updated``; of a rate, ``count`` is at most ``of``.
    Errors: bad_data_json (with the place in the file, what was found and what was expected), no_data_json.
    Checked against a file spoilt in every way that the schema forbids, and every page that the tests build.
    When not to use: to learn whether the figures are true, or safe to publish; :func:`check` looks at that.

    >>> import dataacademy as da
    >>> site = da.status_page.build(da.status_page.example().only("patients"))
    >>> validate(site.data)["updated"] == da.load("covid_daily")["date"].max()
    True
    """
    name = "data.json"
    if isinstance(data, (str, Path)):
        name, data = Path(data).name, read_json(Path(data))
    data = dict(data) if isinstance(data, Mapping) else data
    errors = sorted(_validator().iter_errors(data), key=lambda e: (list(map(str, e.absolute_path)), e.validator))
    if errors:
        raise _explained(errors[0], data, name)
    _check_days(data, name)
    return data


def written(data: Mapping) -> str:
    """The text of data.json."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def data_of(settings: Settings, made: list[Made], updated: str, corrections: list[dict]) -> dict[str, Any]:
    """What data.json holds: counts and nothing else."""
    return {
        "format": "status-page",
        "version": 1,
        "town": settings.name,
        "practice": settings.practice,
        "topic": settings.topic,
        "updated": updated,
        "licence": settings.licence,
        "source": settings.source,
        "office": settings.office,
        "phone": settings.phone,
        "parts": [_part(one, settings.minimum) for one in made],
        "corrections": corrections,
    }


def _part(one: Made, minimum: int) -> dict[str, Any]:
    part = one.part
    head = {"id": part.id, "kind": part.kind, "title": part.title, "unit": part.unit}
    table = one.table
    if part.kind == "counts":
        rows = zip(table[list(part.by)].itertuples(index=False), table["count"], strict=True)
        data = [{"group": list(group), "count": _known(count)} for group, count in rows]
        return {**head, "by": list(part.by), "minimum": minimum, "data": data}
    columns = ["count", "of"] if part.kind == "rate" else ["count"]
    rows = table[["day", *columns]].to_dict("records")
    return {**head, "data": [{"day": row["day"], **{c: _known(row[c]) for c in columns}} for row in rows]}


def _known(value) -> int | None:
    return None if pd.isna(value) else int(value)


def read_json(path: Path) -> Any:
    """What a JSON file holds; its mistakes are named for people."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DataAcademyError(
            "no_data_json",
            f"「{path.name}」がありません。",
            f"{path.name} does not exist.",
            fix="ファイルの名前と、置いた場所を確かめてください。",
            fix_en="Check its name and folder.",
        ) from None
    except ValueError as error:
        raise DataAcademyError(
            "bad_data_json",
            "JSON として読めません。",
            f"Not JSON: {error}",
            fix="括弧の閉じ忘れ、最後の余分なコンマ、全角の引用符がないか確かめてください。文字コードは UTF-8 です。",
            file=path.name,
            row=getattr(error, "lineno", None),
        ) from error


def _explained(error, data, name: str) -> DataAcademyError:
    while error.validator == "oneOf":  # the branch of this part's own kind says what is wrong with it
        kind = error.instance.get("kind") if isinstance(error.instance, dict) else None
        kinds = ("daily", "rate", "counts")
        if kind not in kinds:
            where = _where(error.absolute_path)
            return _error(f"kind は {'、'.join(kinds)} のどれかです。", "Unknown kind.", name, where, str(kind))
        error = min((e for e in error.context if e.schema_path[0] == kinds.index(kind)), key=lambda e: -len(e.path))
    where, value = _where(error.absolute_path), _short(error.instance)
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        extra = next(key for key in error.instance if key not in allowed)
        guess = nearest_guess(extra, allowed)
        ja = f"「{extra}」という項目は、このファイルにはありません。" + (
            f"もしかして「{guess}」ですか。" if guess else ""
        )
        return _error(ja, f"Unknown key {extra!r}.", name, where, fix=f"書ける項目は {'、'.join(allowed)} です。")
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return _error(f"項目「{missing}」がありません。", f"{missing!r} is missing.", name, where)
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        ja = f"ここは{'か'.join(_TYPES[t] for t in wanted)}です。"
        return _error(ja, error.message, name, where, value)
    if error.validator == "minimum":
        return _error(f"ここは {error.validator_value} 以上の数です。", error.message, name, where, value)
    if error.validator == "pattern":
        ja = (
            "日は 2021-08-09 のように書きます。"
            if "[0-9]{4}" in error.validator_value
            else "英小文字で始まる名前にします。"
        )
        return _error(ja, error.message, name, where, value)
    if error.validator == "const":
        return _error(f"ここは「{error.validator_value}」と決まっています。", error.message, name, where, value)
    return _error("数が足りないか、多すぎます。", error.message, name, where)


def _check_days(data: dict, name: str) -> None:
    for i, part in enumerate(data["parts"]):
        before = ""
        for j, row in enumerate(part["data"]):
            if "day" not in row:
                continue
            where = f"parts[{i}].data[{j}].day"
            try:
                date.fromisoformat(row["day"])
            except ValueError:
                raise _error("暦にない日です。", "No such day.", name, where, row["day"]) from None
            if row["day"] <= before:
                raise _error("日が、前の行より後になっていません。", "Days do not follow.", name, where, row["day"])
            if row["day"] > data["updated"]:
                raise _error("updated より後の日があります。", "Later than updated.", name, where, row["day"])
            if row.get("of") is not None and row["count"] is not None and row["count"] > row["of"]:
                raise _error("count が of より多くなっています。", "count is above of.", name, where, row["day"])
            before = row["day"]


def _error(ja: str, en: str, name: str, where: str, value: str = "", fix: str = "") -> DataAcademyError:
    given = "、値「" + value[:40] + "」" if value else ""
    fix = fix or "build で作ったページの data.json と見くらべてください。"
    return DataAcademyError(
        "bad_data_json",
        f"{where or 'いちばん外側'}{given}：{ja}",
        en,
        fix=fix,
        fix_en=f"At {where or 'the top'}.",
        file=name,
    )


def _where(path) -> str:
    return "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in path).lstrip(".")


def _short(value) -> str:
    return "" if isinstance(value, (dict, list)) else str(value)
