"""As much of JSON Schema as our OpenAPI document uses, so that answers and examples can be held against it."""

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_KNOWN = {
    "$ref", "anyOf", "oneOf", "allOf", "type", "enum", "const", "properties", "required", "items", "prefixItems",
    "additionalProperties", "discriminator", "title", "description", "default", "format", "pattern", "minLength",
    "maxLength", "minimum", "exclusiveMinimum", "maximum", "minItems", "maxItems", "example", "examples",
}  # fmt: skip


class Mismatch(AssertionError):
    """A value is not as the schema says."""


def check(schema: dict[str, Any], value: Any, document: dict[str, Any], place: str = "$") -> None:
    """Raises `Mismatch` naming the place. An unknown keyword of the schema is a mismatch too."""
    unknown = set(schema) - _KNOWN
    if unknown:
        raise Mismatch(f"{place}: schema keywords {unknown} are not checked here")
    if "$ref" in schema:
        check(resolve(schema["$ref"], document), value, document, place)
        return
    _check_any(schema.get("anyOf") or schema.get("oneOf"), value, document, place)
    _check_value(schema, value, place)
    if isinstance(value, dict):
        _check_object(schema, value, document, place)
    for index, each in enumerate(value if isinstance(value, list) else ()):
        check(schema.get("items") or {}, each, document, f"{place}[{index}]")


def _check_value(schema: dict[str, Any], value: Any, place: str) -> None:
    if "type" in schema:
        _check_type(schema["type"], value, place)
    if "enum" in schema and value not in schema["enum"]:
        raise Mismatch(f"{place}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        raise Mismatch(f"{place}: {value!r} is not {schema['const']!r}")


def resolve(reference: str, document: dict[str, Any]) -> dict[str, Any]:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if part not in found:
            raise Mismatch(f"{reference} leads nowhere")
        found = found[part]
    return dict(found)


def _check_any(
    options: list[dict[str, Any]] | None, value: Any, document: dict[str, Any], place: str
) -> None:
    if options is None:
        return
    problems = []
    for option in options:
        try:
            check(option, value, document, place)
        except Mismatch as problem:
            problems.append(str(problem))
        else:
            return
    raise Mismatch(f"{place}: none of {len(options)} shapes: {problems}")


def _check_type(type_: str, value: Any, place: str) -> None:
    right = isinstance(value, _TYPES[type_])
    if isinstance(value, bool) and type_ in ("integer", "number"):
        right = False
    if not right:
        raise Mismatch(f"{place}: expected {type_}, got {value!r}")


def _check_object(
    schema: dict[str, Any], value: dict[str, Any], document: dict[str, Any], place: str
) -> None:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise Mismatch(f"{place}.{name}: required, but missing")
    others = schema.get("additionalProperties", True)
    for name, inner in value.items():
        if name in known:
            check(known[name], inner, document, f"{place}.{name}")
        elif others is False or (known and others is True and "additionalProperties" not in schema):
            raise Mismatch(f"{place}.{name}: not in the schema, which has {sorted(known)}")
        elif isinstance(others, dict):
            check(others, inner, document, f"{place}.{name}")
