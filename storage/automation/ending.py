"""What the end of a certificate brings with it: the rule goes back to people, the reason is on record, leads are told."""

from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from storage import alerts
from storage.alerts import NewAlert
from storage.instants import utc_now
from storage.trust import certificates, stages
from storage.trust.certificates import Certificate
from storage.trust.stages import DEFAULTS

EndCause = Literal["rule_changed", "judge_changed", "distribution_changed", "withdrawn"]
#: For the alert and the reason of the stage: alerts are read by leads, in Chinese.
_WORDS: dict[EndCause, str] = {
    "rule_changed": "规则改了", "judge_changed": "判断器换了", "distribution_changed": "来的会话变了", "withdrawn": "被撤回",
}  # fmt: skip


async def end(
    db: AsyncSession,
    certificate: Certificate,
    cause: EndCause,
    *,
    actor: str,
    detail: str = "",
    now: datetime | None = None,
) -> bool:
    """Ends a certificate; what was automatic is manual from now on. False: it had ended already. Audited.

    Does not commit.
    """
    now = now or utc_now()
    if not await certificates.expire(
        db, certificate.certificate_id, cause, actor=actor, detail=detail, now=now
    ):
        return False
    why = f"证书失效：{_WORDS[cause]}" + (f"（{detail}）" if detail else "")
    for purpose in DEFAULTS:
        if await stages.stage_at(db, certificate.rule_id, purpose) == "automatic":
            await stages.put(db, certificate.rule_id, purpose, "manual", actor=actor, reason=why, now=now)
    told = NewAlert(
        kind="certificate", level="medium", mode="automatic", dedupe=f"certificate/{certificate.certificate_id}",
        text=f"{why}，改回人工", rule_id=certificate.rule_id,
    )  # fmt: skip
    await alerts.raise_alerts(db, [told], now=now)
    return True


async def end_changed(
    db: AsyncSession,
    rule_versions: dict[str, str],
    judge_version: str,
    *,
    actor: str,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """Ends every certificate of another version of its rule or of another judge; their ids. Does not commit."""
    gone = []
    for each in (await certificates.holding(db)).values():
        version = rule_versions.get(each.rule_id)
        if version != each.rule_version:
            done = await end(db, each, "rule_changed", actor=actor, detail=str(version), now=now)
        elif judge_version != each.judge_version:
            done = await end(db, each, "judge_changed", actor=actor, detail=judge_version, now=now)
        else:
            continue
        gone += [each.certificate_id] if done else []
    return tuple(gone)
