"""What a cap leaves of the points of several hits."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from evaluators.scoring.points import Points, exact, plain
from evaluators.scoring.policy import ScoreCap

_UNLIMITED = Decimal("Infinity")


def capped(cap: ScoreCap, charges: Sequence[tuple[Points, frozenset[str]]]) -> list[Points]:
    """The points left of each charge (points, ids of the messages it concerns), in the order given.

    The heaviest charge comes first, of equal ones the earlier in `charges`. A charge on several messages
    counts on each of them and is limited by the one with the most room. Points of the other sign stay.
    """
    limit = cap.per_message if cap.per_message is not None else cap.per_session
    sign = -1 if limit is None or limit < 0 else 1
    room_of_message: defaultdict[str, Decimal] = defaultdict(lambda: _room(cap.per_message))
    room_of_session = _room(cap.per_session)
    left = [points for points, _ in charges]
    for index in sorted(range(len(charges)), key=lambda index: -sign * charges[index][0]):
        points, message_ids = charges[index]
        if points * sign <= 0:
            continue
        rooms = [room_of_message[message_id] for message_id in message_ids]
        taken = min(abs(exact(points)), room_of_session, max(rooms, default=_UNLIMITED))
        room_of_session -= taken
        for message_id in message_ids:
            room_of_message[message_id] = max(room_of_message[message_id] - taken, Decimal(0))
        left[index] = plain(taken * sign) if taken != abs(exact(points)) else points
    return left


def _room(limit: Points | None) -> Decimal:
    return _UNLIMITED if limit is None else abs(exact(limit))
