"""Errors of what is kept: sessions, inspections, jobs, profiles, the database itself."""

from prompts.errors import FileError, MingjianError


class StorageError(MingjianError):
    """Something about stored data went wrong."""


class DatabaseUrlInvalid(StorageError):
    """The database URL cannot be used: expected sqlite:///path or postgresql://user@host/name."""


class DatabaseUnavailable(StorageError):
    """The database cannot be reached or is locked for too long."""


class SchemaOutdated(StorageError):
    """The database has another schema version than this release: run the migrations."""


class SessionNotFound(StorageError):
    """No session of that id (or no such revision of it)."""


class MessageConflict(StorageError):
    """A late message has the id of a stored one but other content."""


class InspectionNotFound(StorageError):
    """No inspection of that id, or the session was not inspected yet."""


class JobNotFound(StorageError):
    """No job of that id."""


class ProfileVersionNotFound(StorageError):
    """No such version of that profile."""


class ProfileConflict(StorageError):
    """The profile was changed by somebody else, or a pending version stands in the way."""


class PublicationNotFound(StorageError):
    """No such version of that text was published here."""


class PublicationConflict(StorageError):
    """The text was published by somebody else meanwhile."""


class CursorInvalid(StorageError):
    """The cursor does not belong to this query: start again without one."""


class IntakeError(FileError):
    """A file of sessions, or the mapping that describes it, cannot be used at all."""


class LabelInvalid(StorageError):
    """The label cannot be kept as it is. `field` names what is wrong."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: {expected}")


class LabelNotFound(StorageError):
    """No label of that id, or it is somebody else's."""


class LabelConflict(StorageError):
    """The label has been corrected or withdrawn already."""


class RuleChangeConflict(StorageError):
    """What that change of the rule was is on record already, and says otherwise."""


class PlanInvalid(StorageError):
    """The sampling plan cannot be drawn. `field` names what is wrong."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: {expected}")


class PlanKeyReused(StorageError):
    """Another sampling plan was drawn with that Idempotency-Key: take a new key for a new plan."""


class CaseNotFound(StorageError):
    """No review case of that id."""


class CaseNotHeld(StorageError):
    """The case is not reserved for this reviewer any more: take the next one."""


class VerdictWithheld(StorageError):
    """What was judged is not shown to reviewers who are still to judge it blind: decide the case first."""


class AnswerUnfit(StorageError):
    """That answer does not fit the case."""


class UndoRefused(StorageError):
    """There is no decision of this reviewer that can still be taken back."""


class HitNotFound(StorageError):
    """The latest inspection of the session has no such hit of this agent that counts."""


class AppealNotFound(StorageError):
    """No appeal of that id, or it is somebody else's."""


class RejectionUnexplained(StorageError):
    """An appeal is rejected with a reason in `note`: the agent reads it."""

    field = "note"


class AppealTooLate(StorageError):
    """The time in which this could be appealed against is over."""


class AppealConflict(StorageError):
    """The hit was acknowledged or appealed against already, or the appeal is decided for good."""


class DisagreementNotFound(StorageError):
    """Label and verdict do not differ there."""


class AlertNotFound(StorageError):
    """No alert of that id."""


class NotificationRouteNotFound(StorageError):
    """No notification route of that id."""


class NotificationRouteConflict(StorageError):
    """The notification route was changed by somebody else."""


class CertificateNotFound(StorageError):
    """No certificate of that id."""


class StageNotEarned(StorageError):
    """The measured precision does not carry that stage, or a judge decides and no certificate holds."""


class NoAnchors(StorageError):
    """No session is pinned as an anchor: there is nothing to judge again."""


class StudyNotFound(StorageError):
    """No study of that id."""


class StudyConflict(StorageError):
    """The study is in another state."""
