"""The generated parts of `docs/rest.md`: operations, settings, roles, problems (`./dev docs`)."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from api.app import create_app
from api.auth import SCOPES
from api.rest.openapi import TAGS
from api.rest.problem_kinds import explain_kinds
from api.settings import PREFIX, Settings

_METHODS = ("get", "put", "post", "delete")
_MARK = "<!-- generated: {name} -->\n{text}\n<!-- end -->"


def parts() -> dict[str, str]:
    """The generated parts by the name in their mark."""
    document = create_app(Settings()).openapi()
    return {
        "operations": _operations(document),
        "settings": _settings(),
        "roles": _roles(),
        "problems": _problems(),
    }


def filled(page: str) -> str:
    """The page with every generated part as it is now. Raises `ValueError` for a mark that is missing."""
    for name, text in parts().items():
        pattern = re.compile(_MARK.format(name=name, text="(?:.*?)"), re.DOTALL)
        found = pattern.search(page)
        if found is None:
            raise ValueError(f"docs/rest.md has no mark {name!r}")
        before, after = page[: found.start()], page[found.end() :]
        page = before + _MARK.format(name=name, text=text) + after
    return page


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(head), ("---",) * len(tuple(head)), *(tuple(row) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _operations(document: dict[str, Any]) -> str:
    tables = []
    for tag in TAGS:
        rows = [
            (f"`{method.upper()} {path}`", operation["summary"], _parameters(operation))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if method in _METHODS and tag["name"] in operation["tags"]
        ]
        tables.append(f"### {tag['name']}: {tag['description']}\n\n{_table(('', '', 'parameters'), rows)}\n")
    return "\n".join(tables)


def _parameters(operation: dict[str, Any]) -> str:
    return " ".join(f"`{each['name']}`" for each in operation.get("parameters", ()) if each["in"] == "query")


def _settings() -> str:
    rows = [
        (f"`{PREFIX}{name.upper()}`", _default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return _table(("variable", "default", "meaning"), rows)


def _default(value: Any) -> str:
    if value is None:
        return "none"
    return f"`{value}`" if isinstance(value, str | Path) else f"`{json.dumps(value)}`"


def _roles() -> str:
    return _table(("role", "may"), ((f"`{role}`", ", ".join(sorted(may))) for role, may in SCOPES.items()))


def _problems() -> str:
    kinds = sorted(explain_kinds().values(), key=lambda each: (each[0].status, each[0].slug))
    rows = ((str(kind.status), f"`/problems/{kind.slug}`", kind.title) for kind, _ in kinds)
    return _table(("status", "type", "title"), rows)
