"""The results that the example team of flow A records, for any town with areas and shelters."""

from __future__ import annotations

from dataclasses import replace

from dataacademy.worksheet.worked.ground import Ground, Result

WITHIN = 500  # metres: what a person of age walks in ten minutes, as lesson a4 says
NEW_SITES = 3
PUBLIC = ("community_centre", "nursery", "library", "care_facility", "public_facility")  # as lesson a6 has them
SAME_BUILDING = 50  # metres


def size_and_distance(ground: Ground) -> Result:
    """Do areas with more residents lie farther from a shelter?"""
    from dataacademy import charts, maps, stats

    place = ground.place
    far = maps.nearest(ground.areas, ground.facilities, kind=place.shelter, weights=place.counted)
    table = ground.areas.assign(distance_m=far.table["distance_m"])
    found = stats.correlate(table, columns=["population", "distance_m"])
    ax = charts.scatter(table, x="population", y="distance_m", x_unit="人", y_unit="m", source=place.source)
    return Result(found, ax, {"地区の数": int(found.table["n"].iloc[0])})


def by_hazard(ground: Ground) -> Result:
    """By how much does the share within reach fall where only shelters count that can be used in that disaster?"""
    from dataacademy import charts, maps

    place = ground.place
    found = maps.coverage_by_hazard(
        ground.areas, ground.facilities, kind=place.shelter, within=WITHIN, weights=place.counted
    )
    known = found.table[found.table["n_facilities"] > 0]
    worst = known.loc[known["share_percent"].idxmin()]
    ax = charts.bar(known, x="hazard_label", y="share_percent", unit="%", source=place.source, horizontal=True)
    return Result(
        replace(found, table=known),
        ax,
        {
            "災害": worst["hazard_label"],
            "使える割合": float(worst["share_percent"]),
            "問わない割合": float(known["share_percent"].iloc[0]),
            "使えなくなる人数": float(known["covered"].iloc[0] - worst["covered"]),
        },
    )


def within_reach(ground: Ground) -> Result:
    """How many live within reach of a shelter?"""
    from dataacademy import maps

    place = ground.place
    found = maps.coverage(ground.areas, ground.facilities, kind=place.shelter, within=WITHIN, weights=place.counted)
    row = found.table.iloc[0]
    base = float(row["base"])
    return Result(
        found,
        None,
        {
            "距離": WITHIN,
            "圏外の人数": float(row["uncovered"]),
            "全体の人数": base,
            "圏外の割合": 100 * float(row["uncovered"]) / base,
        },
    )


def where_they_are(ground: Ground) -> Result:
    """Do those who live far from a shelter live in a few areas?"""
    from dataacademy import maps, stats

    place = ground.place
    areas = maps.nearest(ground.areas, ground.facilities, kind=place.shelter, weights=place.counted).table
    far = ground.areas.assign(far=ground.areas[place.counted].where(areas["distance_m"] > WITHIN, 0))
    found = stats.concentration(far, value="far", by="name", row="地区")
    ax = maps.choropleth(far, column="far", bins=[50, 100, 200, 400], unit="人", source=place.source)
    figures = found.figures
    return Result(found, ax, {"地区の数": figures["rows"], "上位の地区の数": figures["top_rows"]})


def candidates(ground: Ground):
    """The town's public places that could become shelters; where there are too few, one place in each area."""
    from dataacademy import maps

    areas, sites = ground.areas, ground.facilities
    shelters = sites[sites["kind"] == ground.place.shelter]
    public = sites[sites["kind"].isin(PUBLIC)]
    if len(public):
        apart = maps.nearest(public, shelters).table["distance_m"]
        public = public[apart > SAME_BUILDING]
    return public if len(public) >= NEW_SITES else areas.set_geometry(areas.representative_point())


def three_more(ground: Ground) -> Result:
    """Where would three more shelters bring most people within reach?"""
    from dataacademy import maps

    place = ground.place
    found = maps.locate(
        ground.areas,
        candidates(ground),
        p=NEW_SITES,
        within=WITHIN,
        weights=place.counted,
        existing=ground.facilities,
        kind=place.shelter,
    )
    ax = maps.locate_map(found, background=ground.areas, source=place.source)
    return Result(found, ax, {"あとの割合": float(found.figures["covered_after_percent"])})


def has_hazards(ground: Ground) -> bool:
    """Whether the shelters' list says in which disasters they can be used."""
    from dataacademy.town.contract.places import HAZARDS

    shelters = ground.facilities[ground.facilities["kind"] == ground.place.shelter]
    known = shelters[[h for h in HAZARDS if h in shelters]].fillna(False).astype(bool)
    return bool(known.to_numpy().any())


NEEDS = {"hazards": has_hazards}
