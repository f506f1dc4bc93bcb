"""Adding points up exactly: scores may have decimals, and `0.1 + 0.2` must be `0.3` on a card."""

from collections.abc import Iterable
from decimal import Decimal

Points = int | float


def exact(points: Points) -> Decimal:
    """The number as it is written."""
    return Decimal(repr(points))


def plain(points: Decimal) -> Points:
    """Back to a JSON number: whole numbers without a decimal point."""
    return int(points) if points == points.to_integral_value() else float(points)


def added(points: Iterable[Points]) -> Points:
    """The sum, the same in whatever order."""
    values = list(points)
    total = sum(values)
    return total if isinstance(total, int) else plain(sum(map(exact, values), Decimal(0)))


def signed(points: Points) -> str:
    """As it is printed: `+5`, `-2.5`, `0`."""
    return f"{points:+g}" if points else "0"
