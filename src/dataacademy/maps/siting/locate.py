"""Where to put some more: the best of all choices among candidate places, and the proof that none is better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import geopandas as gpd

from dataacademy.analysis import Analysis
from dataacademy.arguments import check_whole
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between
from dataacademy.maps.people import check_radius, counted_by, place_of
from dataacademy.maps.plane import need_plane
from dataacademy.maps.siting import answer, models, words
from dataacademy.maps.siting.ground import Ground, gather
from dataacademy.maps.siting.sets import Clock

MODELS = ("mclp", "lscp", "p_median", "p_centre")


@dataclass(frozen=True)
class Located(Analysis):
    """An :class:`~dataacademy.analysis.Analysis` that keeps what :func:`locate_map` draws.

    places
        The rows that count, as points: ``people``, ``metres`` to the nearest site and ``site_no`` of it (0: a site that
        was there already; empty: none within reach).
    existing
        The sites that were there already.
    within, said
        The distance asked for; what people and sites are called.
    """

    places: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    existing: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    within: float | None = None
    said: words.Said | None = None


def locate(
    data: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    model: str = "mclp",
    p: int | None = None,
    within: float | None = None,
    weights: str | None = None,
    existing: gpd.GeoDataFrame | None = None,
    kind: str | Iterable[str] | None = None,
    hazard: str | None = None,
    capacity: str | None = None,
    roads: gpd.GeoDataFrame | None = None,
    closed=None,
    seconds: float = 60,
) -> Located:
    """Which of the candidate places to open, beside the sites that stay open, and the proof that no choice is better.

    data, weights, roads, closed
        As in :func:`dataacademy.maps.coverage`: each row is served or not by its point.
    candidates
        Points where a site could be, one a row; the answer does not depend on their order.
    model
        ``mclp``: ``p`` new sites that bring as many people as possible ``within`` so many metres of a site (maximal
        covering); ``lscp``: as few new sites as bring everybody within reach whom any candidate reaches (location set
        covering); ``p_median``: ``p`` new sites with the least mean distance per person; ``p_centre``: with the least
        distance of the person farthest away.
    existing, kind, hazard
        Sites that stay open, of these kinds only; ``hazard``: only sites and candidates that can be used then.
    capacity
        The column, of ``candidates`` and ``existing``, of persons that a site holds: people are sent where there is
        room, so as to serve the model best.  None: sites hold everybody.
    seconds
        How long the search may take; then the best found is given, with how far from the best possible it may be.

    Table: the candidates to open, with ``site_no``, ``assigned`` (persons newly within reach, or nearer than before),
    ``mean_m`` and ``farthest_m`` of these; with capacities ``assigned`` (persons sent there) and ``room_left``.  Value:
    ``mclp`` persons newly within reach, ``lscp`` number of sites, ``p_median`` mean, ``p_centre`` longest distance
    (m).  Figures: before and after (``covered_before, covered_after, covered_after_percent, uncovered`` or
    ``mean_before_m, mean_after_m, farthest_before_m, farthest_after_m``), ``base, new_sites, bound`` (no choice passes
    it), ``gap_to_bound`` (0: proven), ``optimal``, ``greedy`` (what choosing one site after the other gives).  Fewer
    than ``p`` sites: more would change nothing.  The result also has ``places`` and ``existing``, see :class:`Located`.

    Mixed-integer programmes on ``scipy.optimize.milp`` (HiGHS); rows that reach the same candidates are one, so that
    nothing is rounded.  The value is worked out anew from the distances; with the solver's bound that is the proof.
    Errors: those of ``coverage`` (the models of distances: of ``network_distance``); ``not_whole_between``,
    ``too_many_sites``, ``not_used``, ``no_candidates``, ``kind_without_existing``, ``cannot_reach_all``,
    ``not_enough_room``, ``too_many_pairs``, ``no_time``, ``negative_capacity``, ``no_capacity``, ``column_exists``.
    Checked against every combination of small towns in the tests, and spopt (tests/oracles/siting.txt).
    When not to use: as the decision: what a place costs, who owns it and who is moved on is not in it; and often other
    choices are nearly as good.

    >>> import dataacademy as da
    >>> sites = da.load("facilities")
    >>> clinics = sites[sites["kind"] == "medical"]
    >>> found = da.maps.locate(da.load("areas"), clinics, p=3, within=800, weights="population", existing=sites,
    ...                        kind="shelter")
    >>> len(found.table), found.figures["optimal"]
    (3, True)
    >>> found.figures["covered_after"] - found.figures["covered_before"] == found.value >= found.figures["greedy"]
    True
    """
    need_plane(data)
    radius = _check_question(model, p, within, seconds)
    ground = gather(
        data,
        candidates,
        existing,
        within=radius,
        weights=weights,
        kind=kind,
        hazard=hazard,
        capacity=capacity,
        roads=roads,
        closed=closed,
    )
    _check_enough(ground, p)
    chosen = models.solve(model, ground, p, Clock(seconds))
    table, places = answer.table_of(model, ground, chosen, data)
    facts = answer.facts(model, ground, chosen)
    said = words.Said(
        counted=counted_by(data, weights),
        label=ground.label if len(ground.existing) else "",
        how=ground.how,
        place=place_of(data),
        candidates=len(ground.candidates),
        within=radius,
        seconds=seconds,
        roomy=capacity is not None,
    )
    ja, en = words.sentences(model, said, facts)
    return Located(
        table=table,
        value=facts.pop("value"),
        sentence=ja,
        sentence_en=en,
        used=ground.used,
        left_out=ground.left_out,
        figures=facts,
        assumptions=(*ground.notes, *answer.notes(ground, p, facts)),
        places=places,
        existing=ground.existing,
        within=radius,
        said=said,
    )


def _check_question(model: str, p, within, seconds) -> float | None:
    """The distance to be within of (None: the models of distances), after checking what goes with the model."""
    check_choice("モデル", model, MODELS, en="Model")
    check_between("かける時間 seconds ", seconds, 0, float("inf"), en="seconds")
    if model == "lscp":
        _not_used("p", p, model, "必要な数を求めるモデルなので、数は指定しません", "it finds the number by itself")
    else:
        check_whole("増やす数（p）", p, 1, en="p")
    if model in ("mclp", "lscp"):
        return check_radius(within)
    _not_used("within", within, model, "距離そのものを短くするモデルなので、範囲は使いません", "it shortens distances")
    return None


def _not_used(name: str, value, model: str, why: str, why_en: str) -> None:
    if value is not None:
        raise DataAcademyError(
            "not_used",
            f'{name}={value!r} は model="{model}" では使えません（{why}）。',
            f"{name} is not used by model={model!r}: {why_en}.",
            fix=f'{name} を外すか、model="mclp" にしてください。',
            fix_en=f'Leave {name} out, or use model="mclp".',
        )


def _check_enough(ground: Ground, p: int | None) -> None:
    for column in answer.ADDED:
        if column in ground.candidates:
            raise DataAcademyError(
                "column_exists",
                f"列「{column}」は候補地の表にもうあります。どちらの値か分からなくなります。",
                f"Column {column!r} is already in the candidates.",
                fix=f'先に外してください（candidates.drop(columns="{column}")）。',
                fix_en="Drop it first.",
                column=column,
            )
    if p is not None and p > len(ground.candidates):
        raise DataAcademyError(
            "too_many_sites",
            f"増やす数 p（{p}）が、使える候補地の数（{len(ground.candidates)}）より多いです。",
            f"p ({p}) is more than the {len(ground.candidates)} candidates that can be used.",
            fix="p を減らすか、候補地を増やしてください（位置の分からない候補地などは使えません）。",
            fix_en="Take a smaller p, or more candidates.",
        )
