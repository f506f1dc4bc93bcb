"""The addresses at which leads certify a rule and take a certificate back."""

from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from api.auth import Caller
from api.certifying import certify
from api.console.access import ConfigurerPage, signed_in
from api.console.routing import console_router
from api.routes.labels import known_rule
from calibration.errors import CertificateNotEarned
from storage.automation import ending
from storage.trust import certificates

router = console_router()
SignedIn = Annotated[Caller, Depends(signed_in)]
#: A certificate that promises too much is wrong with this probability at most.
_DELTA = 0.05


@router.post("/calibration/{rule}/certificate")
async def issue_certificate(
    page: ConfigurerPage, caller: SignedIn, rule: str, level: Annotated[int, Form(ge=50, le=99)]
) -> Response:
    """`level`: the agreement that is to be proven, in percent. What the labels do not prove is said, not given."""
    service, t = page.service, page.t
    rule_id = known_rule(service, rule)
    try:
        async with service.database.transaction() as db:
            made = await certify(db, service, rule_id, level=level / 100, delta=_DELTA, actor=caller.name)
    except CertificateNotEarned as error:
        told = t(
            "没有发证书：{labelled} 个随机抽样、带把握的命中标注证明不了 {level}%，至少要 {needed} 个都一致的。",
            labelled=error.labelled, level=level, needed=error.needed,
        )  # fmt: skip
        return page.go(f"/calibration/{rule_id}", told)
    least = made.least("hit") or 0.0
    return page.go(
        f"/calibration/{rule_id}",
        t("已发证书：把握 ≥ {least} 的命中按阶段自动处理，其余进复核队列。", least=f"{least:.2f}"),
    )


@router.post("/calibration/{rule}/certificate/withdraw")
async def withdraw_certificate(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    certificate_id: Annotated[str, Form()],
    reason: Annotated[str, Form(min_length=1, max_length=2000)],
) -> Response:
    """What was automatic is manual from then on."""
    rule_id = known_rule(page.service, rule)
    async with page.service.database.transaction() as db:
        found = await certificates.get(db, certificate_id)
        await ending.end(db, found, "withdrawn", actor=caller.name, detail=reason)
    return page.go(f"/calibration/{rule_id}", page.t("证书已撤回，自动改回人工。"))
