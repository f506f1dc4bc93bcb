"""How the service was: the overall numbers, agents, reply times, the customers' ratings."""

from api.reporting.figures import AgentFigures, PlatformFigures, ReplyFigures, Report
from api.reporting.section import Section, heads
from api.reporting.wording import RATINGS, UNITS, count, judged_by, moment, seconds, share
from evaluators.reply_metrics.metrics import Within


def overview(report: Report) -> Section:
    """How much was inspected and how it went, each with what it is out of."""
    sessions, verdicts = report.sessions, report.verdicts
    total, outcomes = sessions.count, sum(verdicts.values())
    rated = total - sessions.ratings.get(None, 0)
    unjudged = sum(each.outcomes for each in report.undecided if each.cause == "judge_unavailable")
    rows: list[tuple[str, int, int | None]] = [
        ("会话 sessions", total, None),
        ("消息 messages", sessions.messages, None),
        ("触犯红线 with a red line", len(report.vetoed), total),
        ("没有扣分 without a deduction", sessions.spotless, total),
        ("全部判定 fully decided", sessions.fully_decided, total),
        ("有满意度评价 rated", rated, total),
        ("结果·命中 outcomes: hit", verdicts["hit"], outcomes),
        ("结果·未命中 no hit", verdicts["no_hit"], outcomes),
        ("结果·不适用 not applicable", verdicts["not_applicable"], outcomes),
        ("结果·待定 undetermined", verdicts["undetermined"], outcomes),
        ("其中等判断器 of these, for want of a judge", unjudged, verdicts["undetermined"]),
    ]
    if report.rejected:
        rows.append(("读不了的记录 records skipped", report.rejected, None))
    return Section(
        title="总览", english="Overview",
        columns=heads("指标 measure | 数量 count > | 共 out of > | 占比 share >"),
        rows=tuple((name, count(n), "" if of is None else count(of), share(n, of)) for name, n, of in rows),
        notes=_overview_notes(report),
    )  # fmt: skip


def _overview_notes(report: Report) -> tuple[str, ...]:
    notes = []
    sessions = report.sessions
    if sessions.began is not None and sessions.ended is not None:
        notes.append(f"期间 period: {moment(sessions.began)} — {moment(sessions.ended)}")
    if sessions.shops:
        notes.append(f"店铺 shops: {'、'.join(sessions.shops)}")
    if report.mean_score is not None and report.median_score is not None:
        notes.append(
            f"会话得分 score: 平均 mean {report.mean_score:.1f},中位 median {report.median_score:g}"
            f"(待定的质检项不加分也不扣分)"
        )
    notes.extend(judged_by(each.name, each.model, each.outcomes) for each in report.judges)
    notes.append(f"规则目录 catalogue: {'、'.join(version[:19] for version in report.catalogues)}")
    return tuple(notes)


def agents(report: Report) -> Section:
    """Who needs help: lowest mean score first."""
    return Section(
        title="客服", english="Agents",
        columns=heads(
            "客服 agent | 会话 sessions > | 平均分 mean > | 最低分 lowest > | 红线 red lines > | "
            "扣分命中 faults > | 加分命中 merits > | 平均回复 mean reply > | 轮次 turns > | "
            "最常见的问题 most frequent faults"
        ),
        rows=tuple(map(_agent, report.agents)),
    )  # fmt: skip


def _agent(agent: AgentFigures) -> tuple[str, ...]:
    traits = [agent.agent_id, agent.name or "", agent.tier or "", "机器人 bot" if agent.kind == "bot" else ""]
    return (
        " ".join(filter(None, traits)), count(agent.sessions), f"{agent.mean_score:.1f}",
        f"{agent.lowest_score:g}", count(agent.red_lines), count(agent.faults), count(agent.merits),
        "—" if agent.mean_reply is None else seconds(agent.mean_reply), count(agent.replies),
        "、".join(f"{title}×{n}" for title, n in agent.top),
    )  # fmt: skip


def replies(report: Report) -> Section:
    """Reply times against the limits in force."""
    measured = [each for each in report.replies if each.waits or each.decided or each.undetermined]
    return Section(
        title="响应时间", english="Reply times",
        columns=heads(
            "质检项 rule | 标准 limit > | 测得 measured > | 中位 median > | P90 > | 最长 longest > | "
            "未达标 late > | 已判 decided > | 占比 share > | 待定 undetermined >"
        ),
        rows=tuple(map(_reply, measured)),
    )  # fmt: skip


def _reply(reply: ReplyFigures) -> tuple[str, ...]:
    limit = f"{'<' if reply.exactly_is_late else '≤'} {' / '.join(map(seconds, reply.limits))}"
    times = ["—" if each is None else seconds(each) for each in (reply.median, reply.p90, reply.longest)]
    return (
        reply.title, limit, count(reply.waits), *times, count(reply.late), count(reply.decided),
        share(reply.late, reply.decided), count(reply.undetermined),
    )  # fmt: skip


def platforms(report: Report) -> Section:
    """Reply times as the platforms count them, and so as they rank shops."""
    rows = [_platform(each, within) for each in report.platforms for within in each.metrics.within]
    return Section(
        title="平台口径", english="Reply times as the platforms measure them",
        columns=heads(
            "平台 platform | 指标 metric | 单位 unit | 时限 limit > | 时限内 within > | 已判 decided > | "
            "占比 share > | 未到时限 open > | 平均 mean >"
        ),
        rows=tuple(rows),
        notes=("口径取自公开的商家说明,请与平台后台核对 definitions from sellers' guides: verify them",) if rows else (),
    )  # fmt: skip


def _platform(figures: PlatformFigures, within: Within) -> tuple[str, ...]:
    metrics = figures.metrics
    mean = "—" if metrics.mean_seconds is None else f"{seconds(metrics.mean_seconds)} ({metrics.mean_of})"
    return (
        figures.platform, figures.title, UNITS[metrics.unit], seconds(within.limit_seconds),
        count(within.count), count(within.of), share(within.count, within.of), count(within.open), mean,
    )  # fmt: skip


def satisfaction(report: Report) -> Section:
    """The customers' own ratings; sessions without one are in no share."""
    ratings = report.sessions.ratings
    rated = sum(n for level, n in ratings.items() if level is not None)
    satisfied = ratings.get(5, 0) + ratings.get(4, 0)
    rows = [(RATINGS[level], ratings.get(level, 0), rated) for level in (5, 4, 3, 2, 1)]
    return Section(
        title="满意度", english="Satisfaction",
        columns=heads("评价 rating | 会话 sessions > | 共 out of > | 占比 share >"),
        rows=tuple((name, count(n), count(of), share(n, of)) for name, n, of in rows) if rated else (),
        notes=(f"满意率 satisfied: {satisfied}/{rated} ({share(satisfied, rated)});未评价 not rated: "
               f"{ratings.get(None, 0)}/{report.sessions.count}",) if rated else (),
    )  # fmt: skip
