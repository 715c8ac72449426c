"""What a drawn chart is, kept beside its axes for those who read it later: the alternative text and the linter."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from matplotlib.artist import Artist
from matplotlib.axes import Axes


@dataclass(frozen=True)
class Picture:
    """``kind``: the Japanese name of the chart.  ``lines``: what its values say, one sentence each, without 「。」.

    ``unit``: the unit of numbers that no axis carries, ``None`` if the axes carry them.  ``amounts``: the axes (of
    ``"x"`` and ``"y"``) that count something.
    """

    kind: str
    lines: tuple[str, ...] = ()
    amounts: str = ""
    unit: str | None = None


_PICTURES: WeakKeyDictionary[Artist, Picture] = WeakKeyDictionary()


def remember(drawn: Artist, picture: Picture) -> None:
    """Note that ``drawn``, one of the picture's artists, stands for ``picture``; cleared with its axes, both go."""
    _PICTURES[drawn] = picture


def pictures(ax: Axes) -> list[Picture]:
    """What this package has drawn on ``ax``, in order; empty for the reader's own charts."""
    return [_PICTURES[artist] for artist in ax.get_children() if artist in _PICTURES]
