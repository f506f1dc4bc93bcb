"""The table from error classes to HTTP statuses is complete, and every problem is explained."""

import importlib
import pkgutil
from collections.abc import Iterator

import api
import calibration
import evaluators
import prompts
import storage
from api.rest.problem_kinds import HTTP_KINDS, KINDS, explain_kinds
from prompts.errors import MingjianError
from tests.api.client import Client


def _leaves(error: type[MingjianError]) -> Iterator[type[MingjianError]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for each in below:
        yield from _leaves(each)


def _import_everything() -> None:
    for package in (api, calibration, evaluators, prompts, storage):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".versions." not in module.name and not module.name.endswith(("__main__", "migrations.env")):
                importlib.import_module(module.name)


def test_every_error_of_the_tree_has_a_status() -> None:
    _import_everything()
    ours = {error for error in _leaves(MingjianError) if not error.__module__.startswith("tests.")}
    missing = {error.__name__ for error in ours if error not in KINDS}
    assert not missing, f"say in api/rest/problem_kinds.py which HTTP status these are: {missing}"
    assert len(ours) > 20


def test_a_kind_is_told_apart_by_its_slug() -> None:
    kinds = [*KINDS.values(), *HTTP_KINDS.values()]
    by_slug = {kind.slug: kind for kind in kinds}
    assert all(by_slug[kind.slug] == kind for kind in kinds)
    assert len({kind.slug for kind in KINDS.values()}) == len(KINDS)


def test_every_kind_has_a_page(local: Client) -> None:
    for slug, (kind, _) in explain_kinds().items():
        page = local.get(f"/problems/{slug}").json()
        assert (page["title"], page["status"]) == (kind.title, kind.status)
        assert len(page["meaning"]) > 10


def test_a_method_that_is_not_supported_is_a_problem(local: Client) -> None:
    response = local.delete("/v1/sessions")
    assert (response.status_code, response.json()["type"]) == (405, "/problems/method-not-allowed")
    assert "Allow" in response.headers


def test_a_failure_of_the_service_tells_the_request_nothing_but_its_id(local: Client) -> None:
    service = local.app.state.service  # type: ignore[attr-defined]
    local.app.state.service = None  # type: ignore[attr-defined]
    response = local.get("/v1/jobs")
    local.app.state.service = service  # type: ignore[attr-defined]
    assert (response.status_code, response.json()["type"]) == (500, "/problems/internal")
    assert "NoneType" not in response.text
