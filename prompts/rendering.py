"""What a judge is sent, in both layouts, from one wording per rule.

Rulebook: `rulebook(prompts)` as instructions (one prefix for every session), the transcript, then for each
question only its `pointer`. Transcript first: `instructions()`, the transcript, then `single(prompt)`.
"""

from collections.abc import Iterable

from prompts.labels import LABEL_MEANINGS, LABEL_WORDS, WHO
from prompts.prompt_file import Prompt
from prompts.templates import layout, render_blocks
from prompts.transcript import BEGIN, END, Line, shown_text, transcript

__all__ = [
    "Line", "explanation", "instructions", "pointer", "rulebook", "shown_text", "single", "transcript",
    "wording",
]  # fmt: skip


def instructions() -> str:
    """How to judge, without any rule: who the judge is, how to read the transcript, what the labels mean."""
    return layout("inspector", begin=BEGIN, end=END, labels=LABEL_WORDS, meanings=LABEL_MEANINGS)


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


def explanation(prompt: Prompt) -> str:
    """What follows the transcript when the messages and the reason are asked for, in that order."""
    return layout("explain", wording=wording(prompt), who=WHO[prompt.by], labels=LABEL_WORDS)
