"""業務フロー: the steps of the work in lanes by office, from left to right, on sheets of A4."""

from __future__ import annotations

from itertools import pairwise

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.notes import Note
from dataacademy.worksheet.diagrams import boxes as boxing
from dataacademy.worksheet.diagrams.boxes import LANE, PAD, SIZE, SMALL, Band, Box, band
from dataacademy.worksheet.diagrams.lettering import wrap
from dataacademy.worksheet.diagrams.picture import GREY, HIGH, INK, LEADING, PALE, WIDE, Diagram, Page, texts
from dataacademy.worksheet.diagrams.routes import HEAD, Arrow, arrows
from dataacademy.worksheet.diagrams.steps import Step, Steps, read
from dataacademy.worksheet.model import Worksheet

FLOWS = ("現状", "あるべき姿")
_MOST = 5  # columns side by side: with more, a line of a box has too few letters
_TITLE, _FOOT, _BETWEEN = 26, 18, 14  # heights of the title and of the foot, and the room between two bands
_LEGEND = "作業・待ち・費用は1件あたり、件数は1か月あたりです。"


def flow_diagram(worksheet: Worksheet, flow: str) -> Diagram:
    """The flow of work ``flow`` (``現状`` or ``あるべき姿``) as a picture; its text tells every step.

    Steps that follow each other stand from left to right; long flows go on in the next band or on the next page.
    Arrows that lead back are broken.  Errors: ``unknown_choice``, ``no_process``.
    """
    check_choice("流れ", flow, FLOWS, en="Flow")
    steps = read(worksheet, flow)
    if not steps.columns:
        raise _nothing(worksheet, flow)
    title = f"業務フロー（{flow}）"
    bands = _bands(steps)
    pages = _pages(bands)
    sheets = tuple(_sheet(title, at, len(pages), held, steps) for at, held in enumerate(pages))
    return Diagram(title, sheets, (*steps.notes, *_cut(bands)))


def _nothing(worksheet: Worksheet, flow: str) -> DataAcademyError:
    other = next((name for name in FLOWS if any(p.flow == name for p in worksheet.processes)), "")
    there = f"「{other}」の作業はあります。" if other else ""
    return DataAcademyError(
        "no_process",
        f"業務フローに「{flow}」の作業がまだありません。{there}",
        f"There is no step of the flow {flow!r}.",
        fix='form("process") で作業を書き、「現状かあるべき姿か」を選んでください。',
        fix_en="Fill in steps with the form of process and choose their flow.",
    )


