"""Step 0: goals, problems and issues, and the hypotheses about their causes."""

from __future__ import annotations

import re
import unicodedata

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.figures import has_number, numbers_in, overlap, range_of, same_subject
from dataacademy.worksheet.review.words import does_by, ends_in_doing, first_word, plain, unquoted

DOING, VERBS = "手段の名詞", "手段の動詞"


@rule("goal_is_means", "word")
def goal_is_means(c: Context):
    for goal in c.records("goal"):
        if word := ends_in_doing(goal.text, c.words(DOING), c.words(VERBS)):
            yield found(goal, "text", word=word)


@rule("goal_fixes_means", "word")
def goal_fixes_means(c: Context):
    for goal in c.records("goal"):
        if ends_in_doing(goal.text, c.words(DOING), c.words(VERBS)):
            continue
        if word := does_by(goal.text, c.words(DOING), c.words(VERBS)):
            yield found(goal, "text", word=word)


@rule("goal_seen_from_office")
def goal_seen_from_office(c: Context):
    for goal in c.records("goal"):
        if plain(goal.viewpoint) in {plain(word) for word in c.words("役所の言い方")}:
            yield found(goal, "viewpoint")


@rule("problem_without_number")
def problem_without_number(c: Context):
    for problem in c.records("problem"):
        if problem.present and problem.desired and not (has_number(problem.present) or has_number(problem.desired)):
            yield found(problem, "present")


@rule("problem_is_no_gap")
def problem_is_no_gap(c: Context):
    for problem in c.records("problem"):
        if not (problem.present and problem.desired):
            continue
        now, then = numbers_in(problem.present), numbers_in(problem.desired)
        bare = [re.sub(r"\d[\d,.]*", "", unicodedata.normalize("NFKC", t)) for t in (problem.present, problem.desired)]
        if plain(problem.present) == plain(problem.desired) or (
            now and now == then and plain(bare[0]) == plain(bare[1])
        ):
            yield found(problem, "desired")


_LACK = re.compile(
    r"(?:が|は|も)(?:ない|なく|無い|なかった|ありません|足りない|不足して|未整備|未導入|整備されていない|導入されていない)"
    r"|の(?:不足|未整備|未導入|欠如)"
)


@rule("lacks_means", "word")
def lacks_means(c: Context):
    """The lack of a solution stands where the trouble should: システムがない."""
    for kind in ("problem", "issue"):
        for record in c.records(kind):
            text = unquoted(record.text)
            for lack in _LACK.finditer(text):
                before = text[: lack.start()]
                word = next((w for w in c.words("解決策の言葉") if before.endswith(w)), "")
                if word:
                    yield found(record, "text", word=word)
                    break


@rule("issue_out_of_reach", "word")
def issue_out_of_reach(c: Context):
    """The whole issue is a trend that no section can stop."""
    for issue in c.records("issue"):
        text = unquoted(issue.text).strip("。 　\n")
        word = first_word(text, c.words("動かせない原因"))
        if word and re.fullmatch(rf"[^、。]{{0,12}}{re.escape(word)}(?:(?:の|が|は)[^、。]{{0,14}})?", text):
            yield found(issue, "text", word=word)


@rule("same_words_twice", "other", "other_sheet")
def same_words_twice(c: Context):
    """Goal, problem, issue, hypothesis or measure say the same in the same words."""
    from dataacademy.worksheet.model import KINDS

    chain = (("problem", "goal"), ("issue", "problem"), ("hypothesis", "issue"), ("measure", "issue"))
    for kind, above in chain:
        for record in c.records(kind):
            other = c.get(getattr(record, above), above)
            if other is not None and plain(record.text) and plain(record.text) == plain(other.text):
                yield found(record, "text", other=other.id, other_sheet=KINDS[above][2])


@rule("hypothesis_no_refuted_number")
def hypothesis_no_refuted_number(c: Context):
    for hypothesis in c.records("hypothesis"):
        if not has_number(hypothesis.refuted_if):
            yield found(hypothesis, "refuted_if")


