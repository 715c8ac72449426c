"""A municipality's own questionnaire: any questions, named in town.yml by what they are asked for.

    - file: 回答.csv
      take_as: survey
      questions:                       # 役割: 見出し（いくつでも）
        attribute: [年代, 性別]
        overall: 満足度
        multiple: 訪問目的
        comments: ご意見
      answers:                         # 役割か見出し: 答えを低い方から
        overall: [とても不満, 不満, どちらでもない, 満足, とても満足]

Only what is named is taken.  Answers become codes with a codebook of their own; columns of the contract (stratum,
weight …) may stand in ``columns:`` as for any table.  Where the file holds codes, ``codebook:`` names the file that
says what they mean (anything ``da.survey.read_codebook`` reads).
"""

from __future__ import annotations

import re

import pandas as pd

from dataacademy.distinct import plain_text
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.notes import Note
from dataacademy.survey.codebook import ROLES, Question
from dataacademy.survey.multiple import CHOSEN, SEPARATORS
from dataacademy.town.cells import texts
from dataacademy.town.contract import TABLES, Column

SCALES = ("satisfaction", "importance", "overall", "statement")  # their answers have an order that no table tells
MARKS = {"0": "選ばない", "1": "選んだ"}
TO_TEN = {"0": "まったくすすめたくない", "10": "ぜひすすめたい"}
WEIGHING = ("stratum", "population", "returned")
_MANY = 40  # different answers to one question; more is free text or a number
_OFF = re.compile(r"無回答|未回答|無記入|不明|わからない|分からない|判らない|答えたくない|非該当")


def headings(source) -> dict[str, str]:
    """Heading of the file -> role, as town.yml names them.  Errors: ``unknown_choice``, ``doubled_question``."""
    found: dict[str, str] = {}
    for role, named in source.questions.items():
        check_choice("questions の役割", role, list(ROLES), en="Role")
        for heading in [named] if isinstance(named, str) else named:
            if heading in found:
                raise DataAcademyError(
                    "doubled_question",
                    f"questions で、見出し「{heading}」が二度使われています。",
                    f"Heading {heading!r} is named twice.",
                    fix="一つの見出しには、役割を一つだけ書いてください。",
                    fix_en="One role a heading.",
                    file="town.yml",
                    value=heading,
                )
            found[heading] = role
    return found


def rows(look) -> tuple[pd.DataFrame, list[Note]]:
    """The named questions as they were answered, in words, and notes on what is not taken and what is missing."""
    source, out = look.source, {}
    for heading, role in look.questions.items():
        words = texts(look.data[heading])
        words = _in_words(words.mask(words.isin(["", "nan"])), look.book, heading)
        joined = role == "multiple" and isinstance(source.questions["multiple"], str)
        if joined:
            out |= _split(heading, words)
        elif role == "multiple":
            out[heading] = words.isin(CHOSEN).astype(int).astype("str").where(words.notna())
        else:
            out[heading] = words
    left = len(look.data.columns) - len({*look.questions, *look.columns.values()})
    notes = [
        Note(
            "not_taken",
            f"town.yml に名前のある {len(look.questions)} 問だけを使います。ほかの {left} 列は読みこみません。",
            f"{len(look.questions)} questions are used; {left} other columns are not.",
            file=look.file,
            sheet=look.sheet,
        )
    ]
    lacking = [TABLES["survey"].columns[name].label for name in WEIGHING if name not in look.columns]
    if lacking and "weight" not in look.columns:
        notes.append(
            Note(
                "no_weights",
                f"「{'」「'.join(lacking)}」がないので、ウェイトは付けられません。集計は、答えた人だけのものになります。",
                "Strata, their population and who did not answer are unknown; nothing can be weighted.",
                level="warning",
                fix="名簿から分かるなら列を足し、town.yml の columns に書いてください。分からなくても進めます。",
                fix_en="Add the columns if the list of people is there; else go on.",
                file=look.file,
                sheet=look.sheet,
            )
        )
    return pd.DataFrame(out, index=look.data.index), notes


