"""仮名化: numbers of people replaced by others that only the holder of a key can make again."""

from __future__ import annotations

import base64
import hmac
import os
import unicodedata

import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_names_once, check_whole
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table

SHORTEST_KEY = 32  # bytes: as many as the hash has
KEY_VARIABLE = "DATAACADEMY_KEY"
_LENGTH = 16


def pseudonymize(
    data: pd.DataFrame,
    *,
    column: str,
    purpose: str,
    key: bytes | str | None = None,
    length: int = _LENGTH,
    same_spelling: bool = True,
) -> Analysis:
    """A copy of ``data`` in which the values of ``column`` are pseudonyms: equal values get equal ones.

    key
        At least 32 random bytes (or a text of 32 characters), kept away from the data.  Left out, it is read from the
        environment variable ``DATAACADEMY_KEY``, so that it never stands in a notebook.  :func:`new_key` makes one.
    purpose
        What the copy is for.  Another purpose gives other pseudonyms, so two copies cannot be joined.
    length
        Letters of a pseudonym, 10 to 52 (five bits each).
    same_spelling
        Whether full-width, half-width and surrounding spaces count as the same (Ａ１ = A1).  Empty cells stay empty.

    HMAC-SHA-256 of purpose and value, in base 32 (RFC 2104, RFC 4648).  Table: the copy.  Value: how many different
    pseudonyms.  The key is in none of the results and in no message.
    Errors: ``key_missing``, ``key_too_short``, ``key_too_plain``, ``no_purpose``, ``not_whole_between`` (length),
    ``collision``, ``key_no_text``, ``duplicate_columns``,
    ``unknown_column``.  Checked against Python's hmac over the values one by one, and by searching an executed
    notebook for the key.
    When not to use: instead of deleting a number that nobody needs.  Pseudonymous data are still personal data: whoever
    has the key, or knows the rest of the row, finds the person again.

    >>> import dataacademy as da
    >>> people = da.load("checkups")
    >>> found = pseudonymize(people, column="person_id", purpose="受診率の分析", key=new_key())
    >>> found.value == people["person_id"].nunique(), bool(found.table["person_id"].isin(people["person_id"]).any())
    (True, False)
    """
    check_table(data)
    check_names_once(data)
    check_columns(data, [column], table="渡した表")
    if not isinstance(purpose, str) or not purpose.strip():
        raise DataAcademyError(
            "no_purpose",
            "何のための仮名か（purpose）を書いてください。目的がちがえば、ちがう仮名になります。",
            "Say what the copy is for (purpose).",
            fix='purpose="受診率の分析" のように書きます。',
            fix_en='For example purpose="analysis of attendance".',
        )
    check_whole("文字数（length）", length, 10, 52, en="length")
    secret = _checked(os.environ.get(KEY_VARIABLE) if key is None else key)
    values = data[column]
    texts = values.astype(object).map(lambda v: _text(v, same_spelling), na_action="ignore")
    known = pd.unique(texts.dropna())
    made = {text: _pseudonym(secret, purpose, text)[:length] for text in known}
    if len(set(made.values())) < len(made):
        raise DataAcademyError(
            "collision",
            f"{length} 文字では、ちがう値が同じ仮名になりました。",
            f"{length} letters are too few: two values got the same pseudonym.",
            fix=f"length={min(2 * length, 52)} のように長くしてください。",
            fix_en="Use a greater length.",
        )
    empty = int(values.isna().sum())
    merged = int(values.dropna().astype(str).nunique()) - len(known)
    notes = [f"同じ目的（{purpose}）の表どうしは、仮名でつなげます。目的を変えると、つなげません。"]
    if merged:
        notes.append(f"全角・半角や前後の空白だけがちがう {merged} 種類の値を、同じ人とみています。")
    notes.append("仮名にしても個人情報です。鍵は、この表とは別の所で、別の人が管理してください。")
    return Analysis(
        data.assign(**{column: texts.map(made)}),
        len(known),
        f"列「{column}」の {len(known):,} 種類の値（{len(data) - empty:,} 行）を、鍵つきの仮名に置きかえました。",
        f"{len(known):,} different values of {column!r} ({len(data) - empty:,} rows) are now keyed pseudonyms.",
        used={"行": len(data)},
        left_out=(f"列「{column}」が空欄の {empty:,} 行は、空欄のままです",) if empty else (),
        figures={"pseudonyms": len(known)},
        assumptions=tuple(notes),
    )


def new_key() -> str:
    """A new random key of 256 bits as text, from the operating system.

    Put it into the environment variable ``DATAACADEMY_KEY`` or a password store; do not write it into a notebook.
    When not to use: for a copy that must fit an earlier one; that needs the earlier key.

    >>> len(new_key()), new_key() == new_key()
    (52, False)
    """
    return base64.b32encode(os.urandom(32)).decode("ascii").rstrip("=")


def _checked(key) -> bytes:
    if key is None or key in ("", b""):
        raise DataAcademyError(
            "key_missing",
            f"鍵がありません。環境変数 {KEY_VARIABLE} に入れるか、key= で渡してください。",
            f"There is no key: set {KEY_VARIABLE}, or pass key=.",
            fix="da.privacy.new_key() が新しい鍵を作ります。ノートブックには書かないでください。",
            fix_en="da.privacy.new_key() makes one; do not write it into a notebook.",
        )
    if not isinstance(key, str | bytes):
        raise DataAcademyError(
            "key_no_text",
            f"鍵は文字列かバイト列で渡してください。渡されたのは {type(key).__name__} です。",
            f"The key must be text or bytes, not {type(key).__name__}.",
            fix="da.privacy.new_key() で作った鍵を使ってください。",
            fix_en="Use a key made by da.privacy.new_key().",
        )
    secret = key.encode("utf-8") if isinstance(key, str) else key
    if len(secret) < SHORTEST_KEY:
        raise DataAcademyError(
            "key_too_short",
            f"鍵が短すぎます（{len(secret)} バイト）。{SHORTEST_KEY} バイト以上にしてください。",
            f"The key has {len(secret)} bytes; at least {SHORTEST_KEY} are needed.",
            fix="da.privacy.new_key() で作った鍵を使ってください。短い鍵は、全部試せば見つかります。",
            fix_en="Use a key made by da.privacy.new_key(): a short one is found by trying.",
        )
    if len(set(secret)) < 10:
        raise DataAcademyError(
            "key_too_plain",
            "鍵が単純すぎます（同じ文字の繰り返しなど）。",
            "The key is too plain (few different characters).",
            fix="da.privacy.new_key() で作った鍵を使ってください。",
            fix_en="Use a key made by da.privacy.new_key().",
        )
    return secret


def _text(value, same_spelling: bool) -> str:
    if isinstance(value, float) and value.is_integer():  # a column of whole numbers with empty cells
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip() if same_spelling else str(value)


def _pseudonym(secret: bytes, purpose: str, text: str) -> str:
    written = purpose.encode("utf-8")
    message = len(written).to_bytes(4, "big") + written + text.encode("utf-8")
    return base64.b32encode(hmac.digest(secret, message, "sha256")).decode("ascii")
