"""Charts as SVG, drawn here and now: no script, no font, nothing fetched. Colours come from the page's style."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, log10

from msgspec import Struct

WIDTH, HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 44
#: Colours are told apart by class (`s0` … `s5`); further series begin again.
COLOURS = 6


class Point(Struct, frozen=True):
    """`low` and `high`: an interval of `y`. `note`: shown when pointed at. `weight`: how large the dot is, 0..1."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    weight: float = 0.3


class Series(Struct, frozen=True, kw_only=True):
    """Points in the order in which they are joined. `dots`: each point is marked; `line`: they are joined."""

    name: str
    points: tuple[Point, ...]
    line: bool = True
    dots: bool = False


class Chart(Struct, frozen=True, kw_only=True):
    """`x_range`, `y_range`: what is shown; `ticks`: names of places on x instead of numbers. `diagonal`: y = x.

    `marks`: further points, the n-th in the colour of the n-th series.
    """

    title: str
    english: str
    x: str
    y: str
    series: tuple[Series, ...]
    marks: tuple[Series, ...] = ()
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    ticks: tuple[str, ...] = ()
    diagonal: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(each.points for each in self.series)


def svg(chart: Chart) -> str:
    """The chart as one `<svg>` element, readable by a screen reader through its title."""
    pieces = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="chart">',
        f"<title>{escape(f'{chart.title} {chart.english}')}</title>",
        *_frame(chart),
    ]
    for layer in (chart.series, chart.marks):
        for number, series in enumerate(layer):
            pieces += _series(chart, series, number % COLOURS)
    return "\n".join([*pieces, "</svg>"])


def _x(chart: Chart, value: float) -> float:
    low, high = chart.x_range
    return _LEFT + (value - low) / ((high - low) or 1) * (WIDTH - _LEFT - _RIGHT)


def _y(chart: Chart, value: float) -> float:
    low, high = chart.y_range
    return HEIGHT - _BOTTOM - (value - low) / ((high - low) or 1) * (HEIGHT - _TOP - _BOTTOM)


def _frame(chart: Chart) -> Iterator[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    for value in nice_ticks(*chart.y_range):
        y = _y(chart, value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{_LEFT - 7}" y="{y + 3.5:.1f}" text-anchor="end">{value:g}</text>'
    for place, name in _x_ticks(chart):
        x = _x(chart, place)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{escape(name)}</text>'
    if chart.diagonal:
        ends = (_x(chart, 0), _y(chart, 0), _x(chart, 1), _y(chart, 1))
        yield '<line class="diagonal" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>'.format(*ends)
    yield f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>'
    yield f'<text class="name" x="{(_LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(chart.x)}</text>'
    middle = (_TOP + bottom) / 2
    yield (
        f'<text class="name" x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">'
        f"{escape(chart.y)}</text>"
    )


def _x_ticks(chart: Chart) -> list[tuple[float, str]]:
    if not chart.ticks:
        return [(value, f"{value:g}") for value in nice_ticks(*chart.x_range)]
    # So many names that they would run into each other: every second, third … of them.
    step = ceil(len(chart.ticks) / 6)
    return [(place, name) for place, name in enumerate(chart.ticks) if place % step == 0]


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, at most one more than `most`."""
    span = (high - low) or 1
    step = 10 ** floor(log10(span / most))
    step *= next(each for each in (1, 2, 5, 10) if span / (step * each) <= most)
    return [
        round(step * number, 10) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    ]


def _series(chart: Chart, series: Series, colour: int) -> Iterator[str]:
    places = [(_x(chart, each.x), _y(chart, each.y)) for each in series.points]
    yield f'<g class="s{colour}">'
    for (x, _), point in zip(places, series.points, strict=True):
        if point.low is not None and point.high is not None:
            yield (
                f'<line class="interval" x1="{x:.1f}" x2="{x:.1f}" '
                f'y1="{_y(chart, point.low):.1f}" y2="{_y(chart, point.high):.1f}"/>'
            )
    if series.line and len(places) > 1:
        yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    if series.dots or len(places) == 1:
        yield from _dots(places, series.points)
    yield "</g>"


def _dots(places: Sequence[tuple[float, float]], points: Sequence[Point]) -> Iterator[str]:
    for (x, y), point in zip(places, points, strict=True):
        note = f"<title>{escape(point.note)}</title>" if point.note else ""
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2.5 + 4 * point.weight:.1f}">{note}</circle>'
