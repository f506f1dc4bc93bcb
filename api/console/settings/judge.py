"""The judge that is set up, as people read it: what each of its servers can do, and what is wrong with it."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from api.console.language import Translator, msg
from api.console.words import moment, span
from evaluators.judges.baseline.judge import BaselineJudge
from evaluators.judges.breaker import Paused
from evaluators.judges.port import Judge
from evaluators.judges.screen import ScreenedJudge

if TYPE_CHECKING:
    from evaluators.judges.vllm.capability import Capability, Problem
    from evaluators.judges.vllm.condition import ServerCondition

_DECIDE_BY = {
    "systemone": msg("结构化判定（/v1/systemone）"), "decisions": msg("判定接口（/v1/decisions）"),
    "logprobs": msg("首个词的对数概率"),
}  # fmt: skip
#: What a probe finds wrong, by its English words: the same in Chinese, and what to do about it.
PROBLEMS = {
    "no way to read a decision: neither structured decisions nor log-probabilities": (
        msg("读不出判定：既没有结构化判定，也没有对数概率"),
        msg("换一个生成模型，并用 --logprobs-mode raw_logprobs（默认值）启动"),
    ),
    "the model thinks although it is told not to, so its first token is no answer": (
        msg("要求模型不思考，它仍先思考，首个词不是答案"),
        msg("启动时用 --default-chat-template-kwargs 关掉 enable_thinking，或换一个不强制思考的模型"),
    ),
    "the model thinks before it explains, although it is told not to": (
        msg("要求模型不思考，它在说明之前仍先思考，所以说明很慢"),
        msg("启动时用 --default-chat-template-kwargs 关掉 enable_thinking，或换一个不强制思考的模型"),
    ),
    "the server does not tokenize for others": (
        msg("服务器不替别人分词"), msg("会话太长要等服务器拒绝时才知道"),
    ),
    "log-probabilities of chosen tokens are not available": (
        msg("拿不到指定词的对数概率"), msg("不在最可能的 20 个词之内的答案按 0 计"),
    ),
    "JSON schemas are ignored: explanations will often be answer_invalid": (
        msg("JSON 结构不被强制：说明常会不合格式"),
        msg("启动时用 --structured-outputs-config 选 xgrammar 并打开 disable_any_whitespace"),
    ),
    "a prompt sent twice is computed twice": (
        msg("同一段提示发两次就算两次"), msg("用 --enable-prefix-caching 启动，否则每个问题都要重算整段聊天"),
    ),
    "the server does not say how much of a prompt it had cached": (
        msg("服务器不说提示有多少来自缓存"), msg("用 --enable-prompt-tokens-details 启动"),
    ),
    "live requests cannot overtake others inside the server": (
        msg("实时请求在服务器里不能插队"), msg("用 --scheduling-policy priority 启动"),
    ),
    "the context is small": (msg("上下文太短"), msg("用 --max-model-len 8192 或更大启动")),
}  # fmt: skip


class Fact(NamedTuple):
    """One thing that was found out. `good`: None where it is neither good nor bad."""

    name: str
    value: str
    good: bool | None = None


class Wrong(NamedTuple):
    """What keeps a server from judging (well), and what to do."""

    what: str
    remedy: str


class ServerCard(NamedTuple):
    """One server. `failure`: what it said instead of an answer; `pause`: how it is left alone, and why."""

    base_url: str
    usable: bool
    facts: tuple[Fact, ...]
    problems: tuple[Wrong, ...]
    failure: str
    pause: str
    pause_why: str


@runtime_checkable
class Served(Protocol):
    """A judge with servers of its own."""

    async def servers(self, *, again: bool = False) -> "tuple[ServerCondition, ...]":
        """Each of them, looked at now."""
        ...


def served(judge: Judge | None) -> Served | None:
    """The judge that asks servers, be it behind a screen; None: there is none."""
    asked = judge.inner if isinstance(judge, ScreenedJudge) else judge
    return asked if isinstance(asked, Served) else None


def server_cards(found: "Iterable[ServerCondition]", zone: tzinfo, t: Translator) -> list[ServerCard]:
    """In the order in which the servers were set up."""
    return [_card(each, zone, t) for each in found]


def own_facts(judge: Judge | None, t: Translator) -> list[Fact]:
    """Of a judge inside this process."""
    if not isinstance(judge, BaselineJudge):
        return []
    models = judge.models
    trusted = sum(each.trusted for each in models.acts.values())
    return [
        Fact(t("模型"), models.version),
        Fact(t("能回答"), t("{trusted} / {total} 种行为；其余标注太少或不够准，拒答", trusted=trusted, total=len(models.acts))),
        Fact(t("学自"), ", ".join(sorted(models.fitted_on))),
    ]  # fmt: skip


def _card(found: "ServerCondition", zone: tzinfo, t: Translator) -> ServerCard:
    paused, able = found.paused, found.capability
    return ServerCard(
        base_url=found.base_url, usable=found.usable and paused is None,
        facts=() if able is None else tuple(_facts(able, zone, t)),
        problems=() if able is None else tuple(_wrong(each, t) for each in able.problems),
        failure=found.failure or "",
        pause=_pause(paused, t), pause_why="" if paused is None else paused.why,
    )  # fmt: skip


def _pause(paused: Paused | None, t: Translator) -> str:
    if paused is None:
        return ""
    rest = span(paused.retry_in, t)
    return t("连续失败 {failures} 次，{span} 后再试", failures=paused.failures, span=rest)


def _facts(able: "Capability", zone: tzinfo, t: Translator) -> Iterable[Fact]:
    unknown = t("不知道")
    yield Fact(t("模型"), able.model)
    yield Fact(t("服务器版本"), able.server or unknown)
    yield Fact(
        t("怎样判定"),
        t(_DECIDE_BY[able.decide_by]) if able.decide_by else t("没有办法"),
        bool(able.decide_by),
    )
    context = unknown if able.context is None else t("{tokens} 个词元", tokens=f"{able.context:,}")
    yield Fact(t("上下文长度"), context)
    yield _yes_or_no(t("对数概率"), able.logprobs, t)
    yield _yes_or_no(t("指定词的对数概率"), bool(able.label_ids), t)
    share = able.prefix_cache
    told = unknown if share is None else t("重复的提示有 {share} 不再计算", share=f"{share:.0%}")
    yield Fact(t("前缀缓存"), told, None if share is None else share >= 0.5)
    yield _yes_or_no(t("强制输出结构"), able.structured_output, t)
    yield _yes_or_no(t("关得掉思考"), able.thinking_off, t)
    yield _yes_or_no(t("替别人分词"), able.tokenizer, t)
    yield _yes_or_no(t("实时请求可插队"), able.priorities, t)
    yield Fact(t("探测时间"), unknown if able.probed_at is None else moment(able.probed_at, zone))


def _yes_or_no(name: str, value: bool | None, t: Translator) -> Fact:
    return Fact(name, t("不知道") if value is None else t("是") if value else t("否"), value)


def _wrong(problem: "Problem", t: Translator) -> Wrong:
    if t.code == "en" or problem.what not in PROBLEMS:
        return Wrong(problem.what, problem.remedy)
    what, remedy = PROBLEMS[problem.what]
    return Wrong(t(what), t(remedy))
