"""What a judge did and what that cost, in lines for people."""

from collections.abc import Mapping

from evaluators.judges.vllm.accounting import Figures, Usage
from evaluators.judges.vllm.settings import Prices

#: Causes under which a question is still to be asked.
WAITING = frozenset({"judge_unavailable", "judge_timeout"})


def summary(figures: Figures, prices: Prices | None, what: str = "sessions") -> list[str]:
    """`what`: what the sessions are called."""
    lines = [
        f"{figures.questions:,} questions about {figures.sessions:,} {what}:"
        f" {figures.located:,} acts found, {figures.absent:,} not there,"
        f" {sum(figures.unanswered.values()):,} unanswered{_causes(figures.unanswered, figures.questions)}",
        f"{sum(figures.explained.values()):,} explained{_causes(figures.explained)},"
        f" {figures.contradictions:,} of them against the decision",
        f"{figures.requests:,} requests, {sum(figures.retries.values()):,} retried{_causes(figures.retries)},"
        f" {sum(figures.failed_requests.values()):,} given up{_causes(figures.failed_requests)}",
        _tokens(figures.usage, prices),
    ]
    if figures.remembered:
        lines.append(f"{figures.remembered:,} decisions known from before, not asked again")
    waiting = sum(figures.unanswered.get(each, 0) for each in WAITING)
    if waiting:
        lines.append(
            f"{waiting:,} questions wait for a server: run the same command again when it is back, only they are asked"
        )
    return lines


def _tokens(usage: Usage, prices: Prices | None) -> str:
    cached = usage.cached_share
    share = "unknown how many of them cached" if cached is None else f"{cached:.1%} of them cached"
    told = f"{usage.prompt:,} prompt tokens, {share}; {usage.generated:,} generated"
    return told if prices is None else f"{told}; {usage.cost(prices):,.2f} {prices.currency}"


def _causes(counts: Mapping[str, int], of: int = 0) -> str:
    """In brackets, the most frequent first; with a share where it is known of how many."""
    if not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    told = (f"{name} {count:,}" + (f" = {count / of:.1%}" if of else "") for name, count in ordered)
    return f" ({', '.join(told)})"
