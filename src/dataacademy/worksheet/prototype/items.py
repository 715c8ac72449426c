"""The items of an application: what is asked, in which form, and where the office gets it from."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.form.values import as_read
from dataacademy.worksheet.parsing import date_of
from dataacademy.worksheet.prototype import letters

COLUMNS = ("項目", "形式", "必須", "どこから")
SOURCES = ("本人確認書類", "聞き取り", "前の届")
FORMS = {  # 形式 -> the control of the form
    "文字": "text",
    "長い文字": "text",
    "カタカナ": "text",
    "日付": "date",
    "数": "text",
    "電話番号": "text",
    "郵便番号": "text",
    "選ぶ": "choice",
    "はい・いいえ": "choice",
}
LONGEST = 500  # letters of one item
_YES = ("はい", "○", "◯", "必須", "true", "yes", "1")
_NO = ("いいえ", "×", "任意", "false", "no", "0", "")
_HINTS = {
    "電話番号": "例：090-0000-0000",
    "郵便番号": "例：000-0000",
    "カタカナ": "ひらがなで打つと、カタカナにします。",
}
_KANA = str.maketrans({chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)})


@dataclass(frozen=True)
class Item:
    """One line of the application.

    form, source
        One of ``FORMS`` and of ``SOURCES``.
    choices
        What can be chosen, for 選ぶ.
    longest
        How many letters the system that gets it can take; None where it does not matter.
    """

    name: str
    form: str
    required: bool
    source: str
    choices: tuple[str, ...] = ()
    longest: int | None = None
    help: str = ""

    @property
    def field(self) -> Field:
        """How the form asks for it."""
        hint = "　".join(filter(None, (self.help, _HINTS.get(self.form, ""))))
        label = f"{self.name}{'（必須）' if self.required else ''}"
        return Field(self.name, FORMS[self.form], label, f"{self.source}から。{hint}", ("", *self.choices))

    def printed(self, value: Any) -> str:
        """The value as it is printed; "" for nothing.  ValueError says in Japanese what does not fit."""
        if _nothing(value):
            return ""
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date) or self.form == "日付":
            return _date(value)
        if isinstance(value, bool):
            value = "はい" if value else "いいえ"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = " ".join(str(value).split())
        if letters.clean(text) != text:
            raise ValueError("文字として扱えない記号が入っています")
        if len(text) > LONGEST:
            raise ValueError(f"長すぎます（{LONGEST:,}字まで）")
        return _SHAPED.get(self.form, lambda text: text)(text) if self.form != "選ぶ" else self._chosen(text)

    def _chosen(self, text: str) -> str:
        if text not in self.choices:
            raise ValueError(f"「{text}」は選べません。選べるのは「{'」「'.join(self.choices)}」です")
        return text


def _nothing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value or not str(value).strip()


def _date(value) -> str:
    day = value if isinstance(value, datetime.date) else date_of(str(value).strip())
    return as_read(day) if day else ""


def _kana(text: str) -> str:
    kana = unicodedata.normalize("NFKC", text).translate(_KANA)
    if not re.fullmatch(r"[ァ-ヺー・ ]+", kana):
        raise ValueError("カタカナか、ひらがなで入れてください")
    return kana


def _narrow(text: str) -> str:
    """Digits and dashes in the spelling of the keyboard."""
    return re.sub("[‐‑–—―−ー－]", "-", unicodedata.normalize("NFKC", text))


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise ValueError("数を入れてください")
    return plain


def _phone(text: str) -> str:
    plain = re.sub(r"[() ]", "-", _narrow(text)).strip("-")
    if not re.fullmatch(r"\+?\d+(-+\d+)*", plain) or not 9 <= len(re.sub(r"\D", "", plain)) <= 15:
        raise ValueError("電話番号を市外局番から入れてください（例：090-0000-0000）")
    return re.sub("-+", "-", plain)


def _postcode(text: str) -> str:
    digits = re.sub("[-〒 ]", "", _narrow(text))
    if not re.fullmatch(r"\d{7}", digits):
        raise ValueError("郵便番号を7桁で入れてください（例：000-0000）")
    return f"{digits[:3]}-{digits[3:]}"


def _yes_no(text: str) -> str:
    if text.lower() in _YES or text.lower() in _NO:
        return "はい" if text.lower() in _YES else "いいえ"
    raise ValueError("「はい」か「いいえ」を入れてください")


_SHAPED = {"カタカナ": _kana, "数": _number, "電話番号": _phone, "郵便番号": _postcode, "はい・いいえ": _yes_no}


def items_of(table) -> tuple[Item, ...]:
    """The items of a table with the columns ``項目, 形式, 必須, どこから`` and, if wanted, ``選択肢, 字数, 説明``.

    Errors: ``unknown_column``; ``unknown_choice`` for a 形式, 必須 or どこから that there is not; ``bad_items`` for a
    name that is empty or stands twice, 選ぶ without 選択肢, and 字数 that is no number.
    """
    table = pd.DataFrame(table)
    check_columns(table, COLUMNS, table="項目の表")
    cells = table.map(lambda cell: "" if _nothing(cell) else str(cell).strip())
    made = tuple(_item(row, place) for place, row in enumerate(cells.to_dict("records"), 1))
    names = [item.name for item in made]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not made:
        raise _bad("項目が一つもありません。" if not made else f"項目「{twice[0]}」が二度あります。", 0)
    return made


def _item(row: dict[str, str], place: int) -> Item:
    name = row["項目"]
    if not name:
        raise _bad("項目の名前が空です。", place)
    check_choice(f"項目「{name}」の形式", row["形式"], tuple(FORMS), en="Form of the item")
    check_choice(f"項目「{name}」のどこから", row["どこから"], SOURCES, en="Source of the item")
    if row["必須"].lower() not in (*_YES, *_NO):
        check_choice(f"項目「{name}」の必須", row["必須"], ("はい", "いいえ"), en="Required")
    choices = tuple(filter(None, re.split("[、,，\n]\\s*", row.get("選択肢", ""))))
    if row["形式"] == "選ぶ" and not choices:
        raise _bad(f"項目「{name}」は選ぶ形式ですが、選択肢がありません。", place)
    longest = unicodedata.normalize("NFKC", row.get("字数", "")).removesuffix(".0")
    if longest and not (longest.isdecimal() and int(longest)):
        raise _bad(f"項目「{name}」の字数「{longest}」は、1以上の数ではありません。", place)
    return Item(
        name,
        row["形式"],
        row["必須"].lower() in _YES,
        row["どこから"],
        ("はい", "いいえ") if row["形式"] == "はい・いいえ" else choices,
        int(longest) if longest else None,
        row.get("説明", ""),
    )


def _bad(ja: str, place: int) -> DataAcademyError:
    return DataAcademyError(
        "bad_items",
        ja,
        "The table of items cannot be used.",
        fix="項目の表を直してください。一行に一つ、ちがう名前で書き、選ぶ項目には選択肢を「、」で区切って書きます。",
        fix_en="One item a line, each with its own name; those to choose from need 選択肢.",
        row=place or None,
    )
