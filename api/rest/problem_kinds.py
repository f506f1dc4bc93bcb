"""Which HTTP status and which title each error of the tree has. One table; a test walks the tree."""

from typing import NamedTuple

from api import errors as own
from api.judging import judges
from calibration import errors as measured
from evaluators import errors as domain
from evaluators.profiles import problems as parts
from prompts import errors as prompts
from prompts.errors import MingjianError
from storage import errors as kept
from storage.intake import records


class ProblemKind(NamedTuple):
    """`slug` makes the type `/problems/<slug>`; `title` is the same for every occurrence."""

    status: int
    slug: str
    title: str


#: Every leaf of the error tree (a test walks it). An error that only a command raises is 500 here.
KINDS: dict[type[MingjianError], ProblemKind] = {
    own.KeyMissing: ProblemKind(401, "key-missing", "An API key is required"),
    own.KeyUnknown: ProblemKind(401, "key-unknown", "The API key is not known"),
    own.ScopeMissing: ProblemKind(403, "scope-missing", "The API key may not do this"),
    own.HostNotAllowed: ProblemKind(421, "host-not-allowed", "The service does not answer to this host name"),
    own.PraiseUnappealable: ProblemKind(422, "praise-unappealable", "There is no appeal against praise"),
    own.FormForeign: ProblemKind(403, "form-foreign", "The form comes from elsewhere"),
    own.TooManyWatchers: ProblemKind(503, "too-many-watchers", "Too many pages follow the service"),
    own.MessageMissing: ProblemKind(500, "message-missing", "A text has no English"),
    own.BodyInvalid: ProblemKind(400, "body-invalid", "The body cannot be read"),
    own.BodyTooLarge: ProblemKind(413, "body-too-large", "The body is too large"),
    own.MediaTypeUnsupported: ProblemKind(415, "media-type-unsupported", "The body has the wrong media type"),
    own.ParameterInvalid: ProblemKind(422, "parameter-invalid", "A parameter cannot be used"),
    own.ProfileRejected: ProblemKind(422, "profile-rejected", "The profile cannot be used"),
    own.RecordsRejected: ProblemKind(422, "records-rejected", "No record can be used"),
    own.SettingsInvalid: ProblemKind(500, "settings-invalid", "The service is set up wrongly"),
    own.LibraryMissing: ProblemKind(500, "library-missing", "The service is set up wrongly"),
    own.KeysInvalid: ProblemKind(500, "keys-invalid", "The file of API keys cannot be used"),
    own.NotOpenBeyondLoopback: ProblemKind(500, "not-open-beyond-loopback", "The service needs API keys"),
    domain.SessionInvalid: ProblemKind(422, "session-invalid", "The session does not have the agreed shape"),
    domain.RuleInvalid: ProblemKind(500, "rule-invalid", "A rule file cannot be used"),
    domain.ProfileInvalid: ProblemKind(422, "profile-invalid", "The profile cannot be used"),
    domain.RuleNotFound: ProblemKind(404, "rule-not-found", "No such rule"),
    domain.JudgeUnusable: ProblemKind(503, "judge-unusable", "The judge cannot be asked"),
    domain.ProfileNotFound: ProblemKind(404, "profile-not-found", "No such profile"),
    kept.SessionNotFound: ProblemKind(404, "session-not-found", "No such session"),
    kept.InspectionNotFound: ProblemKind(404, "inspection-not-found", "No such inspection"),
    kept.JobNotFound: ProblemKind(404, "job-not-found", "No such job"),
    kept.StudyNotFound: ProblemKind(404, "study-not-found", "No such study"),
    kept.StudyConflict: ProblemKind(409, "study-conflict", "The study is in another state"),
    kept.ProfileVersionNotFound: ProblemKind(
        404, "profile-version-not-found", "No such version of the profile"
    ),
    kept.MessageConflict: ProblemKind(409, "message-conflict", "The message is known with other content"),
    kept.ProfileConflict: ProblemKind(409, "profile-conflict", "The profile has changed meanwhile"),
    kept.PublicationNotFound: ProblemKind(404, "publication-not-found", "No such version of the text"),
    kept.PublicationConflict: ProblemKind(409, "publication-conflict", "The text was published meanwhile"),
    own.PublicationUnusable: ProblemKind(503, "publication-unusable", "A published text cannot be used"),
    kept.CursorInvalid: ProblemKind(422, "cursor-invalid", "The cursor cannot be used"),
    kept.LabelInvalid: ProblemKind(422, "label-invalid", "The label cannot be kept"),
    kept.LabelNotFound: ProblemKind(404, "label-not-found", "No such label"),
    kept.LabelConflict: ProblemKind(409, "label-conflict", "The label has been corrected already"),
    kept.RuleChangeConflict: ProblemKind(409, "rule-change-conflict", "The change is on record otherwise"),
    kept.PlanInvalid: ProblemKind(422, "plan-invalid", "The sampling plan cannot be drawn"),
    kept.PlanKeyReused: ProblemKind(409, "plan-key-reused", "The key belongs to another sampling plan"),
    kept.CaseNotFound: ProblemKind(404, "case-not-found", "No such review case"),
    kept.CaseNotHeld: ProblemKind(409, "case-not-held", "The case is not reserved for you any more"),
    kept.VerdictWithheld: ProblemKind(403, "verdict-withheld", "You are still to judge this session blind"),
    kept.AnswerUnfit: ProblemKind(422, "answer-unfit", "The answer does not fit the case"),
    kept.UndoRefused: ProblemKind(409, "undo-refused", "Nothing can be taken back"),
    kept.HitNotFound: ProblemKind(404, "hit-not-found", "No such hit"),
    kept.AppealNotFound: ProblemKind(404, "appeal-not-found", "No such appeal"),
    kept.RejectionUnexplained: ProblemKind(422, "rejection-unexplained", "The rejection needs a reason"),
    kept.AppealTooLate: ProblemKind(409, "appeal-too-late", "The time for an appeal is over"),
    kept.AppealConflict: ProblemKind(409, "appeal-conflict", "The appeal is not possible any more"),
    kept.DisagreementNotFound: ProblemKind(404, "disagreement-not-found", "Nothing to adjudicate"),
    kept.NotificationRouteConflict: ProblemKind(
        409, "notification-route-conflict", "The notification route has changed meanwhile"
    ),
    kept.NotificationRouteNotFound: ProblemKind(
        404, "notification-route-not-found", "No such notification route"
    ),
    kept.AlertNotFound: ProblemKind(404, "alert-not-found", "No such alert"),
    kept.CertificateNotFound: ProblemKind(404, "certificate-not-found", "No such certificate"),
    kept.StageNotEarned: ProblemKind(409, "stage-not-earned", "The rule has not earned that stage"),
    kept.NoAnchors: ProblemKind(409, "no-anchors", "No session is an anchor"),
    kept.DatabaseUnavailable: ProblemKind(503, "database-unavailable", "The database cannot be reached"),
    kept.SchemaOutdated: ProblemKind(503, "schema-outdated", "The database has another version"),
    kept.DatabaseUrlInvalid: ProblemKind(500, "database-url-invalid", "The database is set up wrongly"),
    parts.FieldProblem: ProblemKind(422, "profile-field-invalid", "A field of the profile cannot be used"),
    records.PartInvalid: ProblemKind(422, "session-part-invalid", "A part of the session cannot be used"),
    measured.EvalSetInvalid: ProblemKind(422, "eval-set-invalid", "The eval set cannot be used"),
    measured.EvalSetNotFound: ProblemKind(404, "eval-set-not-found", "No such eval set"),
    measured.RunInvalid: ProblemKind(422, "run-invalid", "The report of a run cannot be used"),
    measured.LabelsInvalid: ProblemKind(422, "labels-invalid", "The labels cannot be used"),
    measured.SplitImpossible: ProblemKind(422, "split-impossible", "The set cannot be divided"),
    measured.GateUndecided: ProblemKind(
        500, "gate-undecided", "The runs do not say whether the change may pass"
    ),
    measured.CertificateNotEarned: ProblemKind(409, "certificate-not-earned", "The labels do not prove it"),
    measured.WordingFixed: ProblemKind(422, "wording-fixed", "The prompt cannot be reworded"),
    measured.BudgetTooSmall: ProblemKind(422, "budget-too-small", "The budget of tokens is too small"),
    measured.OptimiserMissing: ProblemKind(500, "optimiser-missing", "The service is set up wrongly"),
    judges.JudgeNotAvailable: ProblemKind(500, "judge-not-available", "The service is set up wrongly"),
    kept.IntakeError: ProblemKind(422, "file-invalid", "The file of sessions cannot be used"),
    prompts.PromptInvalid: ProblemKind(500, "prompt-invalid", "A prompt file cannot be used"),
}
#: What starlette and FastAPI raise themselves.
HTTP_KINDS: dict[int, ProblemKind] = {
    404: ProblemKind(404, "not-found", "Nothing is here"),
    405: ProblemKind(405, "method-not-allowed", "The method is not supported here"),
    413: KINDS[own.BodyTooLarge],
    422: ProblemKind(422, "request-invalid", "The request does not have the agreed shape"),
    500: ProblemKind(500, "internal", "The service failed"),
}


def explain_kinds() -> dict[str, tuple[ProblemKind, str]]:
    """Every kind by its slug, with what it means."""
    told = {kind.slug: (kind, (error.__doc__ or "").strip()) for error, kind in KINDS.items()}
    return {kind.slug: (kind, kind.title) for kind in HTTP_KINDS.values()} | told


def find_kind(error: MingjianError) -> ProblemKind:
    """The kind of the error's class, else of the nearest class above it."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    return HTTP_KINDS[500]
