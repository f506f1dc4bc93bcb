"""Where a behaviour was seen: certainly, possibly (with the reason why it cannot be said), or not.

Sets of messages are bit masks (`evaluators.bits`).
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from evaluators.types import REASON_PRECEDENCE

Reason = str
#: Reason to the messages that it keeps open; the masks do not overlap.
Open = Mapping[Reason, int]
_NOTHING: Open = {}


class Seen(Struct, frozen=True, gc=False):
    """Messages that certainly show it, messages that may, and the latter by reason."""

    certain: int
    possible: int = 0
    open: Open = _NOTHING

    def within(self, mask: int) -> "Seen":
        """As far as these messages are concerned."""
        if not (self.certain | self.possible) & ~mask:
            return self
        possible = self.possible & mask
        if not possible:
            return Seen(self.certain & mask)
        if len(self.open) == 1:
            return Seen(self.certain & mask, possible, dict.fromkeys(self.open, possible))
        kept = {why: both for why, each in self.open.items() if (both := each & mask)}
        return Seen(self.certain & mask, possible, kept)


NOWHERE = Seen(0)


def maybe(reason: Reason, where: int) -> Seen:
    """These messages may show it, all for one reason."""
    return Seen(0, where, {reason: where}) if where else NOWHERE


def first_reason(reasons: Collection[Reason]) -> Reason:
    """The reason that is named when several apply."""
    if len(reasons) == 1:
        return next(iter(reasons))
    return min(reasons, key=REASON_PRECEDENCE.__getitem__)


def unasked(where: int) -> Seen:
    """A judge would have to say whether it is there, and there is none."""
    return Seen(0, where, {"judge_unavailable": where})


def unjudged(seen: Seen) -> Seen:
    """The same messages, where it takes a judge besides and there is none: a reason that yields to all others."""
    if not seen.certain:
        return seen
    where = seen.certain | seen.open.get("judge_unavailable", 0)
    return Seen(0, seen.certain | seen.possible, {**seen.open, "judge_unavailable": where})


def both(left: Seen, right: Seen) -> Seen:
    """Messages that show both."""
    if not left.possible:
        return right.within(left.certain)
    if not right.possible:
        return left.within(right.certain)
    certain = left.certain & right.certain
    cover = (left.certain | left.possible) & (right.certain | right.possible) & ~certain
    return _covering(certain, cover, _merged(left, right))


def either(parts: list[Seen]) -> Seen:
    """Messages that show at least one."""
    if len(parts) == 1:
        return parts[0]
    certain = possible = 0
    for part in parts:
        certain |= part.certain
        possible |= part.possible
    return _covering(certain, possible & ~certain, _merged(*parts))


def except_where(base: Seen, excluded: Seen) -> Seen:
    """Messages of `base` that do not show the other."""
    certain = base.certain & ~(excluded.certain | excluded.possible)
    cover = (base.certain | base.possible) & ~excluded.certain & ~certain
    return _covering(certain, cover, _merged(base, excluded))


def _merged(*parts: Seen) -> dict[Reason, int]:
    """Reason to the messages that it keeps open in some part; here they may overlap."""
    merged: dict[Reason, int] = {}
    for part in parts:
        for reason, mask in part.open.items():
            merged[reason] = merged.get(reason, 0) | mask
    return merged


def _covering(certain: int, cover: int, reasons: dict[Reason, int]) -> Seen:
    """The messages of `cover` stay possible, each for the first reason that keeps it open."""
    if not cover:
        return Seen(certain)
    if len(reasons) == 1:
        return Seen(certain, cover, dict.fromkeys(reasons, cover))
    left, found = cover, {}
    for reason in sorted(reasons, key=REASON_PRECEDENCE.__getitem__):
        mask = reasons[reason] & left
        if mask:
            found[reason] = mask
            left &= ~mask
    return Seen(certain, cover, found)
