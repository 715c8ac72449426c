"""What the names of files and folders tell: who handed in, which assignment, when, which of several copies."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache

JAPAN = timezone(timedelta(hours=9))  # clock times in names and archives carry no zone
_UNSAFE = re.compile(r'[<>:"/\\|?*\[\]{}!,\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 60  # letters; three bytes each in UTF-8, and a folder name may have 255
_READ = 255  # letters of a name; names in archives may have 65,535
_NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json))?|\.(txt|json)$", re.IGNORECASE)
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d{3,})_assignsubmission_[a-z]+_?(?P<rest>.*)", re.IGNORECASE)
_STAMP = re.compile(
    r"(?<!\d)(20\d\d)[-_./年]?(\d{1,2})[-_./月]?(\d{1,2})日?(?!\d)"
    r"(?:[-_ T]+(\d{1,2})[-_:時]?(\d\d)(?:[-_:分]?(\d\d))?秒?(?!\d)(?:Z(?:-\d+)*)?)?"
)
_SHORT_STAMP = re.compile(r"20\d{6}")  # may be a number of a person as well
_COPY = re.compile(
    r"copy of |(?:のコピー|[-_ ]+コピー|コピー\s*[~〜～]|[-_ ]+copy)\s*(?P<a>\d*)|\((?P<b>\d{1,3})\)"
    r"|新しい版(?P<c>\d*)|(?<![a-z])v(?:er(?:sion)?)?[. ]?(?P<d>\d{1,2})(?![\da-z])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:課題|演習|宿題|第|レポート|(?<![a-z])(?:kadai|report|hw|ex|exercise|assignment))[-_. ]*(\d+)(?!\d)[回章題]?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"([\s_\-–—.,、()「」『』【】\[\]]+)")
_NO_PERSON = re.compile(  # pieces of a name that tell nothing about a person
    r"(再|最終)?提出(用|物|済み)?|[回解]答|答[え案]|(完成|最終|最新|修正|訂正|決定)版?|下書き|その?\d+|第?\d+[回週日限期月]目?|課題|演習|宿題|授業|レポート|採点|氏名|名前"
    r"|新しいフォルダー?|デスクトップ|ドキュメント|ダウンロード|desktop|documents|onedrive|folder|re|fwd?|work|mirai"
    r"|遅れて提出|遅刻|期限[内後]|締切[前後]|未採点|採点済み?|late|ok|ng"
    r"|ノートブック|ファイル|データアカデミー|コピー|添付(ファイル)?|final|fixed|new|latest|draft|done|submi(ssions?|tted)|answers?"
    r"|homework|report|exercises?|assignments?|notebooks?|untitled\d*|files?|drive|downloads?|version|copy|zip|ipynb",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"(さん|さま|様|氏|くん|君)$")
TEAMS = re.compile(r"submitted files|提出(済み|された)?(の)?ファイル", re.IGNORECASE)
TEAMS_DRAFTS = re.compile(r"working files|作業中?(の)?ファイル", re.IGNORECASE)
_VERSION = re.compile(r"(?:version|バージョン)\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What one name tells."""

    person: str = ""  # what is left when all else is taken away
    moodle: str = ""  # the number Moodle puts after the name
    number: int | None = None  # 課題4 -> 4
    words: frozenset[str] = frozenset()  # which of the names asked for are in it
    copy: int = 0
    time: datetime | None = None


@lru_cache(maxsize=10_000)  # a folder is on the way to many files
def told(name: str, words: tuple[str, ...]) -> Told:
    """Take a file name (or folder name) apart; ``words`` are the names of assignments and notebooks.

    >>> told("山田　太郎_ａ４ (1).ipynb", ("a4",)).person, told("課題4_12345.ipynb", ("a4",)).number
    ('山田 太郎', 4)
    """
    text = " ".join(unicodedata.normalize("NFKC", name[:_READ]).split())
    if moodle := _MOODLE.fullmatch(text):
        rest = told(moodle["rest"], words) if moodle["rest"] else Told()
        return Told(moodle["name"].strip(), moodle["id"], rest.number, rest.words, rest.copy, rest.time)
    text = _NOTEBOOK.sub("_", text)
    time, copies, number, found = None, [0], None, set()
    for stamp in _STAMP.finditer(text):
        if (read := _time(stamp)) and not _leaves_nothing(text, stamp, words):
            time = read
            text = text.replace(stamp[0], "_", 1)
            break
    for word in sorted(words, key=len, reverse=True):
        spelled = re.compile(
            rf"(?<![a-z0-9]){re.escape(unicodedata.normalize('NFKC', word))}(?![a-z0-9])", re.IGNORECASE
        )
        text, times = spelled.subn("_", text)
        if times:
            found.add(word)
    if numbered := _NUMBERED.search(text):
        number = int(numbered[1][:9])
        text = _NUMBERED.sub("_", text)
    for copy in _COPY.finditer(text):
        digits = next((digits for digits in copy.groups() if digits), "")
        copies.append(int(digits) if digits else 1)
    text = _COPY.sub("_", text)
    return Told(_person(text), "", number, frozenset(found), max(copies), time)


def _leaves_nothing(text: str, stamp: re.Match, words: tuple[str, ...]) -> bool:
    """Whether 20261130 is all there is to tell a person by: then it is a number, not a date."""
    return bool(_SHORT_STAMP.fullmatch(stamp[0])) and not told(text.replace(stamp[0], "_", 1), words).person


def _time(stamp: re.Match) -> datetime | None:
    try:
        return datetime(*(int(part) for part in stamp.groups() if part), tzinfo=JAPAN)
    except ValueError:  # 2026-13-45 is no date
        return None


def _person(text: str) -> str:
    pieces = [piece for piece in _BETWEEN.split(text) if not _NO_PERSON.fullmatch(piece)]
    joined = re.sub(r"([\s_\-–—.,、]){2,}", r"\1", "".join(pieces))
    left = _BETWEEN.sub(lambda part: part[0] if _is_inside(joined, part) else "", joined)
    return left if re.search(r"\w", left.replace("_", "")) else ""


def _is_inside(text: str, part: re.Match) -> bool:
    return part.start() > 0 and part.end() < len(text)


def version(name: str) -> int:
    """The number in Teams' ``Version 2``; 0 where there is none.

    >>> version("Version 2"), version("a4")
    (2, 0)
    """
    found = _VERSION.fullmatch(unicodedata.normalize("NFKC", name).strip())
    return int(found[1][:6]) if found else 0


def same_person(label: str) -> str:
    """A key that is equal for spellings of one name: widths, spaces, case and さん do not count.

    >>> same_person("ヤマダ　太郎さん") == same_person("ﾔﾏﾀﾞ太郎")
    True
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    return _HONORIFIC.sub("", re.sub(r"[\s・_]+", "", text)) or text


def safe_id(name: str) -> str:
    """``name`` as a student id that is a folder name on every system and a pattern in none.

    What had to change gets six letters of a fingerprint, so that different names stay different.

    >>> safe_id("山田 太郎"), safe_id("../../x"), safe_id("CON")
    ('山田 太郎', '_.._x-9cdf6a', 'CON-a3dbc4')
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    safe = "".join("" if unicodedata.category(letter) == "Cf" else letter for letter in _UNSAFE.sub("_", text))
    safe = safe.strip(". ~-")
    if safe == text and 0 < len(safe) <= _LONGEST and not _RESERVED.fullmatch(safe):
        return safe
    return f"{safe[: _LONGEST - 7] or '_'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
