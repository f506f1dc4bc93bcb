"""The grammar read from its own types: which keys a table has and what each expects."""

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from evaluators.grammar import kinds

KINDS: dict[str, type[Struct]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(kinds.Rule)
}  # fmt: skip
_PLAIN = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
_DURATION = get_args(kinds.Duration)[1].pattern
_RULE_ID = get_args(kinds.RuleId)[1].pattern
_PATTERNS = {
    _DURATION: "a duration such as 20s, 3m, 2h or 1d",
    _RULE_ID: "a name of lower-case letters, digits and underscores that starts with a letter",
    kinds.NUMBER: "an alias such as R05",
}


class GrammarField(Struct, frozen=True):
    """One key of a table of the grammar. `default` is None where the key is required or simply absent."""

    name: str
    annotation: Any
    required: bool
    default: Any
    description: str


def fields_of(table: type[Struct]) -> dict[str, GrammarField]:
    """The keys of `table` by the name a rule file uses, in the order of their declaration."""
    return {
        field.encode_name: GrammarField(
            field.encode_name, field.type, field.required,
            None if field.default is msgspec.NODEFAULT else field.default, _description(field.type),
        )
        for field in msgspec.structs.fields(table)
    }  # fmt: skip


def table_in(annotation: Any) -> type[Struct] | None:
    """The table that a value of this type is, or that its elements are."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation
    found = (table_in(part) for part in get_args(annotation) if not isinstance(part, Meta))
    return next((table for table in found if table is not None), None)


def choices_in(annotation: Any) -> tuple[str, ...]:
    """The words a closed list allows; empty if the type is no closed list."""
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    return tuple(choice for part in get_args(annotation) for choice in choices_in(part))


def expected(annotation: Any) -> str:
    """What may be written there, in words."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(parts[0], [part for part in parts[1:] if isinstance(part, Meta)])
    if origin is Literal:
        return "one of " + ", ".join(parts)
    if origin in (Union, UnionType):
        return _either([part for part in parts if part is not NoneType])
    if origin is tuple:
        return f"a list, each {expected(parts[0])}"
    table = table_in(annotation)
    return f"a table of kind {table.__name__}" if table else _PLAIN[annotation]


def _either(parts: list[Any]) -> str:
    if choices := tuple(choice for part in parts for choice in choices_in(part)):
        return "one of " + ", ".join(choices)
    return "a number" if parts == [float, int] or parts == [int, float] else " or ".join(map(expected, parts))


def _annotated(base: Any, metas: list[Meta]) -> str:
    for meta in metas:
        if meta.pattern in _PATTERNS:
            return _PATTERNS[meta.pattern]
    text = expected(base)
    lowest = next((meta.ge for meta in metas if meta.ge is not None), None)
    highest = next((meta.le for meta in metas if meta.le is not None), None)
    if lowest is not None:
        text += f" from {lowest} to {highest}" if highest is not None else f", at least {lowest}"
    return text + (", not empty" if any(meta.min_length for meta in metas) else "")


def _description(annotation: Any) -> str:
    """The last one wins: an alias such as Duration describes itself, the key that uses it says more."""
    metas = [part for part in get_args(annotation) if isinstance(part, Meta) and part.description]
    return str(metas[-1].description) if metas else ""
