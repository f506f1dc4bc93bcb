"""A better wording for a prompt, found on dev, believed only on test."""

from calibration.suggesting.acceptance import Suggestion, accepted
from calibration.suggesting.budget import Budget
from calibration.suggesting.judging import Run, Search
from calibration.suggesting.rewording import Rewordings, Told
from calibration.suggesting.search import OnDev, check_budget, find_wording, halves
from calibration.suggesting.wording import Wording, read_wording, reworded, write_draft

__all__ = [
    "Budget",
    "OnDev",
    "Rewordings",
    "Run",
    "Search",
    "Suggestion",
    "Told",
    "Wording",
    "accepted",
    "check_budget",
    "find_wording",
    "halves",
    "read_wording",
    "reworded",
    "write_draft",
]
