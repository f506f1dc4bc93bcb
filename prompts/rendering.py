"""What a judge is sent, in both layouts, from one wording per rule.

Rulebook: `rulebook(prompts)` as instructions (one prefix for every session), the transcript, then for each
question only its `pointer`. Transcript first: `instructions()`, the transcript, then `single(prompt)`.
Where the server itself lists the labels, the question is `choice(prompt)` or the bare `wording(prompt)`.
"""

from collections.abc import Iterable

from prompts.labels import (
    LABEL_MEANINGS,
    LABEL_WORDS,
    MOST_EVIDENCE,
    QUOTE_LENGTH,
    REASON_LENGTH,
    WHO,
)
from prompts.prompt_file import Prompt
from prompts.templates import layout, render_blocks
from prompts.transcript import BEGIN, END, Line, shown_text, transcript

__all__ = [
    "Line", "choice", "explanation", "instructions", "pointer", "rulebook", "shown_text", "single",
    "transcript", "wording",
]  # fmt: skip


def instructions() -> str:
    """How to judge, without any rule: who the judge is, how to read the transcript, what the labels mean."""
    return layout(
        "inspector", begin=BEGIN, end=END, labels=LABEL_WORDS, meanings=LABEL_MEANINGS,
        most=MOST_EVIDENCE, quote=QUOTE_LENGTH, reason=REASON_LENGTH,
    )  # fmt: skip


def rulebook(prompts: Iterable[Prompt]) -> str:
    """`instructions()` and the wording of every prompt, each question once, sorted by id.

    The same prompts give the same text whatever their order: it is a prefix worth caching.
    """
    wordings = {prompt.asks: wording(prompt) for prompt in prompts}
    return "\n\n".join((instructions(), *(wordings[asks] for asks in sorted(wordings))))


def wording(prompt: Prompt) -> str:
    """The rule as the rulebook prints it. `PromptInvalid` names the file and line of a bad template."""
    blocks = render_blocks(prompt)
    return layout(
        "wording", id=prompt.asks, title=prompt.title, who=WHO[prompt.by], question=blocks.question,
        hit=blocks.hit, no_hit=blocks.no_hit, not_applicable=blocks.not_applicable, examples=blocks.examples,
    )  # fmt: skip


def pointer(prompt: Prompt) -> str:
    """The question that goes with a rulebook: names the rule, repeats nothing of it."""
    return layout("pointer", id=prompt.asks, title=prompt.title, labels=LABEL_WORDS)


def single(prompt: Prompt) -> str:
    """What follows the transcript when one rule is asked on its own: its wording, then for one letter."""
    return layout("single", wording=wording(prompt), labels=LABEL_WORDS)


def choice(prompt: Prompt) -> str:
    """The pointer for a server that lists the labels and their words itself."""
    return layout("choice", id=prompt.asks, title=prompt.title)


def explanation(prompt: Prompt, *, in_rulebook: bool) -> str:
    """What follows the transcript when messages, reason and verdict are asked for; how is said in `instructions()`.

    A rule of the rulebook is only named.
    """
    return layout("explain", rule=_name(prompt) if in_rulebook else wording(prompt))


def _name(prompt: Prompt) -> str:
    return f"【{prompt.asks}】{prompt.title}（看{WHO[prompt.by]}）"
