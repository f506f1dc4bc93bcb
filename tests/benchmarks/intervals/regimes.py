"""Constructed truth: sessions with a known rate, a judge with known errors, labels drawn from them."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.statistics.limits import Floats, Limits
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.prediction_powered import ClusterSums
from calibration.statistics.rates.stratified import Strata

#: How much sessions of one agent resemble each other (intraclass correlation).
RESEMBLANCE = 0.03


class Judge(NamedTuple):
    """Sensitivity and specificity."""

    finds: float
    spares: float


class Regime(NamedTuple):
    """A rate, so many labels of so many judged sessions, a judge, and a design; `agents` 0: independent sessions."""

    rate: float
    labels: int
    pool: int
    judge: Judge
    design: str
    agents: int = 0

    @property
    def name(self) -> str:
        """As the table shows it."""
        told = f"{self.rate:.0%} rate, {self.labels} labels, {self.pool} more judged"
        told += f", judge {self.judge.finds:.2f}/{self.judge.spares:.2f}, {self.design}"
        return told + (f", {self.agents} agents" if self.agents else "")

    @property
    def cells(self) -> list[float]:
        """Probabilities of tp, fp, fn, tn."""
        return _cells(np.asarray(self.rate), self.judge).tolist()


JUDGES = (Judge(0.85, 0.97), Judge(0.70, 0.85))
#: So good that 100 labels hardly show an error: intervals can only be too wide or too narrow.
BETTER = Judge(0.95, 0.99)
RATES = (0.02, 0.1, 0.3)
LABELS = (100, 200, 500, 1000, 2000)


def independent() -> Iterator[Regime]:
    """Labels at random and stratified; sessions independent."""
    for rate, labels, pool, judge in product(RATES, LABELS, (300, 5000), JUDGES):
        yield Regime(rate, labels, pool, judge, "random")
        yield Regime(rate, labels, pool, judge, "stratified")


def better_judge() -> Iterator[Regime]:
    """As `independent`, with a better judge."""
    for rate, labels, design in product(RATES, LABELS, ("random", "stratified")):
        yield Regime(rate, labels, 5000, BETTER, design)


def clustered() -> Iterator[Regime]:
    """Sessions of one agent resemble each other."""
    for rate, labels, judge, agents in product(RATES, (200, 1000), JUDGES, (20, 40)):
        yield Regime(rate, labels, 3000, judge, "random", agents)
        yield Regime(rate, labels, 3000, judge, "stratified", agents)


def _cells(rate: Floats, judge: Judge) -> Floats:
    parts = (
        rate * judge.finds,
        (1 - rate) * (1 - judge.spares),
        rate * (1 - judge.finds),
        (1 - rate) * judge.spares,
    )
    return np.stack(parts, axis=-1)


def random_labels(regime: Regime, repetitions: int, rng: np.random.Generator) -> Counts:
    """Labels drawn at random: one element per repetition."""
    labelled = rng.multinomial(regime.labels, regime.cells, repetitions).T.astype(float)
    told = rng.binomial(regime.pool, sum(regime.cells[:2]), repetitions).astype(float)
    return Counts(*labelled, np.full(repetitions, float(regime.pool)), told)


def stratified_labels(regime: Regime, repetitions: int, rng: np.random.Generator) -> Counts:
    """Half of the labels among flagged sessions, or as many as there are; the rest among the others."""
    total = regime.labels + regime.pool
    flagged = rng.binomial(total, sum(regime.cells[:2]), repetitions)
    first = np.minimum(regime.labels // 2, flagged)
    second = np.minimum(regime.labels - first, total - flagged)
    hits = rng.binomial(first, regime.cells[0] / sum(regime.cells[:2]))
    missed = rng.binomial(second, regime.cells[2] / sum(regime.cells[2:]))
    parts = (hits, first - hits, missed, second - missed, total - first - second, flagged - first)
    return Counts(*(each.astype(float) for each in parts))


def sessions_of_agents(regime: Regime, repetitions: int, rng: np.random.Generator) -> Floats:
    """Judged sessions by repetition, agent and kind (tp, fp, fn, tn); each agent has a rate of its own."""
    shape = 1 / RESEMBLANCE - 1
    own = rng.beta(regime.rate * shape, (1 - regime.rate) * shape, (repetitions, regime.agents))
    even = np.full(regime.agents, 1 / regime.agents)
    totals = rng.multinomial(regime.labels + regime.pool, even, repetitions)
    return rng.multinomial(totals, _cells(own, regime.judge)).astype(float)


def random_labels_of_agents(regime: Regime, sessions: Floats, rng: np.random.Generator) -> ClusterSums:
    """Labels drawn at random from all sessions."""
    wanted = np.full(len(sessions), regime.labels)
    drawn = _drawn(sessions, wanted, rng)
    rest = sessions - drawn
    tp, fp, fn, _tn = np.moveaxis(drawn, -1, 0)
    return ClusterSums(drawn.sum(-1), tp + fn, tp + fp, fp + fn, rest.sum(-1), rest[..., 0] + rest[..., 1])


def stratified_labels_of_agents(regime: Regime, sessions: Floats, rng: np.random.Generator) -> Strata:
    """Half of the labels among flagged sessions."""
    flagged, rest = sessions[..., :2], sessions[..., 2:]
    first = np.minimum(regime.labels // 2, flagged.sum((1, 2))).astype(int)
    told, others = _drawn(flagged, first, rng), _drawn(rest, regime.labels - first, rng)
    return Strata(
        told.sum(-1), told[..., 0], others.sum(-1), others[..., 0], flagged.sum(-1), rest.sum(-1)
    )  # fmt: skip


def _drawn(sessions: Floats, wanted: np.ndarray, rng: np.random.Generator) -> Floats:
    """So many of each repetition's sessions, without replacement: a multivariate hypergeometric draw."""
    kinds = sessions.reshape(len(sessions), -1).astype(int)
    found, left, beyond = np.zeros_like(kinds), wanted.copy(), kinds.sum(-1)
    for place in range(kinds.shape[1]):
        beyond = beyond - kinds[:, place]
        found[:, place] = rng.hypergeometric(kinds[:, place], beyond, left)
        left = left - found[:, place]
    return found.reshape(sessions.shape).astype(float)


def covers(limits: Limits, truth: ArrayLike) -> NDArray[np.bool_]:
    """Which intervals hold the truth."""
    known = np.asarray(truth, dtype=np.float64)
    found: NDArray[np.bool_] = (limits.low <= known) & (known <= limits.high)
    return found
