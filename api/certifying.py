"""Certified automation: certificates given by what labels prove, and ended when what comes in is not like before."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.service import Service
from calibration import watching
from calibration.certifying import prove
from storage.automation import probabilities
from storage.trust import certificates
from storage.trust.certificates import Certificate


async def certify(
    db: AsyncSession, service: Service, rule_id: str, *, level: float | None, delta: float, actor: str
) -> Certificate:
    """A certificate for a rule as it is now. `level` None: that of the settings. Does not commit.

    Raises `CertificateNotEarned`.
    """
    version = service.inspector.catalogue.rule_versions[rule_id]
    wanted = service.settings.automatic_precision if level is None else level
    proof, reference = await prove(db, rule_id, version, level=wanted, delta=delta)
    made = await certificates.issue(
        db, rule_id, msgspec.to_builtins(proof), rule_version=version, judge_version=service.judge_identity, actor=actor
    )  # fmt: skip
    await watching.begin(db, made.certificate_id, reference)
    return made


async def watch_distributions(service: Service, *, actor: str) -> int:
    """Reads what judges told since; how many certificates ended. Each in a transaction of its own."""
    async with service.database.reading() as db:
        unread = await probabilities.unread(db)
        holding = await certificates.holding(db) if unread else {}
        held = [each for each in holding.values() if each.certificate_id in unread]
    ended = 0
    for each in held:
        async with service.database.transaction() as db:
            ended += await watching.go_on(db, each, actor=actor)
    return ended
