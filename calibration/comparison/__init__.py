"""Two runs over the same cases: what one fixed, what it broke, and whether that is more than noise."""

from calibration.comparison.comparing import Comparison, FlippedCase, RuleComparison, compare_runs
from calibration.comparison.pairing import Pair, Paired, pair_runs

__all__ = [
    "Comparison",
    "FlippedCase",
    "Pair",
    "Paired",
    "RuleComparison",
    "compare_runs",
    "pair_runs",
]
