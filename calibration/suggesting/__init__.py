"""A better wording for a prompt, found on dev, believed only on test."""

from calibration.suggesting.acceptance import Suggestion, accepted
from calibration.suggesting.budget import Budget
from calibration.suggesting.judging import Search
from calibration.suggesting.rewording import Rewordings, Told
from calibration.suggesting.search import OnDev, find_wording, halves
from calibration.suggesting.wording import Wording, read_wording, write_draft

__all__ = [
    "Budget",
    "OnDev",
    "Rewordings",
    "Search",
    "Suggestion",
    "Told",
    "Wording",
    "accepted",
    "find_wording",
    "halves",
    "read_wording",
    "write_draft",
]
