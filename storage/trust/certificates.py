"""Certificates: what a rule may decide by itself, proven for one version of rule and judge; they expire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.errors import CertificateNotFound
from storage.ids import new_id
from storage.instants import utc_now
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import CertificateRow, ExpiryRow

#: `distribution_changed`: what comes in is not like what it was proven with. `replaced`: by a newer one.
ExpiryCause = Literal["rule_changed", "judge_changed", "distribution_changed", "replaced", "withdrawn"]


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """`document` says what was proven, with which level, thresholds and cases. `expired_by` None: it holds.

    Of the document this layer reads `least` (by verdict the least probability that stands by itself; null: none
    does) and `judge` (`name`, `model`): a certificate without them lets nothing stand by itself.
    """

    certificate_id: str
    rule_id: str
    rule_version: str
    judge_version: str
    issued_at: datetime
    actor: str
    document: dict[str, Any]
    expired_by: ExpiryCause | None
    expired_at: datetime | None
    expiry_detail: str

    def least(self, verdict: str) -> float | None:
        """The least probability with which a verdict stands by itself; None: no probability is enough."""
        found = self.document.get("least")
        value = found.get(verdict) if isinstance(found, dict) else None
        return float(value) if isinstance(value, int | float) else None

    @property
    def judge(self) -> tuple[str | None, str | None]:
        """Name and model of the judge it was given for."""
        found = self.document.get("judge")
        return (found.get("name"), found.get("model")) if isinstance(found, dict) else (None, None)


async def issue(
    db: AsyncSession,
    rule_id: str,
    document: Mapping[str, Any],
    *,
    rule_version: str,
    judge_version: str,
    actor: str,
    now: datetime | None = None,
) -> Certificate:
    """A certificate; the one before it expires as `replaced`. Audited. Does not commit."""
    now = now or utc_now()
    for each in await listed(db, rule_id):
        if each.expired_by is None:
            await expire(db, each.certificate_id, "replaced", actor=actor, now=now)
    certificate_id = new_id("certificate", now)
    row = {
        "certificate_id": certificate_id,
        "rule_id": rule_id,
        "rule_version": rule_version,
        "judge_version": judge_version,
        "issued_at": now,
        "actor": actor,
        "document": msgspec.json.encode(dict(document)).decode(),
    }
    await (await db.connection()).execute(table_of(CertificateRow).insert(), [row])
    details = {"rule_version": rule_version, "judge_version": judge_version}
    await audit.record(
        db, actor=actor, action="certificate.issue", subject=f"rule:{rule_id}", details=details, now=now
    )
    return await get(db, certificate_id)


async def expire(
    db: AsyncSession,
    certificate_id: str,
    cause: ExpiryCause,
    *,
    actor: str,
    detail: str = "",
    now: datetime | None = None,
) -> bool:
    """Ends a certificate. False: it had ended already. Audited. Does not commit."""
    now = now or utc_now()
    row = {"certificate_id": certificate_id, "cause": cause, "detail": detail, "at": now}
    statement = insert_into(db, ExpiryRow).values(row).on_conflict_do_nothing()
    if not (await (await db.connection()).execute(statement)).rowcount:
        return False
    await audit.record(
        db, actor=actor, action="certificate.expire", subject=f"certificate:{certificate_id}", reason=detail,
        details={"cause": cause}, now=now,
    )  # fmt: skip
    return True


async def get(db: AsyncSession, certificate_id: str) -> Certificate:
    """Raises `CertificateNotFound`."""
    found = [each for each in await listed(db) if each.certificate_id == certificate_id]
    if not found:
        raise CertificateNotFound(f"there is no certificate {certificate_id!r}")
    return found[0]


async def holding(db: AsyncSession, at: datetime | None = None) -> dict[str, Certificate]:
    """By rule id, those that held at an instant; None: that hold now."""
    return {
        each.rule_id: each
        for each in reversed(await listed(db))
        if (each.expired_at is None if at is None else _held(each, at))
    }


def _held(each: Certificate, at: datetime) -> bool:
    return each.issued_at <= at and (each.expired_at is None or at < each.expired_at)


async def listed(db: AsyncSession, rule_id: str | None = None) -> tuple[Certificate, ...]:
    """Newest first, expired ones too."""
    row, end = CertificateRow, ExpiryRow
    query = select(CertificateRow, ExpiryRow).outerjoin(
        ExpiryRow, col(end.certificate_id) == col(row.certificate_id)
    )
    query = query.order_by(col(row.issued_at).desc(), col(row.certificate_id).desc())
    if rule_id is not None:
        query = query.where(col(row.rule_id) == rule_id)
    return tuple(_from_rows(each, ended) for each, ended in (await db.execute(query)).all())


def _from_rows(row: CertificateRow, end: ExpiryRow | None) -> Certificate:
    return Certificate(
        certificate_id=row.certificate_id, rule_id=row.rule_id, rule_version=row.rule_version,
        judge_version=row.judge_version, issued_at=row.issued_at, actor=row.actor,
        document=msgspec.json.decode(row.document),
        expired_by=end.cause if end else None,  # type: ignore[arg-type]  # written by `expire`
        expired_at=end.at if end else None, expiry_detail=end.detail if end else "",
    )  # fmt: skip
