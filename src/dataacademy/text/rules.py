"""コーディングルール: a file of rules that say which texts belong to which code, read and checked line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.tables.encoding import decode
from dataacademy.text.reader import plain_text

NEAR = 10  # morphemes, where the rule gives no number (as in KH Coder)
_SIGNS = {"&": "and", "|": "or", "!": "not", "かつ": "and", "または": "or", "除く": "except"}
_PIECE = re.compile(
    r"""(?P<near>(?:near|近く)\s*\((?P<pair>[^()]*)\)\s*(?:\[(?P<size>[^\]]*)\])?)
    | (?P<quoted>'[^']*'|"[^"]*"|「[^」]*」)
    | (?P<code><[*][^<>]*>)
    | (?P<sign>[()&|!])
    | (?P<word>[^\s()&|!'"「<>]+)
    | (?P<odd>\S)""",
    re.VERBOSE,
)


class Leaf(NamedTuple):
    """``kind``: word, text (as it is written), near (two words and a distance), code (of another rule)."""

    kind: str
    value: tuple
    line: int


class Branch(NamedTuple):
    """``kind``: and, or, not; with the parts it joins."""

    kind: str
    parts: tuple


@dataclass(frozen=True)
class Rule:
    """A code, what a text must hold to belong to it, and the line its name stands in."""

    code: str
    condition: Leaf | Branch
    line: int


def read_rules(rules, *, file: str = "") -> list[Rule]:
    """Rules from a file (path), from text with line breaks, or from a dict of code: condition.

    ::

        # 井のあとは注釈
        ＊交通の不便
        (バス or 電車 or 車) and (不便 or 少ない or near(本数-減る)[5])

        ＊医療
        病院 or 診療所 or '先生が来ない'

    A code begins with ＊.  ``and & かつ``, ``or | または``, ``not !``, ``除く`` (A and not B), brackets;
    ``near(A-B)[10]``: at most so many morphemes apart; in quotes: exactly as written; ``<＊医療>``: another rule.

    Errors: ``rule_syntax`` with file and line, ``no_rules``, ``no_rule_file``.
    When not to use: to read the rules only once; ``coding_rules`` reads them itself.

    >>> rules = read_rules("＊交通\\nバス or 電車\\n＊医療\\n病院 除く 動物")
    >>> [rule.code for rule in rules], rules[0].condition.kind
    (['交通', '医療'], 'or')
    """
    if isinstance(rules, Mapping):
        blocks = [(str(code), k, [(k, plain_text(str(rule)))]) for k, (code, rule) in enumerate(rules.items(), 1)]
    else:
        text, file = _text(rules, file)
        blocks = list(_blocks(text, file))
    if not blocks:
        raise DataAcademyError(
            "no_rules",
            "規則が一つもありません。",
            "There is no rule.",
            fix="「＊」で始まる行に分類の名前を、次の行に条件を書いてください（例：＊交通 の次の行に バス or 電車）。",
            fix_en="Write a code after ＊ on one line and its condition on the next.",
            file=file,
        )
    found: list[Rule] = []
    for code, line, lines in blocks:
        if any(rule.code == code for rule in found):
            raise mistake(f"分類「{code}」が二度書かれています。", f"Code {code!r} is given twice.", file, line)
        parser = _Parser(lines, file, code, line)
        found.append(Rule(code, parser.whole(), line))
    _check_codes(found, file)
    return found


def mistake(ja: str, en: str, file: str, line: int, *, fix: str = "", fix_en: str = "") -> DataAcademyError:
    """The error for a mistake in a rule: in which line of which file."""
    return DataAcademyError("rule_syntax", ja, en, file=file or "規則", row=line, fix=fix, fix_en=fix_en)


def _text(rules, file: str) -> tuple[str, str]:
    if isinstance(rules, str) and ("\n" in rules or rules.lstrip()[:1] in ("＊", "*")):
        return rules, file
    if not isinstance(rules, (str, Path)):
        raise DataAcademyError(
            "no_rules",
            f"規則は、ファイルの名前か、文章か、辞書で渡してください（渡されたのは {type(rules).__name__}）。",
            f"Rules must be a file, a text or a dict, not {type(rules).__name__}.",
            fix='たとえば rules="規則.txt" か rules={"交通": "バス or 電車"} のように書きます。',
            fix_en='For example rules="rules.txt" or rules={"交通": "バス or 電車"}.',
        )
    path = Path(rules)
    if not path.is_file():
        there = [p.name for p in path.parent.glob("*.txt")] if path.parent.is_dir() else []
        guess = nearest_guess(path.name, there)
        raise DataAcademyError(
            "no_rule_file",
            f"規則のファイルが見つかりません。{f'もしかして「{guess}」ですか。' if guess else ''}",
            f"There is no such file of rules.{f' Did you mean {guess!r}?' if guess else ''}",
            fix="ファイルの名前と場所を確かめてください。",
            fix_en="Check the name and the folder.",
            file=path.name,
        )
    return decode(path.read_bytes(), file=path.name)[0], path.name


def _blocks(text: str, file: str):
    code, at, lines = "", 0, []
    for number, raw in enumerate(text.splitlines(), 1):
        line = plain_text(raw).strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("*"):
            if code:
                yield code, at, lines
            code, at, lines = line[1:].strip(), number, []
            if not code:
                raise mistake("「＊」の後に分類の名前がありません。", "A code has no name.", file, number)
        elif not code:
            raise mistake(
                f"分類の名前より前に条件「{line[:20]}」があります。",
                "A condition stands before the first code.",
                file,
                number,
                fix="先に「＊」で始まる行で、分類の名前を書いてください（例：＊交通）。",
                fix_en="Write the code first, on a line that begins with ＊.",
            )
        else:
            lines.append((number, line))
    if code:
        yield code, at, lines


class _Parser:
    """Recursive descent: or binds weakest, then and / except, then not."""

    def __init__(self, lines: list[tuple[int, str]], file: str, code: str, line: int):
        self.file, self.code, self.line = file, code, line
        self.pieces = [(*self._piece(m, number), number) for number, t in lines for m in _pieces(t)]
        self.at = 0

    def _fail(self, ja: str, en: str, *, fix: str = "", fix_en: str = "") -> DataAcademyError:
        last = self.pieces[min(self.at, len(self.pieces) - 1)][2] if self.pieces else self.line
        return mistake(
            f"分類「{self.code}」の{ja}", f"Code {self.code!r}: {en}", self.file, last, fix=fix, fix_en=fix_en
        )

    def _piece(self, m: re.Match, line: int) -> tuple[str, tuple]:
        """Kind and value of a piece of the condition."""
        kind = m.lastgroup if m["near"] is None else "near"
        if kind == "near":
            words = [w.strip() for w in re.split(r"[-・,、]", m["pair"])]
            size = m["size"].strip() if m["size"] is not None else str(NEAR)
            if len(words) != 2 or not all(words) or not size.isdecimal() or int(size) < 1:
                raise mistake(
                    f"「{m[0]}」は読めません。near には、二つの言葉と、離れてよい語数を書きます。",
                    f"{m[0]!r}: near takes two words and a number.",
                    self.file,
                    line,
                    fix="たとえば near(本数-少ない)[5] のように書いてください。",
                    fix_en="For example near(本数-少ない)[5].",
                )
            return "near", (*words, int(size))
        if kind == "odd":
            raise mistake(
                f"「{m[0]}」の使い方が分かりません（閉じていない引用符か、使えない記号です）。",
                f"Cannot read {m[0]!r} (a quotation mark that is not closed, or a sign that has no meaning).",
                self.file,
                line,
                fix="引用符は二つで一組です。言葉と and・or・not・( ) だけを使ってください。",
                fix_en="Close the quotation mark; use words, and, or, not and brackets.",
            )
        if kind == "quoted":
            return "text", (m[0][1:-1],)
        if kind == "code":
            return "code", (m[0][2:-1].strip(),)
        word = m[0]
        sign = _SIGNS.get(word) or (word.lower() if word.lower() in ("and", "or", "not", "(", ")") else "")
        return (sign, ()) if sign else ("word", (word,))

    def whole(self) -> Leaf | Branch:
        if not self.pieces:
            raise self._fail(
                "条件がありません。",
                "no condition.",
                fix="名前の次の行に、条件を書いてください（例：バス or 電車）。",
                fix_en="Write the condition on the next line.",
            )
        found = self._or()
        if self.at < len(self.pieces):
            kind, value, _ = self.pieces[self.at]
            if kind == ")":
                raise self._fail("条件に「)」が多すぎます。", "too many closing brackets.")
            raise self._fail(
                f"条件の「{self._said(self.at - 1)}」と「{self._said(self.at)}」の間に and か or がありません。",
                f"no and/or before {value[0] if value else kind!r}.",
                fix="二つの言葉を続けて一つの言い回しとして探すなら、'…' で囲んでください。",
                fix_en="Quote words that stand side by side in the text.",
            )
        return found

    def _said(self, at: int) -> str:
        kind, value, _ = self.pieces[at]
        return str(value[0]) if value else kind

    def _next(self) -> str:
        return self.pieces[self.at][0] if self.at < len(self.pieces) else ""

    def _or(self) -> Leaf | Branch:
        parts = [self._and()]
        while self._next() == "or":
            self.at += 1
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Branch("or", tuple(parts))

    def _and(self) -> Leaf | Branch:
        parts = [self._not()]
        while (sign := self._next()) in ("and", "except"):
            self.at += 1
            part = self._not()
            parts.append(Branch("not", (part,)) if sign == "except" else part)
        return parts[0] if len(parts) == 1 else Branch("and", tuple(parts))

    def _not(self) -> Leaf | Branch:
        kind = self._next()
        if kind == "not":
            self.at += 1
            return Branch("not", (self._not(),))
        if kind == "(":
            self.at += 1
            inner = self._or()
            if self._next() != ")":
                raise self._fail(
                    "条件の「(」が閉じていません。", "a bracket is not closed.", fix="「)」を足してください。"
                )
            self.at += 1
            return inner
        if kind not in ("word", "text", "near", "code"):
            after = f"「{self._said(self.at - 1)}」の後" if self.at else "はじめ"
            raise self._fail(
                f"条件の{after}に言葉がありません。",
                "a word is missing.",
                fix="言葉を足すか、余分な and・or を消してください。",
            )
        kind, value, line = self.pieces[self.at]
        if not value[0].strip():
            raise self._fail("条件の引用符の中に何もありません。", "nothing between the quotation marks.")
        self.at += 1
        return Leaf(kind, value, line)


def _pieces(line: str):
    return _PIECE.finditer(line)


def leaves(condition: Leaf | Branch):
    """Every leaf of a condition."""
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)


def _check_codes(rules: list[Rule], file: str) -> None:
    """Rules may build on rules above them: so none can go round in a circle."""
    above: list[str] = []
    for rule in rules:
        for leaf in leaves(rule.condition):
            if leaf.kind == "code" and leaf.value[0] not in above:
                guess = nearest_guess(leaf.value[0], above)
                raise mistake(
                    f"分類「{leaf.value[0]}」は、ここより上にありません。"
                    + (f"もしかして「{guess}」ですか。" if guess else ""),
                    f"Code {leaf.value[0]!r} is not among those above.",
                    file,
                    leaf.line,
                    fix="使う分類を先に（上に）書いてください。",
                    fix_en="Write the code that is used above this one.",
                )
        above.append(rule.code)
