"""How the workbook is laid out: which tabs, what stands above the records, how wide the columns are."""

from __future__ import annotations

import base64
import json
import zlib

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.model import FLOW_B_ONLY, KINDS, VERSION, Worksheet

COVER = "表紙"
HIDDEN = "控え"  # the tab with the worksheet as it was written out, and the lists of the drop-downs
ID_LABEL, ID_HELP = "番号", "取り込むと付きます"
TITLE, HEADING, HELP, FIRST = 0, 1, 2, 3  # rows of a tab, from 0
SPARE = 12  # empty rows below the records, ready to be filled
COVER_FIRST = 2  # row of the first field on the cover
COVER_LABELS, COVER_WIDTHS = ("項目", "内容", "書き方"), (24, 50, 48)
MARK = "dataacademy worksheet"
_CHUNK = 32_000  # letters of the stored worksheet in one cell

ID_WIDTH = 14
WIDTHS = {  # of columns, in digits
    "text": 17,
    "long": 30,
    "number": 10,
    "date": 15,
    "flag": 6,
    "choice": 13,
    "link": 19,
    "links": 21,
    "words": 18,
    "numbers": 9,
    "machine": 20,
}

HINTS = {  # beside the title, by whether the tab is only for reading
    False: "白い欄に書きます。新しい記録は下の空いた行へ。",
    True: "道具が書いた記録です。ここでは直せません。",
}
GUIDE = (
    "白い欄に書きます。色の付いた欄は、書き換えられません。",
    "新しい記録は、表の下の空いた行に書きます。番号は空けておきます。取り込むと付きます。",
    "記録を消すときは、その行の白い欄をすべて空にします。",
    "一覧（▼）が出る欄は、一覧から選びます。",
    "いくつも書く欄は、1行に一つ書きます。Alt を押しながら Enter を押すと、セルの中で改行します。",
    "まだ番号のない記録を指すときは、その記録の文をそのまま書きます。",
    "数は、単位や「約」を付けずに書きます。％も 50 のように、数だけを書きます。",
    "文の中の数は、{finding1} のように、発見の番号を { } に入れて書きます。",
    "シートの名前、見出し、並びは変えません。「発見」は道具が書くので、直せません。",
    "書き終えたら、保存して閉じ、取り込みます：uv run dataacademy worksheet import ワークシート.yml",
    "ほかの人が先に直した欄は、上書きせずに知らせます。",
)


def kinds_shown(worksheet: Worksheet) -> list[str]:
    """The kinds that get a tab: those of flow B only where the flow has them or something is written in them."""
    return [kind for kind in KINDS if worksheet.team.flow != "A" or kind not in FLOW_B_ONLY or worksheet.section(kind)]


def is_data(field: Field) -> bool:
    """Whether a column holds what only programs read; such columns are hidden."""
    return field.type == "machine" and not isinstance(field.default, str)


def help_of(field: Field) -> str:
    """What stands below a heading."""
    more = {"links": "1行に一つ。", "words": "1行に一つ。", "numbers": "1行に一つ。", "flag": "あてはまれば ○"}
    gap = "。" if field.help and not field.help.endswith("。") and field.type in more else ""
    return field.help + gap + more.get(field.type, "")


def packed(worksheet: Worksheet) -> list[str]:
    """The worksheet as the texts of cells: plain letters that no spreadsheet changes, with zlib's sum over them."""
    plain = json.dumps(worksheet.model_dump(mode="json")).encode()
    text = base64.b64encode(zlib.compress(plain)).decode()
    return [MARK, f"version {VERSION}", *(text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))]


def unpacked(cells: list[str]) -> Worksheet | None:
    """The worksheet in such cells; None if they are damaged or of another version."""
    if cells[:2] != [MARK, f"version {VERSION}"]:
        return None
    try:
        return Worksheet.model_validate_json(zlib.decompress(base64.b64decode("".join(cells[2:]))))
    except (ValueError, zlib.error):  # pydantic's error is a ValueError too
        return None


def version_of(cells: list[str]) -> int | None:
    """The version that wrote such cells; None if they say none."""
    word, _, number = (cells[1:2] or [""])[0].partition(" ")
    return int(number) if word == "version" and number.isdigit() else None
