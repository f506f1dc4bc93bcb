"""Shapes of reports that are put together in this layer."""

import msgspec

from calibration.statistics.checked_sessions import CheckedFigure


class CorrectedScores(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions meant, corrected by those of them that were drawn at random as a whole and looked through.

    `score` is a mean, `red_lines` a share. `disputed` checked sessions have a rule that people do not agree on, and do not
    count; `lost` changed, but by rules that are not here any more: with any of them nothing is corrected.
    """

    score: CheckedFigure
    red_lines: CheckedFigure
    disputed: int
    lost: int
