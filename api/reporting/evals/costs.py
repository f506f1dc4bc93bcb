"""What runs cost, as a table: what was expected beside what the servers counted."""

from collections.abc import Iterator, Sequence

from api.reporting.section import Section, heads
from calibration.runs import RunReport
from calibration.runs.costs import RunCost, cost_of_all
from evaluators.judges.vllm.accounting import Estimate, Figures, Usage

FREE = "不收费:在本进程内判断,不问服务器 nothing is charged: judged in this process, no server was asked"
_COLUMNS = heads(
    "评测集 set | 账目 account | 问题 questions > | 请求 requests > | 输入token prompt tokens > | 其中缓存 cached > | "
    "输出token generated tokens > | 未答 unanswered > | 用时 time > | 费用 cost >"
)
_COUNTED = (
    "实际:服务器自己报的token数;答复里没有缓存数时,按服务器同期全部请求的缓存占比 accounted: tokens as the servers counted them; "
    "where answers do not say what was cached, the share of all they were asked meanwhile"
)
_NO_PRICES = "没有设单价,只计token no prices are set: tokens only (MINGJIAN_JUDGE_OPTIONS, prices)"


def cost_sections(reports: Sequence[RunReport]) -> Iterator[Section]:
    """All sets together, then each; nothing where no server was asked, or nobody counted."""
    known = [(each.eval_set, each.cost) for each in reports if each.cost is not None and each.cost.charged]
    if not known:
        return
    total = cost_of_all([cost for _, cost in known])
    told = [("全部 all", total), *known] if len(known) > 1 else known
    yield Section(
        title="费用", english="Cost", columns=_COLUMNS, rows=tuple(row for each in told for row in _rows(*each)),
        notes=tuple(_notes(total)),
    )  # fmt: skip


def _rows(name: str, cost: RunCost) -> Iterator[tuple[str, ...]]:
    if cost.expected is not None:
        yield (
            name,
            "预计 expected",
            *_tokens(cost.expected),
            "–",
            "–",
            money(cost.expected.cost, cost.currency),
        )
    if cost.asked is not None:
        unanswered = f"{sum(cost.asked.unanswered.values()):,}"
        yield (
            name, "实际 accounted", *_tokens(cost.asked), unanswered, f"{cost.seconds:,.1f} s",
            money(cost.cost, cost.currency),
        )  # fmt: skip


def _tokens(counted: Estimate | Figures) -> tuple[str, ...]:
    usage: Usage = counted.usage
    share = "–" if usage.cached_share is None else f"{usage.cached_share:.1%}"
    return (
        f"{counted.questions:,}",
        f"{counted.requests:,}",
        f"{usage.prompt:,}",
        share,
        f"{usage.generated:,}",
    )


def money(cost: float | None, currency: str | None) -> str:
    """A dash where nobody has said what tokens cost."""
    return "–" if cost is None else f"{cost:,.2f} {currency}"


def _notes(total: RunCost) -> Iterator[str]:
    yield _COUNTED
    if total.cost is None:
        yield _NO_PRICES
    if total.asked is None:
        return
    if total.asked.remembered:
        yield f"已有答案,没有再问 answers known from before, not asked again: {total.asked.remembered:,}"
    for words, counts in (
        ("未答原因 unanswered", total.asked.unanswered),
        ("重试 retried", total.asked.retries),
        ("放弃的请求 requests given up", total.asked.failed_requests),
    ):
        if counts:
            yield f"{words}: {', '.join(f'{cause} {count:,}' for cause, count in sorted(counts.items()))}"


def told_in_short(reports: Sequence[RunReport]) -> tuple[str, str] | None:
    """What a run cost and what was expected, in two short texts; None where nobody counted."""
    costs = [each.cost for each in reports if each.cost is not None]
    if not costs:
        return None
    total = cost_of_all(costs)
    if not total.charged or total.asked is None:
        return "0", "不收费 nothing charged"
    expected = total.expected
    if total.cost is not None:
        before = f"预计 expected {money(expected.cost, total.currency)}" if expected is not None else ""
        return money(total.cost, total.currency), before
    before = f"token · 预计 expected {_sum(expected.usage):,}" if expected is not None else "token"
    return f"{_sum(total.asked.usage):,}", before


def _sum(usage: Usage) -> int:
    return usage.prompt + usage.generated
