"""Results of the toolbox in the worksheet, with what they rest on; and the tables that it names."""

from dataacademy.worksheet.recording.writing import load, record

__all__ = ["load", "record"]
