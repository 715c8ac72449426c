"""Which encoding a text file is in: tried on the whole file, never guessed from a part, never with letters lost."""

from __future__ import annotations

import codecs
import re

from dataacademy.errors import DataAcademyError
from dataacademy.notes import Note

LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（BOM付き）",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16（BOMなし）",
    "utf-16-be": "UTF-16（BOMなし、ビッグエンディアン）",
    "cp932": "CP932（WindowsのShift_JIS）",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
}
_SHIFT_JIS = re.compile(r"(?:x-?)?s(?:hift)?[-_]?jis.*|cp932|932|ms-?932|windows-?31j|ms_kanji|mskanji", re.IGNORECASE)
_LEADS = [bytes([lead]) for lead in (*range(0xE3, 0xEA), 0xEF)]  # first bytes of Japanese letters in UTF-8
_UTF8_JAPANESE = [re.compile(lead + rb"[\x80-\xbf]{2}[\xe3-\xe9\xef][\x80-\xbf]{2}") for lead in _LEADS]  # one: slow
_NOT_CP932 = "\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3"  # Python lets these pass as cp932; Windows has no such letters
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_USUAL = re.compile("[\t\r\n -~\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]")
_RESAVE = (
    "Excelで開き、「名前を付けて保存」で「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。",
    "Open it in Excel and save it again as 'CSV UTF-8 (comma delimited)'.",
)


def python_name(name: str) -> str:
    """Python's name of an encoding; every Shift_JIS is read as cp932, which has 髙 﨑 ① ㈱ too.

    >>> python_name("Shift_JIS"), python_name("UTF8"), python_name("65001")
    ('cp932', 'utf-8', 'utf-8')
    """
    name = name.strip().strip("\x00")
    if _SHIFT_JIS.fullmatch(name):
        return "cp932"
    if name in ("65001", "CP65001"):
        return "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise DataAcademyError(
            "unknown_choice",
            f"文字コード「{name}」はありません。",
            f"There is no encoding {name!r}.",
            fix="使えるのは「utf-8」「cp932」「utf-16」「euc_jp」「iso2022_jp」などです。書かなければ自動で調べます。",
            fix_en="Use utf-8, cp932, utf-16, euc_jp, iso2022_jp …, or leave it out to have it found.",
        ) from None


def decode(data: bytes, *, file: str = "", encoding: str | None = None) -> tuple[str, Note]:
    """The text of a file and the note that names its encoding.

    Tried in this order: BOM, ISO-2022-JP if there are its escapes, UTF-8, then CP932 or EUC-JP.  Raises
    ``mixed_encoding`` if lines of UTF-8 and of another encoding stand in one file, ``unknown_encoding`` if nothing
    fits, ``wrong_encoding`` if the given one does not.

    >>> decode("髙﨑①㈱".encode("cp932"))[0]
    '髙﨑①㈱'
    """
    if encoding is not None:
        name = python_name(encoding)
        if name == "utf-8" and data.startswith(codecs.BOM_UTF8):
            name = "utf-8-sig"
        try:
            return data.decode(name), encoding_note(name, given=True)
        except UnicodeDecodeError as error:
            raise _unreadable(
                "wrong_encoding",
                f"指定の文字コード「{encoding}」では読めません",
                f"It is not {encoding}",
                data,
                error.start,
                file,
                ("encoding を書かずに読み直してください。自動で調べます。", "Leave out encoding= to have it found."),
            ) from None
    name, text = _found(data, file)
    return text, encoding_note(name)


def _found(data: bytes, file: str) -> tuple[str, str]:
    if name := utf16_name(data):
        try:
            return name, data.decode(name)
        except UnicodeDecodeError as error:
            raise _unknown(data, error.start, file) from None
    if b"\x1b$" in data:
        try:
            return "iso2022_jp", data.decode("iso2022_jp")
        except UnicodeDecodeError as error:
            if data.isascii():
                raise _unknown(data, error.start, file) from None
    name = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return name, data.decode(name)
    except UnicodeDecodeError as error:
        broken = error.start + (len(codecs.BOM_UTF8) if name == "utf-8-sig" else 0)
    _refuse_mixture(data, broken, file)
    return _cp932_or_euc(data, file)


