"""Two runs over the same cases: what one fixed, what it broke, and whether that is more than noise."""

from calibration.comparison.pairing import Flip, Pair, Paired, pair_runs

__all__ = ["Flip", "Pair", "Paired", "pair_runs"]
