"""All prompts of a folder by id.

Loading the shipped prompts imports no Jinja: whoever only needs the rule documents in the front matter does
not pay for templates. The files of a user are checked when they are loaded; ours are checked by our tests.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from prompts.errors import PromptInvalid
from prompts.prompt_file import SUFFIX, Prompt, Settings, read_prompt
from prompts.version import SHIPPED

__all__ = ["Prompt", "Settings", "find_prompt_problems", "laid_over", "load_prompts"]


def load_prompts(
    folder: Path | None = None, *, lenders: Mapping[str, Prompt] | None = None
) -> dict[str, Prompt]:
    """All prompts of `folder` (None: the shipped ones) by id.

    Prompt files are `*.md.j2` in `folder`, `folder/rules` and `folder/signals`; parts they include are in
    `folder/shared` or are shipped. `lenders`: whose wordings they may borrow beside each other's (None: the shipped
    ones). Raises `PromptInvalid` for the first file that cannot be used.
    """
    prompts, problems = _load(folder or SHIPPED, lenders)
    if folder is not None and not problems:
        problems = _template_problems(prompts)
    if problems:
        raise problems[0]
    return prompts


def laid_over(base: Mapping[str, Prompt], own: Mapping[str, Prompt]) -> dict[str, Prompt]:
    """`own` in the place of those of the same id in `base`. Who borrows a wording borrows what is there then.

    Raises `PromptInvalid` where it is lent no longer.
    """
    found = {**base, **own}
    borrowers = [each for each in found.values() if each.asks != each.id]
    return found | {each.id: _with_wording(each, found) for each in borrowers}


def find_prompt_problems(
    folder: Path | None = None, *, lenders: Mapping[str, Prompt] | None = None
) -> list[PromptInvalid]:
    """Everything that is wrong with the prompt files of `folder` (None: the shipped ones), templates too."""
    prompts, problems = _load(folder or SHIPPED, lenders)
    return problems + _template_problems(prompts)


def _load(
    folder: Path, lenders: Mapping[str, Prompt] | None
) -> tuple[dict[str, Prompt], list[PromptInvalid]]:
    prompts: dict[str, Prompt] = {}
    problems: list[PromptInvalid] = []
    for path in _files(folder):
        try:
            prompt = read_prompt(path, folder)
            if prompt.id in prompts:
                raise PromptInvalid(f"{prompts[prompt.id].path} has the same id", path=str(path), field="id")
            prompts[prompt.id] = prompt
        except PromptInvalid as problem:
            problems.append(problem)
    # A rule may only borrow what could be read: with a problem open, the lender may be the file in question.
    borrowers = [] if problems else [each for each in prompts.values() if each.asks != each.id]
    if borrowers and folder != SHIPPED:
        lenders = {**(load_prompts() if lenders is None else lenders), **prompts}
    for prompt in borrowers:
        try:
            prompts[prompt.id] = _with_wording(prompt, lenders or prompts)
        except PromptInvalid as problem:
            problems.append(problem)
    return prompts, problems


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise PromptInvalid("no such folder", path=str(folder))
    for place in (folder, folder / "rules", folder / "signals"):
        yield from sorted(place.glob(f"*{SUFFIX}"))


def _with_wording(prompt: Prompt, lenders: Mapping[str, Prompt]) -> Prompt:
    lender = lenders.get(prompt.asks)
    if lender is None or not lender.body.strip():
        message = f"the file has no blocks, and there is no prompt {prompt.asks!r} to borrow them from"
        raise PromptInvalid(message, path=str(prompt.path), line=prompt.line, field="behaviour.act")
    return msgspec.structs.replace(
        prompt, title=lender.title, by=lender.by, settings=lender.settings, wording=lender.wording,
        body=lender.body, line=lender.line, parts=lender.parts, version=lender.version,
    )  # fmt: skip


def _template_problems(prompts: dict[str, Prompt]) -> list[PromptInvalid]:
    # Here, not above: reading rule documents must not pay for Jinja.
    from prompts.templates import render_blocks

    problems = []
    for prompt in prompts.values():
        if prompt.asks == prompt.id:
            try:
                render_blocks(prompt)
            except PromptInvalid as problem:
                problems.append(problem)
    return problems
