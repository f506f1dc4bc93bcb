"""What is decided about the trust in a rule: what a change was, its stage, its certificates."""

from fastapi import APIRouter, Request, Response

from api import staging
from api.auth import Configurer, Reader
from api.certifying import certify
from api.errors import ParameterInvalid
from api.examples import review as examples_review
from api.examples import trust as examples_trust
from api.rest.openapi import problems, returns, takes
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.routes.labels import known_rule
from api.schemas.review import ChangeOfRule
from api.schemas.trust import ExpiredCertificate, NewCertificate, StageChange
from api.service import UsesService
from storage import labels
from storage.automation import ending
from storage.labels import RuleChange, StaleLabels
from storage.trust import certificates, stages
from storage.trust.certificates import Certificate
from storage.trust.stages import RuleStage

router = APIRouter(prefix="/v1/calibration", tags=["calibration"])


@router.get(
    "/rules/{rule}/changes",
    summary="What changes of a rule were",
    responses=returns(tuple[RuleChange, ...], [examples_review.RULE_CHANGE]) | problems(422),
)
async def list_changes(rule: str, service: UsesService, _: Reader) -> Response:
    """Newest first: of meaning or of wording, by whom and why."""
    async with service.database.reading() as db:
        return reply(await labels.changes(db, known_rule(service, rule)))


@router.post(
    "/rules/{rule}/changes",
    summary="Say what a change of a rule was",
    openapi_extra=takes(ChangeOfRule, {"of meaning": examples_review.RULE_CHANGE_REQUEST}, lines=False),
    responses=returns(RuleChange, examples_review.RULE_CHANGE) | problems(400, 409, 415, 422),
)
async def record_change(rule: str, request: Request, service: UsesService, caller: Configurer) -> Response:
    """Of `meaning`: labels given before are stale. Of `wording`: they still hold. Said once, with a reason."""
    given = await read_value(request, ChangeOfRule)
    if not given.reason.strip():
        raise ParameterInvalid("reason", "expected one: others rely on it")
    rule_id = known_rule(service, rule)
    async with service.database.transaction() as db:
        made = await labels.record_change(
            db, rule_id, from_version=given.from_version,
            to_version=given.to_version or service.inspector.catalogue.rule_versions[rule_id],
            kind=given.kind, author=caller.name, reason=given.reason,
        )  # fmt: skip
    return reply(made)


@router.get(
    "/rules/{rule}/stale",
    summary="Labels that a change of meaning has left behind",
    responses=returns(StaleLabels, examples_review.STALE_LABELS) | problems(422),
)
async def read_stale(rule: str, service: UsesService, _: Reader) -> Response:
    """`look_again`: the smallest set of sessions to look at first; the others are judged as they were."""
    rule_id = known_rule(service, rule)
    async with service.database.reading() as db:
        version = service.inspector.catalogue.rule_versions[rule_id]
        return reply(await labels.stale(db, rule_id, version))


@router.get(
    "/rules/{rule}/stages",
    summary="The stages of a rule",
    responses=returns(tuple[RuleStage, ...], [examples_trust.RULE_STAGE]) | problems(422),
)
async def list_stages(rule: str, service: UsesService, _: Reader) -> Response:
    """Newest first, each with its reason and what was measured then. None: the defaults hold."""
    async with service.database.reading() as db:
        return reply(await stages.history(db, known_rule(service, rule)))


@router.post(
    "/rules/{rule}/stages",
    summary="Promote or demote a rule",
    openapi_extra=takes(StageChange, {"promote": examples_trust.STAGE_CHANGE}, lines=False),
    responses=returns(RuleStage, examples_trust.RULE_STAGE) | problems(400, 403, 409, 415, 422),
)
async def put_stage(rule: str, request: Request, service: UsesService, caller: Configurer) -> Response:
    """`shadow`: only watched. `manual`: a person first. `automatic`: by itself.

    Notifying by itself has to be earned: the lower bound of the measured precision must reach
    `MINGJIAN_AUTOMATIC_PRECISION`. Holds for inspections from now on; what was measured is kept with it.
    """
    given = await read_value(request, StageChange)
    rule_id = known_rule(service, rule)
    async with service.database.transaction() as db:
        return reply(await staging.change_stage(db, service, rule_id, given, caller))


@router.get(
    "/certificates",
    summary="Certificates",
    responses=returns(tuple[Certificate, ...], [examples_trust.CERTIFICATE]),
)
async def list_certificates(service: UsesService, _: Reader) -> Response:
    """Newest first, expired ones with their cause."""
    async with service.database.reading() as db:
        return reply(await certificates.listed(db))


@router.post(
    "/rules/{rule}/certificates",
    summary="Certify a rule",
    openapi_extra=takes(NewCertificate, {"95 % agreement": examples_trust.NEW_CERTIFICATE}, lines=False),
    responses=returns(Certificate, examples_trust.CERTIFICATE) | problems(400, 409, 415, 422),
)
async def issue_certificate(
    rule: str, request: Request, service: UsesService, caller: Configurer
) -> Response:
    """From which probability on the judge's verdicts agree with reviewers at the asked level, proven from the labels there
    are. From now on verdicts beyond it act as the stages say; the others wait for a person. Replaces the one before it.
    """
    given = await read_value(request, NewCertificate)
    rule_id = known_rule(service, rule)
    async with service.database.transaction() as db:
        made = await certify(db, service, rule_id, level=given.level, delta=given.delta, actor=caller.name)
    return reply(made)


@router.post(
    "/certificates/{certificate_id}/expire",
    summary="End a certificate",
    openapi_extra=takes(ExpiredCertificate, {"withdrawn": examples_trust.EXPIRED_CERTIFICATE}, lines=False),
    responses=returns(dict[str, bool], {"expired": True}) | problems(400, 404, 415, 422),
)
async def expire_certificate(
    certificate_id: str, request: Request, service: UsesService, caller: Configurer
) -> Response:
    """What was automatic of the rule is manual from then on. `expired` is false when it had ended already.

    Changes of rule, judge, or of what comes in end certificates by themselves.
    """
    given = await read_value(request, ExpiredCertificate)
    async with service.database.transaction() as db:
        certificate = await certificates.get(db, certificate_id)
        done = await ending.end(db, certificate, given.cause, actor=caller.name, detail=given.detail)
    return reply({"expired": done})
