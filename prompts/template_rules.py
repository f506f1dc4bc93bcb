"""What the Jinja of a prompt may not do, found in its syntax tree before anything of it runs.

A prompt prints declared values and includes parts. It may not loop, branch, calculate, call, assign or
define: nothing in it can run long.
"""

from collections.abc import Iterator

from jinja2 import nodes

from prompts.errors import PromptInvalid

VARIABLES = ("id", "title", "who", "phrases")
REQUIRED = ("question", "hit", "no_hit", "not_applicable")
BLOCKS = (*REQUIRED, "examples")
FILTERS = ("join", "trim")
_ALLOWED = (
    nodes.Block,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.Include,
)
_WORDS: dict[type[nodes.Node], str] = {
    nodes.For: "a loop", nodes.Call: "a call", nodes.Macro: "a macro", nodes.If: "a condition",
    nodes.CondExpr: "a condition", nodes.Import: "an import", nodes.FromImport: "an import",
    nodes.Extends: "extends", nodes.Assign: "an assignment", nodes.AssignBlock: "an assignment",
    nodes.CallBlock: "a call", nodes.Getattr: "an attribute", nodes.Getitem: "an index",
    nodes.Test: "a test", nodes.FilterBlock: "a filter block", nodes.With: "an assignment",
}  # fmt: skip


def refusals(tree: nodes.Template, path: str) -> Iterator[PromptInvalid]:
    """Whatever the prompt file `path` may not do, in the order of its lines within each kind."""
    for node in tree.body:
        yield from _outside_blocks(node, path)
    for block in tree.find_all(nodes.Block):
        if block.name not in BLOCKS:
            message = f"no such block: there are {', '.join(BLOCKS)}"
            yield PromptInvalid(message, path=path, line=block.lineno, field=block.name)
        if any(block.find_all(nodes.Block)):
            yield PromptInvalid("has a block inside it", path=path, line=block.lineno, field=block.name)
    yield from code_refusals(tree, path)


def code_refusals(tree: nodes.Node, path: str) -> Iterator[PromptInvalid]:
    """Whatever in `tree` is more than text, declared values and fixed parts."""
    for node in tree.iter_child_nodes():
        reason = _refusal(node)
        if reason:
            yield PromptInvalid(reason, path=path, line=node.lineno)
        else:
            yield from code_refusals(node, path)


def _refusal(node: nodes.Node) -> str | None:
    if not isinstance(node, _ALLOWED):
        what = _WORDS.get(type(node), type(node).__name__)
        return f"{what} is not allowed: a prompt prints declared values and includes parts"
    if isinstance(node, nodes.Name) and node.name not in VARIABLES:
        return f"undeclared variable {node.name!r}: there are {', '.join(VARIABLES)}"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"filter {node.name!r} is not allowed: there are {', '.join(FILTERS)}"
    if isinstance(node, nodes.Include) and not (
        isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
    ):
        return "an include names one part in quotes"
    return None


def _outside_blocks(node: nodes.Node, path: str) -> Iterator[PromptInvalid]:
    """Jinja prints it, but nobody reads it: only the blocks are rendered."""
    pieces = node.nodes if isinstance(node, nodes.Output) else [node]
    for piece in pieces:
        if isinstance(piece, nodes.Block):
            continue
        line = piece.lineno
        if isinstance(piece, nodes.TemplateData):
            text = piece.data.lstrip()
            if not text:
                continue
            line += piece.data.count("\n", 0, len(piece.data) - len(text))
        yield PromptInvalid("text outside the blocks is never read", path=path, line=line)
