"""What agents may appeal against: faults, red lines and alerts. Praise is theirs to enjoy."""

from collections.abc import Iterable

from msgspec.structs import replace

from api.errors import PraiseUnappealable
from api.routes.labels import rule_id_of
from api.service import Service
from evaluators.grammar.kinds import Rule
from storage.appeals import OwnHit


def is_praise(rule: Rule | None) -> bool:
    """Whether a hit earns points. A rule without points only alerts; one that is not in the catalogue is no praise."""
    return rule is not None and (rule.score or 0) > 0 and not rule.red_line


def appealable(service: Service, name: str) -> str:
    """The id of a rule, given by id or R-number. Raises `PraiseUnappealable`."""
    rule_id = str(rule_id_of(service, name))
    if rule_id in praising(service):
        raise PraiseUnappealable
    return rule_id


def without_appeals_against_praise(service: Service, found: Iterable[OwnHit]) -> tuple[OwnHit, ...]:
    """The same hits; those of praise say that no appeal is possible."""
    praise = praising(service)
    return tuple(
        replace(each, appeal_until=None) if each.outcome.rule_id in praise else each for each in found
    )


def praising(service: Service) -> frozenset[str]:
    """Ids of the rules that praise."""
    return frozenset(rule.id for rule in service.inspector.catalogue.rules if is_praise(rule))
