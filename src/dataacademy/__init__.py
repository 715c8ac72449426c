"""データアカデミー: a data-literacy course for Japanese municipal staff.

``import dataacademy as da`` is all a lesson needs.  Sub-modules load when they are first used, and importing
changes nothing (no fonts, no filters, no printing).
"""

from importlib import import_module

__version__ = "0.1.0"

_MODULES = (
    "bi",
    "budget_game",
    "charts",
    "codes",
    "costs",
    "effect",
    "eras",
    "maps",
    "mesh",
    "privacy",
    "projects",
    "queues",
    "stats",
    "status_page",
    "survey",
    "tables",
    "text",
    "worksheet",
)
_NAMES = {
    "DataAcademyError": "errors",
    "Finding": "finding",
    "Note": "notes",
    "about": "town.catalog",
    "card_wall": "worksheet",
    "load": "town.catalog",
    "practice_files": "town.catalog",
    "progress": "course.progress",
    "prototype": "worksheet",
    "show": "finding",
}
__all__ = [*_MODULES, *_NAMES]


def __getattr__(name):
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _NAMES:
        return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
