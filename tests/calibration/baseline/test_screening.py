"""A certificate's promise holds: tried by simulation, where the truth is known."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta, binom

from api.cli import main
from calibration.baseline.screening import (
    CUT_OFFS,
    Scored,
    certificates_of,
    screen_act,
    screen_acts,
    upper_bound,
)
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.screen import Certificates, load_certificates

ASKED = {"most_lost": 0.05, "confidence": 0.95, "source": "constructed"}


def scored(hits: list[float], negatives: list[float] | None = None) -> list[Scored]:
    return [Scored(True, each) for each in hits] + [Scored(False, each) for each in negatives or []]


@pytest.mark.parametrize(
    ("hits", "why"),
    [
        ([], "nothing is known"),
        ([0.9] * 58, "one too few to prove 5 %"),
        ([0.001] * 2 + [0.9] * 80, "two of 82 fall below the lowest cut-off"),
    ],
)
def test_what_is_not_proven_gets_no_certificate(hits: list[float], why: str) -> None:
    found = screen_act("agent_abuse", scored(hits), **ASKED)  # type: ignore[arg-type]
    assert not found.certified, why
    assert found.cut_off is None or found.lost > 0.05
    models = load_models()
    assert certificates_of([found], models, most_lost=0.05, confidence=0.95).acts == {}


def test_what_is_not_proven_is_shown_at_the_highest_cut_off_without_a_miss() -> None:
    found = screen_act("a", scored([0.12] * 10, [0.01, 0.3]), **ASKED)  # type: ignore[arg-type]
    assert (found.cut_off, found.missed, found.saved, found.certified) == (0.1, 0, 1, False)
    assert found.lost == pytest.approx(1 - 0.05 ** (1 / 10))


def test_59_hits_without_a_miss_prove_5_percent() -> None:
    found = screen_act("a", scored([0.12] * 59, [0.01] * 3 + [0.4]), **ASKED)  # type: ignore[arg-type]
    assert (found.certified, found.cut_off, found.saved, found.cases) == (True, 0.1, 3, 63)
    assert found.lost == pytest.approx(1 - 0.05 ** (1 / 59))


def test_the_bound_is_the_exact_one() -> None:
    bound = upper_bound(3, 80, 0.95)
    assert binom.cdf(3, 80, bound) == pytest.approx(0.05)
    assert upper_bound(0, 0, 0.95) == 1.0


@pytest.mark.parametrize("shape", [(2.0, 5.0), (3.0, 3.0), (1.2, 8.0), (5.0, 2.0)])
def test_no_more_is_lost_than_promised_with_the_confidence_promised(shape: tuple[float, float]) -> None:
    random, broken, certified, repeats = np.random.default_rng(7), 0, 0, 1500
    for _ in range(repeats):
        hits = random.beta(*shape, size=90).tolist()
        found = screen_act("a", scored(hits), **ASKED)  # type: ignore[arg-type]
        if found.certified:
            certified += 1
            broken += bool(beta.cdf(found.cut_off, *shape) > 0.05)
    # Room for the simulation's own error: a rate of exactly 5 % exceeds this once in 10 000 runs.
    assert broken <= binom.ppf(0.9999, repeats, 0.05)
    assert certified > 0


def test_choosing_the_best_looking_cut_off_instead_would_break_the_promise() -> None:
    """The simulation can fail: without the exact bound, the promise is broken far too often."""
    random, shape, broken, repeats = np.random.default_rng(7), (2.0, 5.0), 0, 500
    for _ in range(repeats):
        hits = random.beta(*shape, size=90)
        best = max((each for each in CUT_OFFS if (hits < each).mean() <= 0.05), default=None)
        broken += best is not None and bool(beta.cdf(best, *shape) > 0.05)
    assert broken > binom.ppf(0.9999, repeats, 0.05)


def test_on_the_shipped_sets_nothing_is_certified_at_5_percent() -> None:
    """With some dozen hits per act nothing so strict can be proven; the screen is off everywhere."""
    found = screen_acts(load_models(), most_lost=0.05, confidence=0.95)
    assert len(found) > 30
    assert [each.act for each in found if each.certified] == []


def test_certificates_are_written_only_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["judge", "screen"]) == 0
    assert list(tmp_path.iterdir()) == []
    place = tmp_path / "screen.json"
    assert main(["judge", "screen", "--most-lost", "0.25", "-o", str(place)]) == 0
    written: Certificates = load_certificates(place)
    shown = [line.split("\t") for line in capsys.readouterr().out.splitlines() if line.endswith("是 yes")]
    assert [row[0] for row in shown] == sorted(written.acts)
    assert all(each.model_version == load_models().version for each in written.acts.values())
