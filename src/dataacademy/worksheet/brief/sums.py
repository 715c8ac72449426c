"""What a brief adds up itself: costs, minutes of work, items of data; each sum can show how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from dataacademy.worksheet.brief.wording import Part, Parts, clean, one_line, plain
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import number
from dataacademy.worksheet.records import Cost, Crud, Process

FLOWS = {"現状": "now", "あるべき姿": "then"}
_UNITS = {"現金": ("cash", "円"), "職員の時間": ("hours", "時間")}


class Step(NamedTuple):
    """One line of a sum: the record it comes from and what is added."""

    id: str
    text: str


@dataclass(frozen=True)
class Total:
    """A sum.  ``steps`` show how it came about, ``left_out`` what could not be added and why."""

    anchor: str
    name: str
    value: float
    unit: str
    steps: tuple[Step, ...]
    left_out: tuple[Step, ...] = ()

    @property
    def parts(self) -> Parts:
        """The number with its unit; what it leaves out is said beside it."""
        shown = [Part(f"{number(round(self.value, 2))}{self.unit}", "sum", self.anchor)]
        return [*shown, Part(f"（未記入の {len(self.left_out)} 件を除く）", "gap")] if self.left_out else shown


@dataclass(frozen=True)
class Work:
    """The work as it is, or as it should be: its steps, and minutes a case, hours and money a month."""

    flow: str
    steps: list[Process]
    minutes: Total
    hours: Total
    cost: Total


def costs_of(costs: list[Cost], kind: str, *, first_year: bool) -> Total | None:
    """The costs of a kind (現金, 職員の時間) in the first year or in all years; None if there are none."""
    key, unit = _UNITS[kind]
    steps, left, value = [], [], 0
    for cost in costs:
        if cost.kind != kind:
            continue
        years = 1 if first_year or cost.every == "一度だけ" else cost.years
        if cost.amount is None or cost.unit != unit or not cost.every or years is None:
            left.append(Step(cost.id, f"金額・時間、単位（{unit}）、かかり方、何年分かのどれかが足りません"))
            continue
        value += cost.amount * years
        times = f" × {number(years)}年" if years != 1 else ""
        steps.append(Step(cost.id, f"{number(cost.amount)}{unit}{times}"))
    name = f"{kind}（{'初めの年' if first_year else '全部の年'}）"
    anchor = f"total-{key}{'-first' if first_year else ''}"
    return Total(anchor, name, value, unit, tuple(steps), tuple(left)) if steps or left else None


def totals_of(costs: list[Cost]) -> list[Total]:
    """Cash and staff hours, never added to each other."""
    sums = [costs_of(costs, kind, first_year=first) for kind in _UNITS for first in (True, False)]
    return [total for total in sums if total]


def works_of(worksheet: Worksheet) -> list[Work]:
    """The two flows of work, those that have steps."""
    works = []
    for flow, key in FLOWS.items():
        steps = [process for process in worksheet.processes if process.flow == flow and process.text.strip()]
        if not steps:
            continue
        minutes = _add(f"work-{key}-minutes", f"1件の作業の時間（{flow}）", "分", steps, _minutes)
        hours = _add(f"work-{key}-hours", f"1か月の作業の時間（{flow}）", "時間", steps, _hours)
        cost = _add(f"work-{key}-cost", f"1か月の時間のほかの費用（{flow}）", "円", steps, _money)
        works.append(Work(flow, steps, minutes, hours, cost))
    return works


def _minutes(step: Process) -> tuple[float, str] | None:
    return None if step.minutes is None else (step.minutes, f"{number(step.minutes)}分")


def _hours(step: Process) -> tuple[float, str] | None:
    if step.minutes is None or step.count is None:
        return None
    return step.minutes * step.count / 60, f"{number(step.minutes)}分 × {number(step.count)}件 ÷ 60"


def _money(step: Process) -> tuple[float, str] | None:
    if not step.cost:
        return 0, "なし"
    return None if step.count is None else (step.cost * step.count, f"{number(step.cost)}円 × {number(step.count)}件")


def _add(anchor: str, name: str, unit: str, steps: list[Process], reckon) -> Total:
    done, left, value = [], [], 0
    for step in steps:
        said, reckoned = plain(one_line([Part(clean(step.text))])), reckon(step)
        if reckoned is None:
            left.append(Step(step.id, f"{said}：時間か件数が書かれていません"))
        else:
            value += reckoned[0]
            done.append(Step(step.id, f"{said}：{reckoned[1]}"))
    return Total(anchor, name, value, unit, tuple(done), tuple(left))


def crud_of(worksheet: Worksheet) -> list[Total]:
    """How many items of data there are, and how many more than one office makes or mends."""
    rows = [row for row in worksheet.crud if row.text.strip()]
    items: dict[str, list[Crud]] = {}
    for row in rows:
        items.setdefault(clean(row.text).strip(), []).append(row)
    if not items:
        return []
    every = tuple(Step(held[0].id, item) for item, held in items.items())
    totals = [Total("crud-items", "データ項目の数", len(items), "項目", every)]
    for field, name in (("create", "二つ以上の部署が作る項目"), ("update", "二つ以上の部署が直す項目")):
        steps = []
        for item, held in items.items():
            offices = dict.fromkeys(clean(row.office).strip() or "（未記入）" for row in held if getattr(row, field))
            if len(offices) > 1:
                steps.append(Step(held[0].id, f"{item}：{'、'.join(offices)}"))
        totals.append(Total(f"crud-{field}", name, len(steps), "項目", tuple(steps)))
    return totals
