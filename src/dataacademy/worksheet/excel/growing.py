"""A sheet whose rows have a height to be printed with, and still grow while people type."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class GrowingSheet(Worksheet):
    """Leaves out the mark by which XlsxWriter fixes every height: Excel fits a row without it whenever it is edited."""

    def _xml_start_tag_unencoded(self, tag, attributes=()):
        if tag == "row":
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)
