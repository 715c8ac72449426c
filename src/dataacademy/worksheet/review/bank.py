"""The comment bank: what is said for each rule.  Instructors change texts, switch rules off and add words in YAML."""

from __future__ import annotations

import string
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.worksheet.parsing import compose
from dataacademy.worksheet.review.context import RULES
from dataacademy.worksheet.yamltext import not_utf8

OWN = "講評.yml"  # an instructor's own bank, beside the worksheets
MEND, THINK = "直す", "考える"
ALWAYS = ("record", "text", "field", "sheet")  # what every text may name
_OFF, _WORDS, _TEXTS = "使わない", "言葉", "講評"
_PARTS = {"重さ": "severity", "題": "title", "なぜ": "why", "問い": "questions"}


@dataclass(frozen=True)
class Text:
    """What is said for one rule; the questions are asked in turn when the rule speaks more than once."""

    severity: str = ""
    title: str = ""
    why: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bank:
    """Texts by rule, lists of words by name, and the rules that are switched off."""

    texts: dict[str, Text]
    words: dict[str, tuple[str, ...]]
    off: frozenset[str] = frozenset()


@cache
def standard() -> Bank:
    """The bank that comes with the course."""
    path = Path(__file__).with_name("comments.yml")
    return _read(path.read_text(encoding="utf-8"), path.name, Bank({}, {}), whole=True)


def bank_for(worksheet: Path | None, comments: Path | str | None = None) -> Bank:
    """The standard bank with an instructor's own: the file ``comments``, or ``講評.yml`` beside the worksheet.

    Errors: ``no_comments`` (the file named is not there), ``not_utf8``, ``not_yaml``, ``bad_comments`` with the line.
    """
    beside = worksheet.parent / OWN if worksheet is not None else None
    path = Path(comments) if comments is not None else beside
    if path is None or (comments is None and not path.is_file()):
        return standard()
    try:
        return _read(path.read_bytes().decode("utf-8-sig"), path.name, standard())
    except UnicodeDecodeError as error:
        raise not_utf8(error, path.name) from error
    except OSError as error:
        raise DataAcademyError(
            "no_comments",
            f"講評のファイル「{path}」が開けません。",
            f"The comment bank {path} cannot be opened.",
            fix="場所と名前を確かめてください。省くと、教材の講評を使います。",
            fix_en="Check the name, or leave it out to use the bank of the course.",
        ) from error


def _read(text: str, name: str, base: Bank, *, whole: bool = False) -> Bank:
    """``base`` with what the text changes; ``whole`` where the text itself may name new lists of words."""
    root = compose(text, name)
    if root is None:
        return base
    reader = _Reader(name)
    texts, words, off = dict(base.texts), dict(base.words), set(base.off)
    for key, node in reader.pairs(root, (_OFF, _WORDS, _TEXTS), "まとまり"):
        if key == _OFF:
            off |= {reader.known(item, RULES, "決まり") for item in reader.items(node)}
        elif key == _WORDS:
            for list_name, items in reader.pairs(node, None if whole else tuple(base.words), "言葉の一覧"):
                added = [reader.word(item) for item in reader.items(items)]
                words[list_name] = tuple(dict.fromkeys([*words.get(list_name, ()), *added]))
        else:
            for id, parts in reader.pairs(node, tuple(RULES), "決まり"):
                texts[id] = reader.text(id, parts, texts.get(id, Text()))
    return Bank(texts, words, frozenset(off))


class _Reader:
    """Reads nodes; every error names the file and the line."""

    def __init__(self, name: str):
        self._name = name

    def wrong(self, node: yaml.Node, ja: str, en: str, fix: str) -> DataAcademyError:
        return DataAcademyError(
            "bad_comments",
            ja,
            en,
            fix=fix,
            fix_en="Mend this line of the comment bank.",
            file=self._name,
            row=node.start_mark.line + 1,
        )

    def pairs(self, node: yaml.Node, allowed: tuple[str, ...] | None, what: str):
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(
                node, "「名前: 中身」の形ではありません。", "Not a mapping.", "「名前: 中身」の形で書いてください。"
            )
        seen = set()
        for key, value in node.value:
            name = self.word(key)
            if allowed is not None:
                self.known(key, allowed, what)
            if name in seen:
                raise self.wrong(key, f"「{name}」が二度あります。", f"{name!r} twice.", "一つにまとめてください。")
            seen.add(name)
            yield name, value

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return node.value
        return [node] if node.value else []

    def word(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.wrong(node, "文字が入っていません。", "No text here.", "文字を入れるか、行を消してください。")
        return node.value.strip()

    def known(self, node: yaml.Node, allowed, what: str) -> str:
        name = self.word(node)
        if name not in allowed:
            guess = nearest_guess(name, allowed)
            raise self.wrong(
                node,
                f"{what}「{name}」はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"{name!r} is not known." + (f" Did you mean {guess!r}?" if guess else ""),
                "教材の講評（comments.yml）にある名前を使ってください。",
            )
        return name

    def text(self, id: str, node: yaml.Node, base: Text) -> Text:
        changed = {}
        for part, value in self.pairs(node, tuple(_PARTS), "項目"):
            if part == "重さ":
                changed["severity"] = self.known(value, (MEND, THINK), "重さ")
                continue
            said = tuple(self._filled(item, id) for item in self.items(value))
            if not said or (part != "問い" and len(said) > 1):
                raise self.wrong(value, "文が一つ要ります。", "One text is needed.", "文を一つ入れてください。")
            changed[_PARTS[part]] = said if part == "問い" else said[0]
        return replace(base, **changed)

    def _filled(self, node: yaml.Node, id: str) -> str:
        """A text whose blanks ({text} …) are among those the rule can fill."""
        text = self.word(node)
        allowed = (*ALWAYS, *RULES[id].gives)
        try:
            blanks = [(name, form, how) for _, name, form, how in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise self.wrong(
                node, "波かっこ { } の組が合いません。", f"Braces: {error}.", "{text} のように、開いて閉じてください。"
            ) from error
        for name, form, how in blanks:
            if name not in allowed or form or how:
                raise self.wrong(
                    node,
                    f"「{{{name}}}」は、ここでは埋められません。",
                    f"{{{name}}} cannot be filled here.",
                    "使えるのは " + "、".join(f"{{{a}}}" for a in allowed) + " です。",
                )
        return text
