"""A better wording for a prompt, found on dev, believed only on test."""

from calibration.suggesting.acceptance import Suggestion, accepted
from calibration.suggesting.search import Budget, Search, find_wording
from calibration.suggesting.wording import Wording, read_wording, write_draft

__all__ = [
    "Budget",
    "Search",
    "Suggestion",
    "Wording",
    "accepted",
    "find_wording",
    "read_wording",
    "write_draft",
]
