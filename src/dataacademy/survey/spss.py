"""SPSS's labels in text: VARIABLE LABELS, VALUE LABELS and MISSING VALUES of a syntax file."""

from __future__ import annotations

import re

from dataacademy.errors import DataAcademyError

_COMMAND = re.compile(r"\b(variable\s+labels|add\s+value\s+labels|value\s+labels|missing\s+values)\b", re.I)
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|/|\(|\)|[^\s'"/(),]+""")


def parse_spss(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, list[str]]]:
    """Labels of the variables, labels of their values, and the codes declared missing.

    >>> labels, values, missing = parse_spss(
    ...     "VARIABLE LABELS q1 '満足度' /q2 '重要度'. "
    ...     "VALUE LABELS q1 q2 1 '低い' 5 '高い' /q3 1 'はい'. MISSING VALUES q1 (8, 9).")
    >>> labels, values["q2"], values["q3"], missing
    ({'q1': '満足度', 'q2': '重要度'}, {'1': '低い', '5': '高い'}, {'1': 'はい'}, {'q1': ['8', '9']})
    """
    labels: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    missing: dict[str, list[str]] = {}
    parts = _COMMAND.split(text)
    for command, body in zip(parts[1::2], parts[2::2], strict=True):
        tokens = _tokens(body)
        kind = command.split()[0].lower()
        if kind == "variable":
            _variable_labels(tokens, labels)
        elif kind == "missing":
            _missing(tokens, missing)
        else:
            _value_labels(tokens, values)
    return labels, values, missing


def _tokens(body: str) -> list[str]:
    """The words of one command, up to the full stop that ends it (one outside of quotes, at the end of a word)."""
    out = []
    for token in _TOKEN.findall(body):
        ends = token[0] not in "'\"" and token.endswith(".")
        word = token[:-1] if ends else token
        if word:
            out.append(word)
        if ends:
            break
    return out


def _quoted(token: str) -> bool:
    return token[0] in "'\""


def _unquote(token: str) -> str:
    return token[1:-1].replace(token[0] * 2, token[0]) if _quoted(token) else token


def _variable_labels(tokens: list[str], labels: dict[str, str]) -> None:
    name = None
    for token in tokens:
        if token == "/":
            continue
        if _quoted(token):
            labels[_name(name, token)] = _unquote(token)
            name = None
        else:
            name = token


def _value_labels(tokens: list[str], values: dict[str, dict[str, str]]) -> None:
    names: list[str] = []
    code = None
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else ""
        if token == "/":
            names, code = [], None
        elif code is not None:
            for name in names:
                values.setdefault(name, {})[code] = _unquote(token)
            code = None
        elif following and _quoted(following) and names:
            code = _unquote(token)
            if re.fullmatch(r"-?\d+\.0+", code):
                code = code.partition(".")[0]
        else:
            names.append(_name(token, following))


def _missing(tokens: list[str], missing: dict[str, list[str]]) -> None:
    names: list[str] = []
    codes: list[str] | None = None
    for token in tokens:
        if token == "(":
            codes = []
        elif token == ")":
            missing |= {name: list(codes or []) for name in names}
            names, codes = [], None
        elif codes is not None:
            codes.append(_unquote(token))
        elif token != "/":
            names.append(token)


def _name(token: str | None, near: str) -> str:
    if token is None or not re.fullmatch(r"[^\W\d]\w*(?:\.\w+)*", token):
        raise DataAcademyError(
            "bad_labels",
            f"SPSSのラベルの「{near or token}」の前に、変数の名前がありません。",
            f"SPSS labels: no variable name before {near or token!r}.",
            fix="「VALUE LABELS q1 1 'はい' 2 'いいえ'.」のように、名前・コード・意味の順に書いてください。",
            fix_en="Write VALUE LABELS name code 'meaning' ….",
        )
    return token
