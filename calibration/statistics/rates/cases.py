"""Judged cases, some of them labelled, counted as the estimators need them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.statistics.limits import Floats
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.prediction_powered import ClusterSums
from calibration.statistics.rates.stratified import Strata


class JudgedCase(NamedTuple):
    """A judged case: whether the judge found a hit, whether labels call it one (None: nobody labelled it), and the
    agent or session whose cases resemble each other (empty: independent)."""

    found: bool
    hit: bool | None = None
    cluster: str = ""


def count(cases: Sequence[JudgedCase]) -> Counts:
    """Counts of cases."""
    found, labelled, hit = _columns(cases)
    pairs = ((hit & found), (labelled & ~hit & found), (hit & ~found), (labelled & ~hit & ~found))
    rest = (~labelled, ~labelled & found)
    return Counts(*(np.asarray(each.sum(), dtype=np.float64) for each in (*pairs, *rest)))


def cluster_sums(cases: Sequence[JudgedCase]) -> ClusterSums:
    """Sums per cluster for PPI++; a case without a cluster is one of its own."""
    found, labelled, hit = _columns(cases)
    place = _places(cases)
    return ClusterSums(
        *_sums(
            place, labelled, hit, labelled & found, labelled & (hit != found), ~labelled, ~labelled & found
        )
    )


def strata_sums(cases: Sequence[JudgedCase]) -> Strata:
    """Sums per cluster and stratum; a case without a cluster is one of its own."""
    found, labelled, hit = _columns(cases)
    flagged, rest = labelled & found, labelled & ~found
    return Strata(*_sums(_places(cases), flagged, hit & found, rest, hit & ~found, found, ~found))


def _columns(cases: Sequence[JudgedCase]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    columns = ((c.found for c in cases), (c.hit is not None for c in cases), (c.hit is True for c in cases))
    found, labelled, hit = (np.fromiter(each, dtype=np.bool_, count=len(cases)) for each in columns)
    return found, labelled, hit


def _places(cases: Sequence[JudgedCase]) -> NDArray[np.intp]:
    names = [case.cluster or f"\0{number}" for number, case in enumerate(cases)]
    return np.unique(names, return_inverse=True)[1]


def _sums(place: NDArray[np.intp], *columns: NDArray[np.bool_]) -> list[Floats]:
    size = int(place.max(initial=-1)) + 1
    return [np.bincount(place, weights=each, minlength=size).astype(np.float64) for each in columns]
