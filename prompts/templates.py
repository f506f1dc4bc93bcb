"""Renders the Jinja blocks of a prompt file, and the frames they are put into."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from prompts.errors import PromptInvalid
from prompts.labels import WHO
from prompts.prompt_file import Prompt
from prompts.template_rules import BLOCKS, FILTERS, REQUIRED, code_refusals, refusals
from prompts.version import SHIPPED, Part

#: UTF-8 bytes that one block may print: what a rule costs every server is bounded.
BLOCK_CAP = 4096


class Blocks(Struct, frozen=True):
    """The rendered blocks of a prompt, each one line of text; `examples` may be empty."""

    question: str
    hit: str
    no_hit: str
    not_applicable: str
    examples: str = ""


def render_blocks(prompt: Prompt) -> Blocks:
    """The blocks of `prompt`. `PromptInvalid` names the file and line that may not be."""
    values = (
        ("id", prompt.asks), ("title", prompt.title), ("who", WHO[prompt.by]),
        ("phrases", prompt.settings.phrases),
    )  # fmt: skip
    return _render(prompt.wording, prompt.body, prompt.line, prompt.parts, values)


def layout(name: str, **values: object) -> str:
    """The shipped frame `shared/<name>.md.j2` with `values` put in; what they say is never a template."""
    return _layout(name).render(values).strip()


@lru_cache
def _layout(name: str) -> Template:
    # Kept: a pointer is rendered for every question, and looking whether the file changed costs more.
    return _sandbox(FileSystemLoader(SHIPPED)).get_template(f"shared/{name}.md.j2")


@lru_cache(maxsize=1024)
def _render(
    path: Path, body: str, line: int, parts: tuple[Part, ...], values: tuple[tuple[str, object], ...]
) -> Blocks:
    # A comment as long as the front matter: the line numbers of Jinja are those of the file.
    source = "{#" + "\n" * (line - 1) + "#}" + body
    known = {each.name: each for each in parts}
    sandbox = _sandbox(DictLoader({each.name: each.text for each in parts}))
    tree = _parsed(sandbox, source, str(path))
    _refuse(refusals(tree, str(path)))
    for name, lineno in _parts(tree).items():
        _check_part(name, lineno, sandbox, known, str(path))
    template = sandbox.from_string(source)
    context = template.new_context(dict(values))
    starts = {block.name: block.lineno for block in tree.find_all(nodes.Block)}
    texts = {
        name: _capped(template.blocks[name](context), str(path), start, name)
        for name, start in starts.items()
    }
    for name in REQUIRED:
        if not texts.get(name):
            where = starts.get(name, line)
            raise PromptInvalid("this block is missing or empty", path=str(path), line=where, field=name)
    return Blocks(**{name: texts[name] for name in BLOCKS if name in texts})


def _parsed(sandbox: Environment, source: str, path: str) -> nodes.Template:
    try:
        return sandbox.parse(source)
    except TemplateSyntaxError as error:
        raise PromptInvalid(error.message or "not a template", path=path, line=error.lineno) from error


def _refuse(problems: Iterable[PromptInvalid]) -> None:
    for problem in problems:
        raise problem


def _parts(tree: nodes.Template) -> dict[str, int]:
    """Each part the file includes, once, with a line that does."""
    includes = ((node.template, node.lineno) for node in tree.find_all(nodes.Include))
    return {name.value: lineno for name, lineno in includes if isinstance(name, nodes.Const)}


def _check_part(name: str, line: int, sandbox: Environment, parts: Mapping[str, Part], path: str) -> None:
    """A part obeys the rules of a prompt, and includes nothing: depth one bounds what including can do."""
    if name not in parts:
        raise PromptInvalid(f"no part {name!r}: it would be in shared/", path=path, line=line)
    part = str(parts[name].path)
    tree = _parsed(sandbox, parts[name].text, part)
    for nested in (*tree.find_all(nodes.Include), *tree.find_all(nodes.Block)):
        raise PromptInvalid("a part has no blocks and includes no parts", path=part, line=nested.lineno)
    _refuse(code_refusals(tree, part))


def _capped(pieces: Iterable[str], path: str, line: int, block: str) -> str:
    """One line of text. Counted while it is printed, so that it never becomes large first."""
    text, size = [], 0
    for piece in pieces:
        size += len(piece.encode())
        if size > BLOCK_CAP:
            message = f"renders more than {BLOCK_CAP} bytes"
            raise PromptInvalid(message, path=path, line=line, field=block)
        text.append(piece)
    # Authors wrap Chinese anywhere; no space belongs where a line was broken.
    return "".join(part.strip() for part in "".join(text).splitlines())


def _sandbox(parts: BaseLoader) -> Environment:
    """A sandbox in which undefined values are errors, nothing is global, and few filters exist."""
    sandbox = ImmutableSandboxedEnvironment(
        loader=parts, undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    allowed = {name: sandbox.filters[name] for name in FILTERS}
    sandbox.globals, sandbox.filters, sandbox.tests = {}, allowed, {}
    return sandbox
