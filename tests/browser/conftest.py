"""The course in a browser.  Needs Debian's Chromium; without it these tests fail rather than skip."""

from __future__ import annotations

import pytest
from driver import Lab, browser_page, opened


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The sample town's course, opened by the real command in a fresh workspace."""
    output = tmp_path_factory.mktemp("output")
    with opened(output) as address, browser_page() as page:
        yield Lab(page, address, output)