def _bands(steps: Steps) -> list[tuple[Band, list[Arrow]]]:
    """Bands of as many columns as fit a page in height, else those that come nearest."""
    best, least = [], float("inf")
    for most in range(min(_MOST, len(steps.columns)), 0, -1):
        count = -(-len(steps.columns) // most)
        each, more = divmod(len(steps.columns), count)
        made, start = [], 0
        for at in range(count):
            end = start + each + (at < more)
            one = band(steps.columns[start:end], steps.lanes, most)
            made.append((one, arrows(one, steps.links, steps.back)))
            start = end
        highest = max(one.height for one, _ in made)
        if highest < least:
            best, least = made, highest
        if highest <= HIGH - _TITLE - _FOOT:
            return made
    return best


def _pages(bands: list[tuple[Band, list[Arrow]]]) -> list[list[tuple[Band, list[Arrow]]]]:
    pages, used = [[]], 0.0
    for one in bands:
        if pages[-1] and used + one[0].height > HIGH - _TITLE - _FOOT:
            pages, used = [*pages, []], 0.0
        pages[-1].append(one)
        used += one[0].height + _BETWEEN
    return pages


def _sheet(title: str, at: int, of: int, held: list[tuple[Band, list[Arrow]]], steps: Steps) -> Page:
    import drawsvg

    heading = title if of == 1 else f"{title}　{at + 1}／{of}"
    wide = max(max(one.width for one, _ in held), 420)
    high = _TITLE + sum(one.height for one, _ in held) + _BETWEEN * (len(held) - 1) + _FOOT
    shapes: list = texts([heading], 14, 0, 2)
    top = float(_TITLE)
    for one, drawn in held:
        group = drawsvg.Group(transform=f"translate(0,{top:.1f})")
        group.children.extend(_band(one, drawn))
        shapes.append(group)
        top += one.height + _BETWEEN
    back = any(arrow.back for _, drawn in held for arrow in drawn)
    shapes += texts([_LEGEND + ("点線の矢印は、前の作業にもどります。" if back else "")], SMALL, 0, high - _FOOT + 4)
    scale = min(1.0, HIGH / high)
    if scale < 1:
        smaller = drawsvg.Group(transform=f"scale({scale:.4f})")
        smaller.children.extend(shapes)
        shapes = [smaller]
    told = sorted((box.step for one, _ in held for box in one.boxes), key=lambda step: step.number)
    return Page(min(wide, WIDE) * scale, high * scale, tuple(shapes), _aloud(told, steps, first=at == 0))


def _band(one: Band, drawn: list[Arrow]) -> list:
    import drawsvg

    shapes: list = []
    for at, (name, top, high) in enumerate(zip(one.lanes, one.tops, one.heights, strict=True)):
        fill = PALE if at % 2 else "#ffffff"
        lane = drawsvg.Group(class_="lane")
        lane.append(_rect(0, top, one.width, high, fill=fill, stroke=INK, stroke_width=0.6))
        lane.append(_rect(0, top, LANE, high, fill=GREY, stroke=INK, stroke_width=0.6))
        lines = wrap(name, (LANE - 2 * PAD) / SIZE, 6)
        middle = top + (high - len(lines) * SIZE * LEADING) / 2
        lane.children.extend(texts(lines, SIZE, LANE / 2, middle, text_anchor="middle"))
        shapes.append(lane)
    for arrow in drawn:
        shapes += _arrow(arrow)
    return [*shapes, *(_box(box) for box in one.boxes)]


def _arrow(arrow: Arrow) -> list:
    import drawsvg

    points = [(round(x, 1), round(y, 1)) for x, y in arrow.points]
    x, y = points[-1]
    points[-1] = (x - HEAD + 1, y)
    line = drawsvg.Path(
        fill="none", stroke=INK, stroke_width=1.1, class_="arrow", data_from=arrow.start, data_to=arrow.end
    )
    if arrow.back:
        line.args["stroke-dasharray"] = "5,3"
    line.M(*points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        if (x0, y0) != (x1, y1):
            line.L(x1, y1)
    head = drawsvg.Lines(x, y, x - HEAD, y - 3.2, x - HEAD, y + 3.2, close=True, fill=INK)
    return [line, head]


def _box(box: Box):
    import drawsvg

    group = drawsvg.Group(class_="step", id=None, data_step=box.step.id)
    group.append(_rect(box.x, box.y, box.width, box.height, fill="#ffffff", stroke=INK, stroke_width=1.2, rx=3))
    top = box.y
    for kind, lines in box.parts:
        high, size = boxing.part_height(kind, lines), boxing.size_of(kind)
        if kind == "waiting":
            group.append(_rect(box.x + 2, top, box.width - 4, high, fill=GREY))
        if kind == "trouble":
            left, right = round(box.x, 1), round(box.right, 1)
            group.append(
                drawsvg.Line(left, round(top + 1, 1), right, round(top + 1, 1), stroke=INK, stroke_dasharray="2,2")
            )
        inset = (high - len(lines) * size * LEADING) / 2
        group.children.extend(texts(lines, size, box.x + PAD, top + inset))
        top += high
    return group


def _rect(x: float, y: float, wide: float, high: float, **how):
    import drawsvg

    return drawsvg.Rectangle(*(round(value, 1) for value in (x, y, wide, high)), **how)


def _aloud(told: list[Step], steps: Steps, *, first: bool) -> str:
    """The chain in words."""
    count = sum(len(column) for column in steps.columns)
    said = [f"作業は{count}、行う人・部署は{'、'.join(steps.lanes)}です。"] if first else []
    for step in told:
        within = [step.office, *step.measures, step.waiting, f"困りごとは「{step.trouble}」" if step.trouble else ""]
        more = [f"次は{'と'.join(map(str, step.onward))}"] if step.onward else []
        more += [f"{'と'.join(map(str, step.back))}へもどることもある"] if step.back else []
        last = "、".join(more) or ("ここで終わる" if steps.links else "")
        said.append(f"{step.number}「{step.text}」（{'、'.join(part for part in within if part)}）{last}。")
    return "".join(said)


def _cut(bands: list[tuple[Band, list[Arrow]]]) -> tuple[Note, ...]:
    cut = [box.step.id for one, _ in bands for box in one.boxes if box.cut]
    if not cut:
        return ()
    return (
        Note(
            "shortened",
            f"長いので、途中までの文があります（{'、'.join(cut[:5])}）。全文は、図の説明と業務フローのシートにあります。",
            f"Texts of {', '.join(cut[:5])} were shortened in the picture.",
            "info",
            "図に入れたい文は、短くしてください。",
            "Write shorter texts.",
        ),
    )