def utf16_name(data: bytes) -> str:
    r"""The name of UTF-16 with or without BOM; "" if it is not UTF-16.

    Without BOM it shows by its first bytes: line ends take two of them, and the letters are those of Japanese texts.

    >>> utf16_name("町,人口\r\n".encode("utf-16-be")), utf16_name(b"a,b\n"), utf16_name("町".encode("utf-16"))
    ('utf-16-be', '', 'utf-16')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:4096]
    if b"\0" in start:
        ends = start.count(b"\n") + start.count(b"\r")
        for name in ("utf-16-le", "utf-16-be"):
            text = start[: len(start) // 2 * 2].decode(name, "ignore")
            usual = len(_USUAL.findall(text)) > 0.9 * len(text)
            if usual and 2 * (text.count("\n") + text.count("\r")) > ends > 0:
                return name
    return ""


def _cp932_or_euc(data: bytes, file: str) -> tuple[str, str]:
    try:
        text, at = data.decode("cp932"), 0
        if odd := [text.index(letter) for letter in _NOT_CP932 if letter in text]:
            text, at = None, len(text[: min(odd)].encode("cp932"))
    except UnicodeDecodeError as error:
        text, at = None, error.start
    if text is not None:  # EUC-JP taken for cp932 is mostly half-width kana
        letters = sum(not character.isascii() for character in text[:100_000])
        if len(_HALF_KANA.findall(text[:100_000])) * 2 <= letters:
            return "cp932", text
    try:
        return "euc_jp", data.decode("euc_jp")
    except UnicodeDecodeError:
        if text is not None:
            return "cp932", text
        raise _unknown(data, at, file) from None


def _refuse_mixture(data: bytes, broken: int, file: str) -> None:
    """Raise if some line is surely UTF-8 although the file as a whole is not (it breaks at ``broken``)."""
    starts = [at for pattern in _UTF8_JAPANESE if (at := _first_line_in_utf8(data, pattern)) >= 0]
    if not starts:
        return
    raise _unreadable(
        "mixed_encoding",
        "1つのファイルに、UTF-8 の行と別の文字コード（CP932など）の行が混ざっています。文字コードが変わるところ",
        "UTF-8 and another encoding (such as CP932) are mixed in one file; it changes at",
        data,
        broken if min(starts) < broken else min(starts),
        file,
        (f"2つのファイルをつないだときに起こります。もとのファイルを別々に{_RESAVE[0]}", _RESAVE[1]),
    )


def _first_line_in_utf8(data: bytes, pattern: re.Pattern[bytes]) -> int:
    """Where ``pattern`` first occurs in a line that is UTF-8 as a whole; −1 if nowhere."""
    for found in pattern.finditer(data):
        start, end = data.rfind(b"\n", 0, found.start()) + 1, data.find(b"\n", found.end())
        try:
            data[start : end if end >= 0 else len(data)].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return found.start()
    return -1


def _unknown(data: bytes, at: int, file: str) -> DataAcademyError:
    return _unreadable(
        "unknown_encoding", "どの文字コードとしても読めません", "No encoding fits", data, at, file, _RESAVE
    )


def _unreadable(kind, ja, en, data: bytes, at: int, file: str, fix: tuple[str, str]) -> DataAcademyError:
    line = data.count(b"\n", 0, at) + 1
    byte = f"0x{data[at]:02X}" if at < len(data) else "EOF"
    return DataAcademyError(
        kind,
        f"{ja}：{line}行目のバイト {byte}（先頭から {at + 1:,}バイト目）。",
        f"{en}: line {line}, byte {byte} (byte {at + 1:,} of the file).",
        fix=fix[0],
        fix_en=fix[1],
        file=file,
        row=line,
        value=byte,
    )


def encoding_note(name: str, *, given: bool = False) -> Note:
    """The note that names an encoding."""
    label = LABELS.get(name, name)
    ja = f"文字コードは{'指定どおり ' if given else ' '}{label} です。"
    return Note("encoding", ja, f"Encoding: {name}.", value=name)
