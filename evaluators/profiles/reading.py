"""From a file, a name or a JSON document to a `Profile` with everything it builds on."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.profiles.documents import ROOT, Layer, Profile, ProfileDocument, ProfileSource, Table
from evaluators.profiles.problems import FieldProblem, did_you_mean, field_problem, invalid

FOLDER = Path(__file__).parent.parent / "profile_files"
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


def profile_names() -> tuple[str, ...]:
    """The built-in profiles."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def built_in(name: str) -> ProfileSource:
    """The document of a built-in profile. Raises `ProfileNotFound`."""
    names = profile_names()
    if name not in names:
        hint = did_you_mean(name, names)
        raise ProfileNotFound(f"{name}: no profile of that name{hint or '.'} Known: {', '.join(names)}")
    return _file(FOLDER / f"{name}.toml")


def load_profile(name_or_path: str | Path) -> Profile:
    """A built-in profile by its name, or a `.toml` or `.json` file.

    The `base` of a file is a built-in name or a `.toml` file beside it.
    Raises `ProfileNotFound` and `ProfileInvalid`.
    """
    path = Path(name_or_path)
    if path.suffix not in (".toml", ".json"):
        return resolve_profile(built_in(str(name_or_path)))

    def beside(name: str) -> ProfileSource:
        neighbour = path.parent / f"{name}.toml"
        return _file(neighbour) if neighbour.exists() and name not in profile_names() else built_in(name)

    return resolve_profile(_file(path), beside)


def resolve_profile(source: ProfileSource, find: Callable[[str], ProfileSource] = built_in) -> Profile:
    """The profile of a document; `find` gives the documents of its bases and raises `ProfileNotFound`.

    Raises `ProfileInvalid` with file, line (TOML) and field. What needs the rules: `find_profile_problems`.
    """
    return _resolved(source, find, ())


def _resolved(source: ProfileSource, find: Callable[[str], ProfileSource], above: tuple[str, ...]) -> Profile:
    try:
        document = _document(_table(source))
        if document.name in above:
            cycle = " → ".join([*above, document.name])
            raise FieldProblem("base", f"expected a profile that does not lead back to itself: {cycle}")
    except FieldProblem as problem:
        raise invalid(source, problem) from problem
    base = None
    if document.name != ROOT:
        try:
            below = find(document.base)
        except ProfileNotFound as error:
            raise invalid(source, FieldProblem("base", str(error))) from error
        base = _resolved(below, find, (*above, document.name))
    # An explanation in the other language makes no other profile.
    told = msgspec.structs.replace(document, why_en="")
    content = msgspec.json.encode((base.version if base else None, told), order="deterministic")
    return Profile(document, source, base, f"sha256:{hashlib.sha256(content).hexdigest()}")


def _document(table: Table) -> ProfileDocument:
    _refuse_null(table, "")
    layers = table.get("layer", [])
    try:
        if isinstance(layers, list):
            for index, layer in enumerate(layers):
                _check_layer(layer, f"layer[{index}]")
        return msgspec.convert(table, ProfileDocument)
    except msgspec.ValidationError as error:
        raise field_problem(error, ProfileDocument.__struct_fields__) from error


def _check_layer(table: Any, place: str) -> None:
    try:
        layer = msgspec.convert(table, Layer)
    except msgspec.ValidationError as error:
        raise field_problem(error, Layer.__struct_fields__).under(place) from error
    if not (layer.shop or layer.group or layer.tier):
        raise FieldProblem(place, "expected at least one of shop, group, tier")


def _file(path: Path) -> ProfileSource:
    try:
        return ProfileSource(str(path), path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ProfileNotFound(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileInvalid(f"expected a readable UTF-8 file: {error}", path=str(path)) from error


def _table(source: ProfileSource) -> Table:
    if not isinstance(source.content, str):
        return source.content
    try:
        is_json = source.path.endswith(".json")
        table = json.loads(source.content) if is_json else _without_dates(tomllib.loads(source.content))
    except json.JSONDecodeError as error:
        raise ProfileInvalid(f"not valid JSON: {error.msg}", path=source.path, line=error.lineno) from error
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        reason = _AT_LINE.sub("", str(error))
        line = int(place[1]) if place else source.content.count("\n") + 1
        raise ProfileInvalid(f"not valid TOML: {reason}", path=source.path, line=line) from error
    if not isinstance(table, dict):
        raise ProfileInvalid("expected an object", path=source.path)
    return table


def _without_dates(value: Any) -> Any:
    """TOML has dates, JSON has not: one document for both."""
    if isinstance(value, dict):
        return {key: _without_dates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_dates(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _refuse_null(value: Any, place: str) -> None:
    if value is None:
        raise FieldProblem(place, "expected a value, got null; a rule's `unset` removes keys")
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_null(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_null(inner, f"{place}[{index}]")
