"""YAML as text: its nodes with their lines, its mistakes in words for people, and the comments between nodes."""

from __future__ import annotations

import re

import yaml

from dataacademy.errors import DataAcademyError

_MAYBE_REFERENCE = re.compile(r"(?:^|[\s,\[{:-])[&*]\S", re.MULTILINE)
_LINE = re.compile("[^\n\x85\u2028\u2029]*(?:\n|\x85|\u2028|\u2029)|[^\n\x85\u2028\u2029]+$")  # as YAML counts lines
_COMMENT = re.compile(r"(?:^|\s)(#.*)")
_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*\s+(#.*)")
_STANDARD = "tag:yaml.org,2002:"
_RESOLVED = {
    yaml.ScalarNode: _STANDARD + "str",
    yaml.SequenceNode: _STANDARD + "seq",
    yaml.MappingNode: _STANDARD + "map",
}

_INDENT = ("字下げか「-」の位置が、上の行とそろっていません。", "同じまとまりの行は、左端をそろえてください。")
# what YAML says → what is wrong, how to mend it
_SAYINGS = {
    "mapping values are not allowed": (
        "コロン（:）の使い方か、字下げがちがいます。",
        '文の中に「: 」があるときは文を " " で囲み、字下げは上の行にそろえてください。',
    ),
    "unexpected end of stream": ("引用符が閉じていません。", "同じ引用符（\" か '）で閉じてください。"),
    "another document": ("「---」で、ファイルが二つに分かれています。", "「---」の行を消して、一つにしてください。"),
    "nesting depth": ("かっこや「-」の重なりが深すぎます。", "記録は「- id: goal1」の形で並べてください。"),
    "node content": ("かっこの中に、空のところがあります。", "コンマ（,）が続いていれば、一つ消してください。"),
    " alias": ("「*」で始まる文は、そのままでは書けません。", '文を " " で囲んでください。'),
    " anchor": ("「&」で始まる文は、そのままでは書けません。", '文を " " で囲んでください。'),
    " tag": ("「!」で始まる文は、そのままでは書けません。", '文を " " で囲んでください。'),
    "escape character": ("「\\」の使い方がちがいます。", "文を ' ' で囲むか、\\ を二つ重ねてください。"),
    "expected ':'": ("コロン（:）がありません。", "「項目: 値」の形で書いてください。"),
    "expected ',' or": ("かっこが閉じていません。", "[ は ] で、{ は } で閉じてください。"),
    "expected key": _INDENT,
    "'-' indicator": _INDENT,
    "block end": _INDENT,
}
_FROM_THE_START = ("unexpected end of stream", "expected ':'", "expected ',' or")  # where it began says more
_OTHERWISE = (
    "書き方（YAML）の決まりに合わないところがあります。",
    "字下げの空白、コロン（:）のあとの空白、引用符の閉じ忘れを見てください。",
)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Composes nodes without asking what a plain scalar might be: that is for the model to say."""

    def resolve(self, kind, value, implicit):
        return _RESOLVED[kind]


def compose(text: str, name: str = "") -> yaml.Node | None:
    """The nodes of the text; None where there is nothing.

    Anchors and aliases are refused: they let a small text stand for a huge one, and no worksheet needs them.
    Errors: ``not_yaml`` with the line.
    """
    try:
        if _MAYBE_REFERENCE.search(text):
            for event in yaml.parse(text, Loader=_Loader):
                if getattr(event, "anchor", None) is not None:
                    kind = "alias" if isinstance(event, yaml.AliasEvent) else "anchor"
                    raise yaml.composer.ComposerError(None, None, f"{kind} {event.anchor}", event.start_mark)
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _in_words(error, text, name) from error


def _in_words(error: yaml.YAMLError, text: str, name: str) -> DataAcademyError:
    context, problem = getattr(error, "context", None), getattr(error, "problem", None)
    said = f"{context or ''} {problem or error}"
    known = next((key for key in _SAYINGS if key in said), "")
    ja, fix = _SAYINGS.get(known, _OTHERWISE)
    mark = getattr(error, "context_mark", None) if known in _FROM_THE_START else None
    mark = mark or getattr(error, "problem_mark", None)
    row = mark.line if mark else None
    if isinstance(error, yaml.reader.ReaderError):
        row = text.encode("utf-8")[: error.position].count(b"\n")
        ja = f"文字として扱えない記号（U+{error.character:04X}）が入っています。"
        fix = "その記号を消してください。"
    elif row is not None:
        line = ([*lines_of(text), ""])[min(row, len(lines_of(text)))]
        if "\t" in line[: len(line) - len(line.lstrip())]:
            ja, fix = "行の先頭にタブ（Tab）があります。", "タブを半角の空白に替えてください。"
        elif "cannot start any token" in said:
            ja, fix = (
                f"「{line[mark.column : mark.column + 1]}」で始まる文は、そのままでは書けません。",
                _SAYINGS[" alias"][1],
            )
    return DataAcademyError(
        "not_yaml",
        ja,
        f"This is not valid YAML: {said.strip()}",
        fix=fix + "ファイルは変えていません。",
        fix_en="Mend this line. The file was not changed.",
        file=name,
        row=None if row is None else row + 1,
    )


def odd_tag(node: yaml.Node) -> str:
    """A tag that somebody wrote, like ``!!python/object``; else an empty string."""
    return "" if node.tag == _RESOLVED[type(node)] else node.tag


def lines_of(text: str) -> list[str]:
    """The lines with their ends, numbered as the marks of nodes number them."""
    return _LINE.findall(text)


def last_line(node: yaml.Node, lines: list[str]) -> int:
    """The last line of a node that is its own: for YAML, blocks end only where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last, lines)
    first, last = node.start_mark.line, node.end_mark.line
    if _is_block(node):
        last -= node.end_mark.column == 0
        keeps = "+" in lines[first][node.start_mark.column :].partition("#")[0]  # then empty lines are part of the text
        while not keeps and last > first and not lines[last].strip():
            last -= 1
    return max(first, last)


def comments_in(node: yaml.Node, lines: list[str], first: int, last: int) -> list[str]:
    """The comments on lines ``first`` to ``last``, all of them of this node: what stands outside of its scalars."""
    found, line, column = [], first, 0
    for leaf in [*_leaves(node), None]:
        to_line, to_column = (
            (last, len(lines[last])) if leaf is None else (leaf.start_mark.line, leaf.start_mark.column)
        )
        for number in range(line, min(to_line, last) + 1):
            start, end = column if number == line else 0, to_column if number == to_line else None
            if comment := _COMMENT.search(lines[number][start:end].rstrip()):
                found.append(comment[1])
        if leaf is not None:
            if _is_block(leaf) and (comment := _HEADER_COMMENT.match(lines[to_line][to_column:].rstrip())):
                found.append(comment[1])
            line, column = leaf.end_mark.line, leaf.end_mark.column
    return found


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


def _leaves(node: yaml.Node):
    if isinstance(node, yaml.ScalarNode):
        yield node
        return
    for part in node.value:
        for one in part if isinstance(part, tuple) else (part,):
            yield from _leaves(one)


def not_utf8(error: UnicodeDecodeError, name: str) -> DataAcademyError:
    """The error for a file in another encoding, with the line where it shows."""
    return DataAcademyError(
        "not_utf8",
        "文字コードが UTF-8 ではありません。",
        "The file is not UTF-8.",
        fix="メモ帳の「名前を付けて保存」で、文字コードを UTF-8 にしてください。",
        fix_en="Save it as UTF-8.",
        file=name,
        row=error.object[: error.start].count(b"\n") + 1,
    )
