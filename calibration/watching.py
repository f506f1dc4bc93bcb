"""Whether what comes in is still like what a certificate was given on: the stored probabilities read as they come."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from calibration.statistics.exchangeability import ExchangeabilityTest, begin_test
from storage.automation import ending, probabilities
from storage.trust import certificates
from storage.trust.certificates import Certificate

#: The share of certificates whose sessions never change that this may end, ever.
ALPHA = 0.01
#: Probabilities of a certificate that are read in one transaction.
_AT_ONCE = 5000


class StreamEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """How the test of a certificate stands: `values` probabilities read, the bettor's `capital` now and at its
    `highest`, and the `bound` at which the certificate ends."""

    values: int
    capital: float
    highest: float
    bound: float


async def begin(db: AsyncSession, certificate_id: str, reference: list[float]) -> None:
    """For a new certificate. Does not commit."""
    await probabilities.begin(db, certificate_id, _written(begin_test(reference, alpha=ALPHA)))


async def go_on(db: AsyncSession, certificate: Certificate, *, actor: str) -> bool:
    """Reads what has come in since, and ends the certificate if that is unlike before. Whether it ended. Does not commit."""
    watch = await probabilities.lock(db, certificate.certificate_id)
    if watch is None:
        return False
    incoming = await probabilities.after(db, certificate.certificate_id, watch.last, limit=_AT_ONCE)
    if not incoming:
        return False
    test = _read(watch.document)
    for _, value in incoming:
        test.see(value)
    await probabilities.go_on(db, certificate.certificate_id, incoming[-1][0], _written(test))
    if test.alarmed_at is None:
        return False
    detail = f"{test.alarmed_at} 个会话之后证据达到 {1 / test.alpha:g}"
    return await ending.end(db, certificate, "distribution_changed", actor=actor, detail=detail)


async def evidence(db: AsyncSession) -> dict[str, StreamEvidence]:
    """By the rule id of every certificate that holds."""
    held = await certificates.holding(db)
    watches = await probabilities.watches(db, (each.certificate_id for each in held.values()))
    return {
        rule_id: _evidence(_read(watches[each.certificate_id].document))
        for rule_id, each in held.items()
        if each.certificate_id in watches
    }


def _evidence(test: ExchangeabilityTest) -> StreamEvidence:
    return StreamEvidence(
        values=test.values, capital=test.capital, highest=test.highest, bound=1 / test.alpha
    )


def _written(test: ExchangeabilityTest) -> str:
    return msgspec.json.encode(test).decode()


def _read(document: str) -> ExchangeabilityTest:
    return msgspec.json.decode(document, type=ExchangeabilityTest)