def coded(table: pd.DataFrame, looks) -> tuple[pd.DataFrame, dict[str, Column]]:
    """Codes in place of words, and what each new column is (its line of the codebook).

    looks
        The tables of which this is the sum: what they say about roles and the order of answers.
    """
    roles, orders, marked, labels = {}, {}, set(), {}
    for look in looks:
        roles |= look.questions
        if look.book is not None:
            labels |= {heading: look.book.label(heading) for heading in look.questions}
            orders |= {h: list(look.book[h].scale.values()) for h in look.questions if h in look.book}
        orders |= look.source.answers
        if isinstance(look.source.questions.get("multiple"), str):
            marked |= {c for c in table.columns if str(c).startswith(f"{look.source.questions['multiple']}：")}
    out, columns = {}, {}
    for column in table.columns:
        role = "multiple" if column in marked else roles.get(column, "")
        if not role:  # a column of the contract
            out[column] = table[column]
        elif role == "person":
            out["person"] = pd.Series(pd.factorize(table[column])[0], index=table.index).add(1).astype("Int64")
            columns["person"] = Column("同じ人の印（番号は付け直しました）", "Int64", required=False, role=role)
        elif role == "multiple":
            out[column] = pd.to_numeric(table[column]).astype("Int64")
            columns[column] = Column(labels.get(column, column), "Int64", required=False, values=MARKS, role=role)
        elif role == "comments":
            out[column] = table[column]
            columns[column] = Column(labels.get(column, column), required=False, role=role)
        else:
            order = orders.get(column) or orders.get(role) or orders.get("satisfaction" if role == "overall" else role)
            question = _question(column, role, table[column], order)
            codes = {word: code for code, word in {**question.scale, **question.missing}.items()}
            out[column] = pd.to_numeric(table[column].map(codes)).astype("Int64")
            columns[column] = Column(
                labels.get(column, str(column)),
                "Int64",
                required=False,
                values=question.values,
                missing=question.missing,
                role=role,
            )
    return pd.DataFrame(out, index=table.index), columns


def _in_words(answers: pd.Series, book, heading: str) -> pd.Series:
    """What the municipality's own codebook says of each code; other cells as they are."""
    if book is None or heading not in book:
        return answers
    question = book[heading]
    return (
        answers.map({**question.scale, **question.missing})
        .astype("str")
        .where(answers.isin([*question.scale, *question.missing]), answers)
    )


def _split(heading: str, words: pd.Series) -> dict[str, pd.Series]:
    """One column of marks for each answer of a joined text."""
    found = words.dropna()
    common = [s for s in SEPARATORS if found.str.contains(s, regex=False).mean() > 0.05]  # the first one: an answer
    mark = common[0] if common else SEPARATORS[0]  # may well have 「、」 in it
    chosen = found.str.split(mark, regex=False).map(lambda parts: {p.strip() for p in parts} - {""})
    answers = list(dict.fromkeys(answer for parts in chosen for answer in sorted(parts)))
    if len(answers) > _MANY:
        raise _too_many(heading, len(answers))
    return {
        f"{heading}：{answer}": chosen.map(lambda parts, a=answer: str(int(a in parts))).reindex(words.index)
        for answer in answers
    }


def _question(column: str, role: str, words: pd.Series, order) -> Question:
    """What the codes of a question will mean: 1, 2, … in the order that town.yml gives, else in a natural one."""
    found = words.value_counts()
    if len(found) > _MANY:
        raise _too_many(column, len(found))
    on = [word for word in found.index if not _OFF.search(word)]
    off = {str(90 + k): word for k, word in enumerate(w for w in found.index if _OFF.search(w))}
    if role == "recommend":
        strange = [word for word in on if word not in map(str, range(11))]
        if strange:
            raise _unknown(column, strange[0], "0〜10 の数")
        return Question(column, TO_TEN, off, role)
    if order:
        order = [word for word in order if word not in off.values()]
        strange = [word for word in on if word not in order]
        if strange:
            raise _unknown(column, strange[0], "、".join(order))
    elif role in SCALES:
        raise DataAcademyError(
            "no_order",
            f"設問「{column}」の答えの順（低い方から高い方へ）が分かりません。",
            f"The order of the answers to {column!r} is unknown.",
            fix=f"town.yml の answers に、低い方から並べて書いてください。例：{role}: [{', '.join(on)}]",
            fix_en=f"Write them from low to high below `answers:` of town.yml, e.g. {role}: [{', '.join(on)}].",
            file="town.yml",
            column=column,
        )
    else:
        order = sorted(on, key=_natural) if all(re.match(r"\d", w) for w in on) else on
    return Question(column, {str(k): word for k, word in enumerate(order, 1)}, off, role)


def _natural(word: str) -> tuple:
    """Numbers by size, 10歳未満 before 10代."""
    digits = re.match(r"[\d,]+", plain_text(word))
    return (int(digits[0].replace(",", "")) - ("未満" in word and "以上" not in word) / 2, word)


def _unknown(column: str, word: str, allowed: str) -> DataAcademyError:
    return DataAcademyError(
        "unknown_answer",
        f"設問「{column}」の答え「{word}」は、town.yml の answers にありません（あるのは {allowed}）。",
        f"Answer {word!r} of {column!r} is not among the answers that town.yml names.",
        fix="answers に足すか、答えの書き方をそろえてください。",
        fix_en="Add it to `answers:`, or mend the file.",
        file="town.yml",
        column=column,
        value=word,
    )


def _too_many(column: str, count: int) -> DataAcademyError:
    return DataAcademyError(
        "too_many_answers",
        f"設問「{column}」には、ちがう答えが {count:,} 種類あります（{_MANY} 種類まで）。",
        f"{column!r} has {count} different answers; at most {_MANY}.",
        fix="自由記述なら comments に移してください。地名や金額なら、先に分けてまとめてください。",
        fix_en="Free text belongs below `comments`; group places and amounts first.",
        file="town.yml",
        column=column,
    )
