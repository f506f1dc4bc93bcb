"""What came of a search for a better wording: block by block, and what held-out cases say."""

from typing import NamedTuple

from api.console.language import Translator, msg
from api.reporting.wording import count
from api.studies.suggestion import SuggestedWording

#: Why a wording is accepted or not, by the English words of a suggestion.
_TOLD = {
    "accepted": msg("测试集上确有改进：可以采用"),
    "not accepted: held-out test did not improve": msg("不采用：测试集上没有改进"),
    "not accepted: the improvement on held-out test may be chance": msg("不采用：测试集上的改进可能只是偶然"),
    "no wording did better on dev": msg("没有找到在开发集上更好的措辞"),
}
_BLOCKS = {"hit": msg("算命中"), "no_hit": msg("不算命中")}


class SuggestionView(NamedTuple):
    """`blocks`: name and text of each. `test`: empty where nobody looked at the test split. `has_draft`: to go on with."""

    told: str
    accepted: bool
    dev: str
    test: str
    cost: str
    rewordings: str
    blocks: tuple[tuple[str, str], ...]
    has_draft: bool


def suggestion_of(found: SuggestedWording, t: Translator) -> SuggestionView:
    """For people."""
    dev, test, tries = found.dev, found.test, found.rewordings
    tokens = dev.tokens + (test.tokens if test is not None else 0)
    return SuggestionView(
        told=t(_TOLD[found.told]),
        accepted=found.accepted,
        dev=t(
            "开发集的一半，{cases} 个用例：已发布的对 {before} 个，这个对 {right} 个。",
            cases=dev.cases, before=dev.right_before, right=dev.right,
        ),
        test="" if test is None else t(
            "测试集 {cases} 个用例：改好 {fixed}，改坏 {broken}，精确 McNemar p={p}。这是第 {looks} 次看测试集。",
            cases=test.cases, fixed=test.fixed, broken=test.broken, p=f"{test.p_value:.3f}", looks=test.looks,
        ),
        cost=t("共 {tokens} 个词元。", tokens=count(tokens)),
        rewordings=t(
            "模型改写了 {asked} 次，{unusable} 次不能用。", asked=tries.asked, unusable=sum(tries.unusable.values())
        ),
        blocks=tuple((t(_BLOCKS[name]), text) for name, text in found.wording.items()),
        has_draft=found.prompt is not None,
    )  # fmt: skip
