"""What the chosen sites mean: before and after, how near to the best, who goes where."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from dataacademy.maps.plane import locations
from dataacademy.maps.siting import models
from dataacademy.maps.siting.ground import Ground
from dataacademy.maps.siting.models import SLACK, Chosen

ADDED = ("site_no", "assigned", "mean_m", "farthest_m", "room_left")
_COVERS = ("mclp", "lscp")


def facts(model: str, ground: Ground, chosen: Chosen) -> dict:
    """The value, before and after, and how far from the bound the value is."""
    found = {"value": chosen.value, "base": ground.base, "new_sites": len(chosen.sites)}
    if model in _COVERS:
        after = models.covered(ground, chosen.sites) if chosen.sent is None else float(chosen.sent.sum())
        found |= {"covered_before": models.covered(ground, []), "covered_after": after}
        found |= {"covered_after_percent": 100 * after / ground.base, "uncovered": ground.base - after}
    for name, kind in (("mean", "p_median"), ("farthest", "p_centre")):
        if model not in _COVERS and (chosen.sent is None or kind == model):
            found[f"{name}_before_m"] = models.worth(kind, ground, [])
            after = chosen.value if kind == model else models.worth(kind, ground, chosen.sites)
            found[f"{name}_after_m"] = after
    return found | _against(model, ground, chosen.value, chosen.bound) | _naive(model, ground, chosen.greedy)


def _against(model: str, ground: Ground, value: float, bound: float) -> dict:
    """The bound on the right side of the value, and whether the two meet."""
    if model == "mclp":
        if (ground.weight % 1 == 0).all():
            bound = np.floor(bound + SLACK * ground.base)
        bound = max(bound, value)
    else:
        bound = min(bound, value)
    gap = abs(bound - value)
    optimal = bool(gap <= SLACK * max(value, 1.0))
    return {
        "bound": value if optimal else float(bound),
        "gap_to_bound": 0.0 if optimal else float(gap),
        "optimal": optimal,
    }


def _naive(model: str, ground: Ground, greedy: list[int] | None) -> dict:
    """What one gets who chooses one by one; nothing where that does not serve all."""
    value = np.nan if greedy is None else models.worth(model, ground, greedy)
    return {} if np.isnan(value) else {"greedy": value}


def notes(ground: Ground, p: int | None, found: dict) -> tuple[str, ...]:
    """What the answer takes for granted."""
    n, told = found["new_sites"], []
    if found["optimal"] and p and n < p:
        told.append(f"{p} か所まで増やしても、この {n} か所と同じ結果です。")
    if len(ground.existing) and any(np.isnan(value) for key, value in found.items() if "_before_m" in key):
        told.append("いまの施設だけでは全員が行けない（入れない）ので、いまの距離は出していません。")
    told.append(
        "収容人数は考えていません（capacity を指定すると考えます）。"
        if ground.room is None
        else "収容人数を守るように、同じ場所の人を分けたり、最も近くない施設へ振り分けたりしています。"
    )
    return (*told, "同じ結果になる選び方が、ほかにもあるかもしれません。費用や土地の事情は考えていません。")


def table_of(model: str, ground: Ground, chosen: Chosen, data) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """The new sites, the one with most people first, and of each row that counts the nearest site."""
    sites, old = chosen.sites, ground.old.shape[1]
    metres = ground.after(sites)
    gained = metres < ground.before
    if model in _COVERS:  # who was within reach already stays where they are
        gained &= np.isinf(ground.before)
    nearest = ground.new[:, sites].argmin(axis=1) if sites else np.zeros(len(metres), int)
    if chosen.sent is None:
        rows = pd.DataFrame({"people": ground.weight, "metres": metres, "total": ground.weight * metres})
        sums = rows[gained].groupby(nearest[gained]).agg({"people": "sum", "metres": "max", "total": "sum"})
        sums = sums.reindex(range(len(sites)))
        mean = (sums["total"] / sums["people"]).to_numpy()
        more = {"assigned": sums["people"].fillna(0.0).to_numpy(), "mean_m": mean, "farthest_m": sums["metres"].array}
    else:
        more = {"assigned": chosen.sent[old:], "room_left": ground.room[old:][sites] - chosen.sent[old:]}
    order = np.argsort(-more["assigned"], kind="stable")
    table = ground.candidates.iloc[sites].assign(**more).iloc[order].reset_index(drop=True)
    table.insert(0, "site_no", np.arange(1, len(table) + 1))
    number = np.zeros(len(metres), int)
    number[gained] = np.argsort(order)[nearest[gained]] + 1
    places = gpd.GeoDataFrame(
        {"people": ground.weight, "metres": np.where(np.isfinite(metres), metres, np.nan)},
        geometry=gpd.points_from_xy(*locations(data)[ground.rows].T),
        crs=data.crs,
    )
    places["site_no"] = pd.array(number, dtype="Int64")
    places.loc[places["metres"].isna(), "site_no"] = pd.NA
    return table, places
