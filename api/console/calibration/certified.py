"""What a certificate lets stand without a person, and whether what comes in is still like when it was given: in words."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

from api.console.language import Translator, msg
from api.console.words import moment
from api.reporting.wording import count
from api.schemas.trust import RuleTrust
from calibration.watching import StreamEvidence
from storage.trust.certificates import Certificate

CAUSES = {
    "rule_changed": msg("规则改了"), "judge_changed": msg("判断器换了"), "distribution_changed": msg("来的会话变了"),
    "replaced": msg("被新证书取代"), "withdrawn": msg("撤回"),
}  # fmt: skip


class Certified(NamedTuple):
    """`holds`: what stands by itself; empty: nothing does. `stream`: the evidence that sessions have changed, against
    its bound, 0 to 100 in `full`. `ended`: why the last one holds no more."""

    holds: str
    stream: str
    full: int
    ended: str


class Line(NamedTuple):
    """A certificate and how long it held. `ended` empty: it holds. `proven`: per verdict, what stands by itself."""

    certificate_id: str
    issued: str
    actor: str
    judge: str
    proven: list[str]
    ended: str


def certified_of(found: RuleTrust, ended: Certificate | None, t: Translator) -> Certified:
    """Of a rule on the board."""
    if found.certificate is None:
        cause = ended.expired_by if ended else None
        return Certified("", "", 0, t("已失效：{why}", why=t(CAUSES[cause])) if cause else "")
    stream, full = stream_words(found.evidence, t)
    return Certified(_short(found.certificate, t), stream, full, "")


def stream_words(found: StreamEvidence | None, t: Translator) -> tuple[str, int]:
    """The evidence in words and, to draw it, in percent of the bound."""
    if found is None:
        return "", 0
    words = t(
        "变化的证据 {capital} / {bound}，{count} 个会话",
        capital=f"{found.capital:.1f}", bound=f"{found.bound:.0f}", count=count(found.values),
    )  # fmt: skip
    return words, round(min(found.capital / found.bound, 1) * 100)


def lines_of(found: Sequence[Certificate], zone: tzinfo, t: Translator) -> list[Line]:
    """Newest first, expired ones with their cause."""
    return [
        Line(
            each.certificate_id, moment(each.issued_at, zone), each.actor, each.judge_version,
            _proven(each.document, t), _ended(each, zone, t),
        )
        for each in found
    ]  # fmt: skip


def last_ended(found: Sequence[Certificate]) -> dict[str, Certificate]:
    """By rule: the newest, where it has ended. `found`: newest first."""
    newest: dict[str, Certificate] = {}
    for each in found:
        newest.setdefault(each.rule_id, each)
    return {rule_id: each for rule_id, each in newest.items() if each.expired_by is not None}


def _short(found: Certificate, t: Translator) -> str:
    proven = _threshold(found.document, "hit")
    if proven is None:
        return t("有证书，但没有门槛：全部由人看")
    return t(
        "命中 ≥ {least} 自动，覆盖 {coverage}，一致 ≥ {target}",
        least=f"{proven['confidence']:.2f}", coverage=f"{proven['coverage']:.0%}", target=f"{proven['level']:.0%}",
    )  # fmt: skip


def _proven(document: Mapping[str, Any], t: Translator) -> list[str]:
    names = {"hit": t("命中|结论"), "no_hit": t("未命中")}
    found = []
    for verdict, name in names.items():
        proven = _threshold(document, verdict)
        if proven is not None:
            found.append(
                t(
                    "{name}：把握 ≥ {least} 的与标注一致至少 {level}（{agreed} / {n}），覆盖 {coverage}",
                    name=name, least=f"{proven['confidence']:.2f}", level=f"{proven['level']:.0%}",
                    agreed=proven["agreed"], n=proven["n"], coverage=f"{proven['coverage']:.0%}",
                )
            )  # fmt: skip
    return found or [t("没有门槛：全部由人看")]


def _threshold(document: Mapping[str, Any], verdict: str) -> Mapping[str, Any] | None:
    """As `calibration.certifying.Proof` writes it; None where none was proven, or in a document of another shape."""
    thresholds = document.get("thresholds")
    found = thresholds.get(verdict) if isinstance(thresholds, dict) else None
    return found if isinstance(found, dict) and found.get("confidence") is not None else None


def _ended(each: Certificate, zone: tzinfo, t: Translator) -> str:
    if each.expired_by is None or each.expired_at is None:
        return ""
    return f"{moment(each.expired_at, zone)} {t(CAUSES[each.expired_by])} {each.expiry_detail}".strip()
