"""What the choice rests on: who is counted, which sites there are and could be, and how far it is to each."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.labels import label_of
from dataacademy.maps.capacity import with_room
from dataacademy.maps.people import check_same_town, counted_by, unit_of, weigh, whole
from dataacademy.maps.plane import facilities_in, locations, need_crs
from dataacademy.maps.reach import Along, ways
from dataacademy.maps.roadnet import REASONS

_SAME = 1.0  # metres: a candidate nearer than this to a site stands where that stands
_ALL = "候補地"


@dataclass(frozen=True)
class Ground:
    """Rows that count (``rows``: their positions in the data, ``weight`` above 0) and their metres to all sites.

    ``old``: rows × sites kept open, ``new``: rows × ``candidates`` (from west to east, so that the order of the table
    does not matter).  Infinite: no way, or beyond ``within``.  ``room``: capacities of all sites, the old ones first.
    """

    rows: np.ndarray
    weight: np.ndarray
    old: np.ndarray
    new: np.ndarray
    candidates: gpd.GeoDataFrame
    existing: gpd.GeoDataFrame
    room: np.ndarray | None
    base: float  # persons in all, those without a way too where they count as far
    label: str
    how: tuple[str, str]
    used: dict = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def before(self) -> np.ndarray:
        """Metres to the nearest site that is there already."""
        return self.old.min(axis=1, initial=np.inf)

    def after(self, sites) -> np.ndarray:
        """Metres to the nearest site once these candidates are open."""
        return np.minimum(self.before, self.new[:, sites].min(axis=1, initial=np.inf))


def gather(data, candidates, existing, *, within, weights, kind, hazard, capacity, roads, closed) -> Ground:
    """Everything checked and measured; ``within`` None: at any distance, and those without a way are left out."""
    radius = np.inf if within is None else within
    new, used, left_out = _candidates(data.crs, candidates, hazard, capacity)
    old, label, more, lost = _existing(data.crs, existing, kind, hazard, capacity)
    new, twins = _apart(new, old)
    used, left_out = used | {_ALL: len(new)} | more, [*left_out, *lost]
    left_out += [f"いまの施設と同じ場所にある候補地 {twins} 件"] if twins else []
    xy = locations(data)
    weight, counted, lost = weigh(data, xy, weights)
    each = counted_by(data, weights)[1]
    near = [(new, _ALL)] + ([(old, label)] if len(old) else [])
    notes = tuple(line for sites, name in near for line in check_same_town(data, xy, sites, name))
    routes = [ways(xy, sites, name, roads, closed) for sites, name in near]
    metres = [_metres(route, xy, sites, radius) for route, (sites, _) in zip(routes, near, strict=True)]
    notes += routes[0].notes
    for route in routes:
        left_out += route.left_out
    keep = weight > 0
    if roads is not None:
        reason, told = _stranded(routes, weight, each)
        if within is None:
            keep &= reason == ""
            left_out += [f"{words}（距離を出せません）" for words in told]
        elif told:
            notes += (f"どこへも道で行けないので、遠いほうに数えました（{'、'.join(told)}）。",)
    if not keep.any():
        raise _nobody_reaches()
    base = float(weight[keep].sum())
    return Ground(
        rows=np.flatnonzero(keep),
        weight=weight[keep],
        old=metres[1][keep] if len(old) else np.empty((keep.sum(), 0)),
        new=metres[0][keep],
        candidates=new,
        existing=old,
        room=_rooms(old, new, capacity),
        base=base,
        label=label,
        how=(routes[0].how, routes[0].how_en),
        used={unit_of(data): int((counted & (keep | (weight == 0))).sum())}
        | ({label_of(weights): whole(base)} if weights else {})
        | used
        | routes[0].used,
        left_out=(*lost, *left_out),
        notes=notes,
    )


def _candidates(crs, candidates, hazard, capacity):
    """The places where something could be built, from west to east; what was used of them and what was not."""
    need_crs(candidates)
    if candidates.empty:
        raise _no_candidates("候補地の表に行がありません。", "The table of candidates has no rows.")
    rows, _, used, left_out = facilities_in(crs, candidates, None, hazard)
    left_out = [words.replace("施設", _ALL) for words in left_out]
    if capacity is not None:
        check_columns(rows, [capacity], table=f"{_ALL}の表")
        rows, _, lost = with_room(rows, capacity, _ALL)
        left_out += lost
    x, y = locations(rows).T
    return rows.iloc[np.lexsort((y, x))], {key.replace("施設", _ALL): value for key, value in used.items()}, left_out


def _existing(crs, existing, kind, hazard, capacity):
    """The sites that stay open, what they are called, what was used of them and what was not."""
    if existing is None:
        if kind is not None:
            raise DataAcademyError(
                "kind_without_existing",
                "kind（施設の種類）は、いまある施設（existing）を絞るときだけ使えます。",
                "kind chooses among existing, which was not given.",
                fix="existing=da.load('facilities') もいっしょに指定してください。候補地は先に絞って渡します。",
                fix_en="Add existing=da.load('facilities'); filter the candidates before.",
            )
        return gpd.GeoDataFrame(geometry=[], crs=crs), "施設", {}, []
    rows, label, used, left_out = facilities_in(crs, existing, kind, hazard)
    if capacity is not None:
        check_columns(rows, [capacity], table="いまの施設の表")
        rows, _, lost = with_room(rows, capacity, label)
        left_out, used = [*left_out, *lost], used | {"施設": len(rows)}
    return rows, label, used, left_out


def _apart(new, old):
    """The candidates that stand where no site is, and how many others there were."""
    if not len(old):
        return new, 0
    far = cKDTree(locations(old)).query(locations(new))[0] > _SAME
    if not far.any():
        raise _no_candidates(
            f"候補地 {len(new)} 件は、どれもいまの施設と同じ場所です。",
            f"All {len(new)} candidates stand at existing sites.",
        )
    return new[far], int((~far).sum())


def _metres(route, xy: np.ndarray, sites, radius: float) -> np.ndarray:
    """Metres from every row to every site; infinite beyond ``radius`` and where there is no way."""
    if isinstance(route, Along):
        row, site, metres = route.within(np.nextafter(np.inf, 0) if np.isinf(radius) else radius)
        table = np.full((len(xy), len(sites)), np.inf)
        table[row, site] = metres
        return table
    table = cdist(xy, locations(sites))
    table[~(table <= radius)] = np.inf  # NaN too: rows without a place
    return table


def _stranded(routes: list[Along], weight: np.ndarray, each: str) -> tuple[np.ndarray, list[str]]:
    """Why a row has no way to any site ("" where it has one), and how many persons that are, by reason."""
    with np.errstate(invalid="ignore"):
        metres = np.fmin.reduce([route.nearest()[0] for route in routes])
    reason = routes[0].reasons(metres)
    sums = [(words, float(weight[reason == why].sum())) for why, words in REASONS.items() if why != "no_location"]
    return reason, [f"{words} {round(people):,}{each}" for words, people in sums if people > 0]


def _rooms(old, new, capacity) -> np.ndarray | None:
    if capacity is None:
        return None
    return np.concatenate([sites[capacity].to_numpy(float) for sites in (old, new) if len(sites)])


def _no_candidates(ja: str, en: str) -> DataAcademyError:
    return DataAcademyError(
        "no_candidates",
        f"{ja}選べる場所がありません。",
        en,
        fix="候補地（空いている土地や、転用できる公共施設など）の表と、絞り込みの条件を確かめてください。",
        fix_en="Check the table of candidates and how its rows were chosen.",
    )


def _nobody_reaches() -> DataAcademyError:
    return DataAcademyError(
        "nobody_reaches",
        "道で候補地や施設に行ける人が、一人もいません。",
        "Nobody can get to a site along the roads.",
        fix="道と建物が同じ町のものか、closed の範囲が広すぎないかを確かめてください。",
        fix_en="Check that roads and places are of one town, and closed.",
    )
