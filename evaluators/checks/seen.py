"""Where a behaviour was seen: certainly, possibly (with the reason why it cannot be said), or not.

Sets of messages are bit masks (`evaluators.timeline.bits`).
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

from evaluators.types import REASON_PRECEDENCE

Reason = str
#: While nobody is asked this is why acts are not known.
NO_JUDGE = "judge_unavailable"


class Seen(Struct, frozen=True, gc=False):
    """Messages that certainly show it, and messages that may.

    `reason`: the first by precedence of those that keep the latter open. `several`: where there are several,
    each with the messages that it keeps open; the masks do not overlap.
    """

    certain: int
    possible: int = 0
    reason: Reason = ""
    several: Mapping[Reason, int] | None = None

    @property
    def open(self) -> Mapping[Reason, int]:
        """Reason to the messages that it keeps open."""
        if self.several is not None:
            return self.several
        return {self.reason: self.possible} if self.possible else {}

    def within(self, mask: int) -> "Seen":
        """As far as these messages are concerned."""
        if self.several is None:
            return Seen(self.certain & mask, self.possible & mask, self.reason)
        return _open_for(self.certain & mask, {why: each & mask for why, each in self.several.items()})

    def reasons(self, mask: int) -> list[Reason]:
        """Why it cannot be said of these messages."""
        if not self.possible & mask:
            return []
        if self.several is None:
            return [self.reason]
        return [why for why, each in self.several.items() if each & mask]


NOWHERE = Seen(0)


def maybe(reason: Reason, where: int) -> Seen:
    """These messages may show it, all for one reason."""
    return Seen(0, where, reason) if where else NOWHERE


def first_reason(reasons: Collection[Reason]) -> Reason:
    """The reason that is named when several apply."""
    return min(reasons, key=REASON_PRECEDENCE.__getitem__)


def unasked(seen: Seen) -> Seen:
    """The same messages, where it takes a judge besides and there is none: a reason that yields to all others."""
    if not seen.certain:
        return seen
    if not seen.possible:
        return Seen(0, seen.certain, NO_JUDGE)
    return _open_for(0, {**seen.open, NO_JUDGE: seen.certain | seen.open.get(NO_JUDGE, 0)})


def both(left: Seen, right: Seen) -> Seen:
    """Messages that show both."""
    if not left.possible:
        return right.within(left.certain)
    if not right.possible:
        return left.within(right.certain)
    certain = left.certain & right.certain
    cover = (left.certain | left.possible) & (right.certain | right.possible) & ~certain
    return _covering(certain, cover, left, right)


def either(parts: list[Seen]) -> Seen:
    """Messages that show at least one."""
    certain = possible = 0
    for part in parts:
        certain |= part.certain
        possible |= part.possible
    return _covering(certain, possible & ~certain, *parts)


def except_where(base: Seen, excluded: Seen) -> Seen:
    """Messages of `base` that do not show the other."""
    certain = base.certain & ~(excluded.certain | excluded.possible)
    cover = (base.certain | base.possible) & ~excluded.certain & ~certain
    return _covering(certain, cover, base, excluded)


def _covering(certain: int, cover: int, *parts: Seen) -> Seen:
    """The messages of `cover` stay possible, each for the first reason that keeps it open in some part."""
    if not cover:
        return Seen(certain)
    reasons = {part.reason for part in parts if part.possible}
    if len(reasons) == 1 and not any([part.several for part in parts]):
        return Seen(certain, cover, reasons.pop())
    merged: dict[Reason, int] = {}
    for part in parts:
        for reason, mask in part.open.items():
            merged[reason] = merged.get(reason, 0) | mask
    left, found = cover, {}
    for reason in sorted(merged, key=REASON_PRECEDENCE.__getitem__):
        found[reason] = merged[reason] & left
        left &= ~merged[reason]
    return _open_for(certain, found)


def _open_for(certain: int, reasons: dict[Reason, int]) -> Seen:
    """Open for these reasons, some of which may keep nothing open."""
    several = {why: mask for why, mask in reasons.items() if mask}
    if not several:
        return Seen(certain)
    first = first_reason(several)
    return Seen(certain, sum(several.values()), first, several if len(several) > 1 else None)
