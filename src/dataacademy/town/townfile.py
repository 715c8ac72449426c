"""``town.yml``: what each file of a town is taken for; written by ``town inspect``, edited by the instructor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from dataacademy.codes import complete_code
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.town.contract import SHELTER_KINDS
from dataacademy.town.formats import ROLES

Role = Literal[tuple(role for role in ROLES if role not in ("labels", "other"))]


class Source(BaseModel):
    """One file (or sheet) and what it is used as."""

    model_config = ConfigDict(extra="forbid")
    file: str
    sheet: str | None = None
    take_as: Role
    kind: str = ""
    label: str = ""
    use: bool = True
    crs: int | None = None
    encoding: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    questions: dict[str, str | list[str]] = Field(default_factory=dict)
    answers: dict[str, list[str]] = Field(default_factory=dict)
    codebook: str | None = None


class TownFile(BaseModel):
    """The whole of town.yml.  ``path`` is where it was read from; ``folder`` is relative to it."""

    model_config = ConfigDict(extra="forbid")
    code: str
    name: str
    folder: str
    shelter: str = SHELTER_KINDS[0]
    tables: list[Source] = Field(default_factory=list)
    path: Path = Field(default=Path("town.yml"), exclude=True)

    @field_validator("code", mode="before")
    @classmethod
    def _six_digits(cls, value):
        return complete_code(value)[0]

    @property
    def data_folder(self) -> Path:
        return (self.path.parent / self.folder).resolve()


def read_town_file(path: Path) -> TownFile:
    """Read and check town.yml; a mistake is named with its line, the key, and the nearest right one."""
    path = path / "town.yml" if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataAcademyError(
            "no_town_file",
            f"「{path}」がありません。",
            f"{path} does not exist.",
            fix="先に dataacademy town inspect フォルダ --code 団体コード を実行してください。",
            fix_en="Run `dataacademy town inspect FOLDER --code CODE` first.",
        ) from None
    except UnicodeDecodeError as error:
        raise DataAcademyError(
            "bad_town_file",
            "UTF-8 の文字として読めません。",
            "Not UTF-8 text.",
            fix="メモ帳の「名前を付けて保存」で、文字コードに UTF-8 を選んで保存してください。",
            file=path.name,
        ) from error
    try:
        nodes = yaml.compose(text)
        content = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar as text: 011002 would be an octal number
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        line = text.splitlines()[mark.line].strip() if mark and mark.line < len(text.splitlines()) else ""
        raise DataAcademyError(
            "bad_town_file",
            "書き方がまちがっているので読めません（YAML）。",
            f"Not valid YAML: {getattr(error, 'problem', error)}",
            fix="その行と一つ前の行の、字下げ（空白の数。タブは使えません）、コロンの後の空白、引用符を確かめてください。",
            file=path.name,
            row=row,
            value=line[:40],
        ) from error
    if not isinstance(content, dict):
        raise DataAcademyError(
            "bad_town_file", "中身がありません。", "Empty.", file=path.name, fix="town inspect で作り直してください。"
        )
    try:
        return TownFile(**content, path=path.resolve())
    except ValidationError as error:
        raise _explain(error, path, nodes) from error


def _explain(error: ValidationError, path: Path, nodes) -> DataAcademyError:
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")  # a misspelt key before the missing one
    where = first["loc"]
    key = str(where[-1]) if where else ""
    model = Source if len(where) > 1 and where[0] == "tables" else TownFile
    allowed = [name for name in model.model_fields if name != "path"]
    row, value = _line(nodes, where), "" if isinstance(first["input"], (dict, list)) else str(first["input"])
    if first["type"] == "extra_forbidden":
        guess = nearest_guess(key, allowed)
        ja = f"「{key}」という項目はありません。" + (f"もしかして「{guess}」ですか。" if guess else "")
        en = f"Unknown key {key!r}." + (f" Did you mean {guess!r}?" if guess else "")
        fix = "書ける項目は " + "、".join(allowed) + " です。"
    elif first["type"] == "missing":
        ja, en, fix = f"項目「{key}」がありません。", f"Key {key!r} is missing.", f"「{key}: 」の行を足してください。"
    elif key == "take_as":
        known = [role for role in ROLES if role not in ("labels", "other")]
        guess = nearest_guess(value, known)
        ja = f"使い道「{value}」はありません。" + (f"もしかして「{guess}」ですか。" if guess else "")
        en = f"Unknown take_as {value!r}." + (f" Did you mean {guess!r}?" if guess else "")
        fix = "使えるのは " + "、".join(known) + " です。"
    else:
        ja, en = f"項目「{key}」の値を読めません。", f"Bad value: {first['msg']}"
        fix = "true・false、数、文字のどれを書く項目か、town inspect が作った行と見比べてください。"
    return DataAcademyError("bad_town_file", ja, en, fix=fix, file=path.name, row=row, column=key, value=value[:40])


def _line(node, where) -> int | None:
    """The line of town.yml on which the item at ``where`` stands."""
    line = node.start_mark.line + 1 if node else None
    for part in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def town_file_text(town: TownFile, why: dict[tuple[str, str | None], str], others: dict[str, str]) -> str:
    """town.yml with a comment above every item.

    why
        (file, sheet) -> the reason why it is taken so.
    others
        file -> the reason why it is not used; written as comments.
    """
    lines = [
        f"# {town.name}の教材のもとになるファイルの一覧です。dataacademy town inspect が書きました。",
        "# メモ帳などで直せます。直したら、次の命令で教材を作ります。",
        "#   dataacademy tailor このファイル",
        "# 行の先頭が # の行は説明です。動作には影響しません。",
        "",
        "# 全国地方公共団体コード（6桁）と名前",
        f"code: {_quoted(town.code)}",
        f"name: {_quoted(town.name)}",
        "# ファイルの入っているフォルダ（この town.yml のある場所から見て）",
        f"folder: {_quoted(town.folder)}",
        "# 教材で「避難所」として距離を測る施設の種類（下の kind のどれか）",
        f"shelter: {_quoted(town.shelter)}",
        "",
        "# 使うファイル。使いたくないものは use: false にします。",
        "# take_as（使い道）: " + "、".join(f"{r}＝{ja}" for r, ja in ROLES.items() if r not in ("labels", "other")),
        "tables:" if town.tables else "tables: []",
    ]
    for source in town.tables:
        reason = why.get((source.file, source.sheet), "")
        lines += ["", *(f"  # {line}" for line in reason.splitlines()), f"  - file: {_quoted(source.file)}"]
        for key in ("sheet", "take_as", "kind", "label", "use", "crs", "encoding"):
            value = getattr(source, key)
            if value not in (None, ""):
                plain = str(value).lower() if isinstance(value, bool) else value
                lines.append(
                    f"    {key}: {plain if not isinstance(value, str) or key == 'take_as' else _quoted(value)}"
                )
        if source.columns:
            lines.append("    columns:  # 教材での名前: ファイルの見出し")
            lines += [f"      {name}: {_quoted(heading)}" for name, heading in source.columns.items()]
    if others:
        lines += ["", "# 使わないファイルと、その理由"]
        lines += [f"#   {file}: {reason}" for file, reason in others.items()]
    return "\n".join(lines) + "\n"


def relative_folder(folder: Path, start: Path) -> str:
    """``folder`` as written from ``start``, with forward slashes; absolute on another Windows drive."""
    try:
        return Path(os.path.relpath(folder, start)).as_posix()
    except ValueError:
        return folder.resolve().as_posix()


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000).strip()