@rule("hypothesis_no_confirmed_number")
def hypothesis_no_confirmed_number(c: Context):
    for hypothesis in c.records("hypothesis"):
        if not has_number(hypothesis.confirmed_if):
            yield found(hypothesis, "confirmed_if")


def thresholds_meet(yes: str, no: str) -> bool:
    """Whether one number could fulfil both conditions, as far as their words tell."""
    if plain(yes) == plain(no):
        return True
    a, b = range_of(yes), range_of(no)
    return bool(a and b and a.unit == b.unit and same_subject(a, b) and overlap(a, b))


@rule("thresholds_overlap")
def thresholds_overlap(c: Context):
    for h in c.records("hypothesis"):
        if has_number(h.confirmed_if) and has_number(h.refuted_if) and thresholds_meet(h.confirmed_if, h.refuted_if):
            yield found(h, "refuted_if")


@rule("thresholds_other_unit", "yes", "no")
def thresholds_other_unit(c: Context):
    for hypothesis in c.records("hypothesis"):
        yes, no = range_of(hypothesis.confirmed_if), range_of(hypothesis.refuted_if)
        if yes and no and yes.unit and no.unit and yes.unit != no.unit:
            yield found(hypothesis, "refuted_if", yes=yes.unit, no=no.unit)


@rule("hypothesis_crossed_single")
def hypothesis_crossed_single(c: Context):
    for hypothesis in c.records("hypothesis"):
        pairs = [plain(part) for text in hypothesis.crossed for part in re.split(r"[×xXと、,・]|かける", text)]
        if hypothesis.crossed and len({p for p in pairs if p}) < 2:
            yield found(hypothesis, "crossed")


_WISH = re.compile(
    r"(?:べき(?:だ|である|ではないか)?|すればよい(?:のではないか)?|必要がある(?:のではないか)?|したい|ほうがよい|た方がよい)"
    r"[。か？\s]*$"
)


@rule("hypothesis_is_measure")
def hypothesis_is_measure(c: Context):
    """It says what to do instead of what is so."""
    for hypothesis in c.records("hypothesis"):
        text = unquoted(hypothesis.text).strip()
        if _WISH.search(text) or ends_in_doing(hypothesis.text, c.words(DOING), c.words(VERBS)):
            yield found(hypothesis, "text")


_TWO = re.compile(r"かつ(?!て)|だけでなく|のみならず|、また、|し、また|。また")


@rule("hypothesis_two_claims")
def hypothesis_two_claims(c: Context):
    for hypothesis in c.records("hypothesis"):
        if _TWO.search(unquoted(hypothesis.text)):
            yield found(hypothesis, "text")


@rule("hypothesis_circle")
def hypothesis_circle(c: Context):
    """A hypothesis stands, through those it replaces, in the place of itself."""
    for id in cycles({h.id: [h.replaces] for h in c.records("hypothesis")}):
        yield found(id, "replaces")


@rule("hypothesis_replaces_open", "other")
def hypothesis_replaces_open(c: Context):
    for hypothesis in c.records("hypothesis"):
        other = c.get(hypothesis.replaces, "hypothesis")
        if other is None or hypothesis.id in (other.id, other.replaces) or not c.begun("verdict"):
            continue
        if c.decisions.get(other.id) not in ("棄却", "保留"):
            yield found(hypothesis, "replaces", other=other.id)


def cycles(follows: dict[str, list[str]]) -> list[str]:
    """The first member (in the order given) of every circle of links; each circle once, in linear time."""
    colour: dict[str, int] = {}
    found_in: list[str] = []
    order = {id: place for place, id in enumerate(follows)}
    for start in follows:
        if start in colour:
            continue
        colour[start] = 1
        trail, pending = [start], [iter(follows[start])]
        while pending:
            step = next((id for id in pending[-1] if id in follows), None)
            if step is None:
                pending.pop()
                colour[trail.pop()] = 2
            elif colour.get(step) == 1:
                found_in.append(min(trail[trail.index(step) :], key=order.__getitem__))
            elif step not in colour:
                colour[step] = 1
                trail.append(step)
                pending.append(iter(follows[step]))
    return list(dict.fromkeys(found_in))
