"""Step 7: indicators that can be computed again, and that say something when they move."""

from __future__ import annotations

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.effects import is_output
from dataacademy.worksheet.review.words import plain


@rule("indicator_target_is_base")
def indicator_target_is_base(c: Context):
    for indicator in c.records("indicator"):
        if indicator.base is not None and indicator.base == indicator.target:
            yield found(indicator, "target")


@rule("indicator_wrong_way", "better")
def indicator_wrong_way(c: Context):
    for indicator in c.records("indicator"):
        if indicator.base is None or indicator.target is None:
            continue
        change = indicator.target - indicator.base
        if (change < 0 and indicator.better == "高いほどよい") or (change > 0 and indicator.better == "低いほどよい"):
            yield found(indicator, "target", better=indicator.better)


@rule("indicator_dates_backwards")
def indicator_dates_backwards(c: Context):
    for indicator in c.records("indicator"):
        if indicator.base_date and indicator.target_date and indicator.target_date <= indicator.base_date:
            yield found(indicator, "target_date")


@rule("indicator_target_passed")
def indicator_target_passed(c: Context):
    for indicator in c.records("indicator"):
        passed = indicator.target_date and indicator.target_date < c.today
        if passed and not (indicator.base_date and indicator.target_date <= indicator.base_date):
            yield found(indicator, "target_date")


@rule("indicator_is_output")
def indicator_is_output(c: Context):
    """It counts what the office does."""
    for indicator in c.records("indicator"):
        if is_output(indicator.text):
            yield found(indicator, "text")


@rule("indicator_same_parts")
def indicator_same_parts(c: Context):
    for indicator in c.records("indicator"):
        if plain(indicator.numerator) and plain(indicator.numerator) == plain(indicator.denominator):
            yield found(indicator, "denominator")


@rule("indicator_per_mismatch", "per")
def indicator_per_mismatch(c: Context):
    for indicator in c.records("indicator"):
        if plain(indicator.unit) in ("%", "パーセント") and indicator.per not in (None, 100):
            yield found(indicator, "per", per=f"{indicator.per:,}")


@rule("indicator_beyond_whole", "number")
def indicator_beyond_whole(c: Context):
    """A share of more than everything, or of less than nothing; changes and ratios to last year may be."""
    for indicator in c.records("indicator"):
        if plain(indicator.unit) != "%" or any(word in indicator.text for word in ("増", "減", "前年", "比", "達成")):
            continue
        for name in ("target", "base"):
            value = getattr(indicator, name)
            if value is not None and not 0 <= value <= 100:
                yield found(indicator, name, number=f"{value:,}％")
                break


@rule("indicator_before_effect", "target_date", "by")
def indicator_before_effect(c: Context):
    """It is judged before the day by which the effect is to come."""
    for indicator in c.records("indicator"):
        effect = c.get(indicator.effect, "effect")
        if effect is not None and effect.by and indicator.target_date and indicator.target_date < effect.by:
            yield found(
                indicator, "target_date", target_date=indicator.target_date.isoformat(), by=effect.by.isoformat()
            )
