"""Drafts over stored sessions."""

from fastapi import APIRouter, Request, Response

from api.auth import Configurer
from api.errors import ParameterInvalid
from api.examples import trust as examples_trust
from api.inspecting import replaying
from api.inspecting.replaying import MOST_WHILE_WAITING, DraftReplay
from api.rest.openapi import problems, returns, takes
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.service import UsesService
from calibration.replay import Replay

router = APIRouter(prefix="/v1", tags=["calibration"])


@router.post(
    "/replays",
    summary="Try drafts on stored sessions",
    openapi_extra=takes(
        DraftReplay,
        {"a rule": examples_trust.RULE_DRAFT, "a profile": examples_trust.PROFILE_DRAFT},
        lines=False,
    ),
    responses=returns(Replay, examples_trust.REPLAY) | problems(400, 415, 422),
)
async def replay_drafts(request: Request, service: UsesService, _: Configurer) -> Response:
    """Draft rules or a profile over the newest sessions, beside what is published: hits that come and go, with
    their quotes, and what that does to agents' scores. Nothing is kept.
    """
    draft = await read_value(request, DraftReplay)
    if draft.limit > MOST_WHILE_WAITING:
        expected = f"expected at most {MOST_WHILE_WAITING}: `POST /v1/studies/replays` takes more"
        raise ParameterInvalid("limit", expected)
    return reply(await replaying.replay(service, draft))
