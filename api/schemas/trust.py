"""Shapes of calibration and alerts that only the REST service has."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.inspecting.replaying import DraftReplay
from calibration.certifying import Decided
from calibration.replay import Replay
from calibration.reviewers import RuleAgreement
from calibration.statistics.certification import Threshold
from calibration.trust import Measured, SliceRate
from calibration.watching import StreamEvidence
from storage import alerts
from storage.trust import adjudication, certificates, drift, stages
from storage.trust.adjudication import WrongCounts
from storage.trust.certificates import Certificate
from storage.trust.stages import Purpose, Stage


class WrongSplit(WrongCounts, frozen=True, kw_only=True):
    """Disagreements of one rule by who was wrong. `bottleneck`: which of the three is certainly the most frequent; null while
    that is not clear. `waiting`: nobody has decided."""

    bottleneck: adjudication.Wrong | None


class RuleTrust(msgspec.Struct, frozen=True, kw_only=True):
    """How far a rule can be trusted as it is now. Only labels of versions that mean the same are used.

    `earned`: the stage of notification that its measured precision asks for next. `measured` null: no labels. `rate`:
    how often the behaviour really occurs, over the sessions asked for. `agreement`: of people with each other, the
    ceiling; for leads only. `stale`: labels that a change of meaning has left behind. `provable`: by verdict, from which
    confidence on the labels prove the agreement asked for, and how many verdicts that covers; empty where no label of a
    random draw has a probability beside it. `certificate`: the one that holds; `evidence`: of its test whether what comes
    in has changed.
    """

    rule_id: str
    number: str | None
    title: str
    rule_version: str
    notification: Stage
    earned: Stage
    scoring: Stage
    measured: Measured | None
    rate: SliceRate | None
    agreement: RuleAgreement | None
    stale: int
    wrong: WrongSplit | None
    provable: dict[Decided, Threshold]
    certificate: Certificate | None
    evidence: StreamEvidence | None


class StageChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage for a rule. `force`: although its measured precision does not carry it; needs the role admin."""

    purpose: Purpose
    stage: Stage
    reason: str
    force: bool = False


class AdjudicationRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was wrong in a disagreement."""

    inspection_id: str
    rule_id: str
    cause: adjudication.Wrong
    reason: str = ""


class NewCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be proven: agreement with reviewers of at least `level` (null: MINGJIAN_AUTOMATIC_PRECISION), with
    probability 1 - `delta`."""

    level: Annotated[float, Meta(ge=0.5, le=0.999)] | None = None
    delta: Annotated[float, Meta(gt=0, le=0.2)] = 0.05


class ExpiredCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a certificate does not hold any more."""

    cause: Literal["distribution_changed", "withdrawn"]
    detail: str = ""


#: What the OpenAPI document lists of trust and alerts.
SHAPES = (
    RuleTrust, SliceRate, StageChange, AdjudicationRequest, NewCertificate, ExpiredCertificate,
    stages.RuleStage, certificates.Certificate, adjudication.Disagreement, adjudication.Adjudication,
    WrongSplit, alerts.Alert, DraftReplay, Replay,
    drift.Anchor, drift.DriftRun,
)  # fmt: skip
