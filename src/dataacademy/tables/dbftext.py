"""The Japanese of shapefiles' attribute tables: .cpg files are missing or wrong, and fields cut letters in two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note
from dataacademy.tables.encoding import LABELS, python_name

RAW = "ISO-8859-1"  # one letter a byte: texts that GDAL gives in it are the file's bytes
_TRUSTED = ("utf-8", "cp932", "euc_jp")  # a .cpg that says anything else was not set for Japanese
_JAPANESE_UTF8 = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")


def decoded(data: pd.DataFrame, path: Path, encoding: str | None) -> tuple[pd.DataFrame, list[Note]]:
    """A table that GDAL read as RAW, with its texts and column names decoded, and notes on how.

    An ``encoding`` that is given is used.  Else UTF-8 if all texts are UTF-8, the .cpg's encoding if they fit, CP932.
    Raises ``unknown_encoding`` where a text fits none.
    """
    texts = [c for c in data.columns if data[c].dtype in ("str", "object") and c != "geometry"]
    factors = {c: pd.factorize(data[c]) for c in texts}
    pieces = {name.encode(RAW) for name in data.columns} | {
        str(text).encode(RAW) for _, found in factors.values() for text in found
    }
    foreign = {piece for piece in pieces if not piece.isascii()}
    said = _cpg(path)
    name = python_name(encoding) if encoding else _fitting(foreign, said)
    cut = 0
    result = data.copy()
    for c, (codes, found) in factors.items():
        words = []
        for place, text in enumerate(found):
            word, whole = _decode(str(text).encode(RAW), name)
            if word is None:
                raise _unreadable(name, path, c.encode(RAW).decode(name, "replace"), int((codes == place).argmax()) + 1)
            words.append(word)
            cut += 0 if whole else int((codes == place).sum())
        result[c] = pd.Series([words[code] if code >= 0 else None for code in codes], index=data.index, dtype=object)
    result.columns = [_decode(c.encode(RAW), name)[0] or c for c in data.columns]
    return result, _notes(name, said, bool(foreign), cut)


def _cpg(path: Path) -> str:
    """What the .cpg file beside says, as Python's name; "" if there is none or it cannot be meant for Japanese."""
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.lower() == ".cpg":
            try:
                name = python_name(beside.read_bytes().decode(RAW))
            except DataAcademyError:
                return ""
            return name if name in _TRUSTED else ""
    return ""


def _fitting(pieces: Iterable[bytes], said: str) -> str:
    if any(map(_JAPANESE_UTF8.search, pieces)) and all(_decode(piece, "utf-8")[0] is not None for piece in pieces):
        return "utf-8"
    if said and all(_decode(piece, said)[0] is not None for piece in pieces):
        return said
    return "cp932"


def _decode(piece: bytes, name: str) -> tuple[str | None, bool]:
    """The text, and whether it is whole: a field's width may cut the last letter.  None if it does not fit."""
    for less in range(4):
        try:
            return piece[: len(piece) - less].decode(name), less == 0
        except UnicodeDecodeError as error:
            if error.start < len(piece) - 3:
                break
    return None, False


def _unreadable(name: str, path: Path, column: str, feature: int) -> DataAcademyError:
    return DataAcademyError(
        "unknown_encoding",
        f"属性の文字を {LABELS.get(name, name)} として読めません（{feature}番目の地物）。",
        f"The attribute texts do not read as {name} (feature {feature}).",
        fix="encoding= に正しい文字コードを指定するか、GISで UTF-8 に保存し直してください。",
        fix_en="Name the encoding in encoding=, or save the map again in UTF-8.",
        file=path.name,
        row=feature,
        column=column,
    )


def _notes(name: str, said: str, foreign: bool, cut: int) -> list[Note]:
    label = LABELS.get(name, name)
    if not foreign:
        return [Note("encoding", "属性は英数字だけです。", "The attributes are ASCII.", value="ascii")]
    notes = [Note("encoding", f"属性の文字コードは {label} です。", f"Encoding of the attributes: {name}.", value=name)]
    if said and said != name:
        notes.append(
            Note(
                "wrong_cpg",
                f".cpg ファイルには {LABELS.get(said, said)} とありますが、文字は {label} でした。",
                f"The .cpg file says {said}, but the texts are {name}.",
                level="warning",
                fix=f".cpg ファイルの中身を {'UTF-8' if name == 'utf-8' else 'CP932'} に直してください。",
                fix_en=f"Write {name} into the .cpg file.",
            )
        )
    if cut:
        notes.append(
            Note(
                "cut_text",
                f"欄の幅で最後の文字が途中で切れた値が {cut:,}件あります。切れた文字を除きました。",
                f"{cut:,} texts were cut in the middle of a letter by the field's width; that letter was dropped.",
                level="warning",
            )
        )
    return notes
