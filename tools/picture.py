"""Makes docs/course.png for the README: the start page and a lesson with a chart, from the course as it really runs.

python tools/picture.py [lesson]        # needs Debian's chromium; lesson: flow_a/a4.ipynb
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from driver import SHOWN, Lab, browser_page, opened  # noqa: E402 (found through the line above)

HALF = {"width": 700, "height": 900}
COLOURS = 192  # enough for text, one chart and a map; a third of the bytes


def main(lesson: str = "flow_a/a4.ipynb") -> None:
    with tempfile.TemporaryDirectory() as output, opened(Path(output)) as address, browser_page() as page:
        page.set_viewport_size(HALF)
        lab = Lab(page, address, Path(output))
        picture = Image.new("RGB", (2 * HALF["width"], HALF["height"]))
        for side, path in enumerate(["start.ipynb", lesson]):
            lab.open_notebook(path, alone=True)
            if path == lesson:
                lab.run_all()
                show_chart(lab)
            picture.paste(Image.open(io.BytesIO(page.screenshot())), (side * HALF["width"], 0))
    target = ROOT / "docs" / "course.png"
    target.parent.mkdir(exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} KB")


def show_chart(lab: Lab) -> None:
    """Bring the first chart into view, with as much as possible of what is said before it."""
    chart = lab.page.locator(f"{SHOWN} .jp-OutputArea-output img").first
    chart.wait_for(state="attached")
    for _ in range(2):  # cells above are drawn on the way and move it
        chart.evaluate("image => image.scrollIntoView({block: 'end'})")
        lab.page.wait_for_timeout(500)


if __name__ == "__main__":
    main(*sys.argv[1:])
