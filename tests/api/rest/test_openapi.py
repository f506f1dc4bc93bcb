"""The OpenAPI document: complete, with examples that are what they are examples of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api import rest_docs
from api.examples import reading as examples_read
from api.examples import sessions as examples
from evaluators.sessions import convert_session
from evaluators.types import Event, Message, Outcome, Scorecard
from storage.inspections import StoredInspection
from tests.api.client import openapi_document
from tests.api.json_schema import Mismatch, check

DOCUMENT = openapi_document()
_METHODS = {"get", "put", "post", "delete", "patch"}


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, operations in DOCUMENT["paths"].items():
        for method in sorted(_METHODS & set(operations)):
            yield f"{method} {path}", operations[method]


OPERATIONS = [pytest.param(name, operation, id=name) for name, operation in _operations()]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_every_reference_leads_somewhere() -> None:
    names = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(_references(DOCUMENT)) <= names


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_an_operation_says_what_it_does_and_shows_it(name: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert len(operation["description"]) > 20, name
    assert operation["tags"], name
    done = [code for code in operation["responses"] if code.startswith("2")]
    assert len(done) == 1, name
    for media_type, content in operation["responses"][done[0]]["content"].items():
        assert "example" in content, f"{name}: no example of {media_type}"
        if media_type != "text/plain":
            check(content["schema"], content["example"], DOCUMENT)
    for code, response in operation["responses"].items():
        if code[0] in "45" and code != "503":
            assert list(response["content"]) == ["application/problem+json"], (name, code)


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_a_body_is_shown_by_examples_that_fit(name: str, operation: dict[str, Any]) -> None:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type != "application/json":
            continue
        shown = [each["value"] for each in content.get("examples", {}).values()]
        assert shown, name
        for example in shown:
            check(content["schema"], example, DOCUMENT)


def test_examples_decode_into_the_types_of_the_contract() -> None:
    session = convert_session(examples.SESSION)
    texts = {message.message_id: message.text for message in session.messages}
    outcome = msgspec.convert(examples.OUTCOME, Outcome)
    for quoted in outcome.evidence:
        assert texts[quoted.message_id][quoted.start : quoted.end] == quoted.quote
    card = msgspec.convert(examples.SCORECARD, Scorecard)
    assert card.score == sum(line["points"] for line in examples.ARITHMETIC)  # type: ignore[misc]
    msgspec.convert(examples.LATE_MESSAGE, Message)
    msgspec.convert([examples.RATING, examples.END], list[Event])
    msgspec.convert(examples_read.STORED_INSPECTION, StoredInspection)


def test_the_shapes_of_the_contract_are_there_once() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert {"ChatSession", "Message", "Outcome", "Scorecard", "Evidence", "Problem"} <= set(schemas)
    assert not {name for name in schemas if name.endswith(("-Input", "-Output")) or "__" in name}


def test_the_checker_of_these_tests_does_find_mistakes() -> None:
    wrong = examples.OUTCOME | {"verdict": "maybe"}
    with pytest.raises(Mismatch, match="verdict"):
        check({"$ref": "#/components/schemas/Outcome"}, wrong, DOCUMENT)
    with pytest.raises(Mismatch, match="surprise"):
        check({"$ref": "#/components/schemas/Outcome"}, examples.OUTCOME | {"surprise": 1}, DOCUMENT)
    with pytest.raises(Mismatch, match="rule_id"):
        check({"$ref": "#/components/schemas/Outcome"}, {"session_id": "s"}, DOCUMENT)


def test_the_page_about_the_service_is_up_to_date() -> None:
    page = (Path(__file__).parents[3] / "docs" / "rest.md").read_text(encoding="utf-8")
    assert rest_docs.filled(page) == page, "./dev docs"


def test_a_page_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="operations"):
        rest_docs.filled("nothing generated here")
