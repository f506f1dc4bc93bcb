"""When the baseline answers, what it answers, and when it says that it cannot."""

from typing import Any

import msgspec
import pytest

from evaluators.judges.answers import Located, Unanswered
from evaluators.judges.baseline.judge import BaselineJudge
from evaluators.judges.baseline.model import ActModel, BaselineModels
from prompts.library import load_prompts
from tests.builders import a_session, agent, customer

ACT = "agent_abuse"
PROMPTS = load_prompts()
CHAT = a_session(customer("滚", at=0), agent("您好", at=5), agent("滚", at=9), ended=60)


def model(**changed: Any) -> ActModel:
    whole: dict[str, Any] = {
        "act": ACT, "intercept": -5.0, "weights": {"=滚": 100.0}, "slope": 1.0, "offset": 0.0, "threshold": 0.5,
        "positives": 12, "negatives": 12, "prompt_version": PROMPTS[ACT].version,
    }  # fmt: skip
    return ActModel(**whole | changed)


async def asked(question: str, **changed: Any) -> Any:
    models = BaselineModels(acts={changed.get("act", ACT): model(**changed)}, fitted_on={}, lexicon="")
    return (await BaselineJudge(models).answer(CHAT, [question]))[question]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("act", "changed", "why"),
    [
        ("customer_abuse", {}, "no labelled cases"),
        ("nonsense", {}, "no labelled cases"),
        (ACT, {"prompt_version": "sha256:old"}, "another wording"),
        (ACT, {"positives": 11}, "11 messages labelled as the act and 12 others; it takes 12"),
        (ACT, {"negatives": 11}, "12 messages labelled as the act and 11 others; it takes 12"),
        (ACT, {"threshold": None}, "not precise enough"),
    ],
)
async def test_what_it_cannot_judge_is_not_configured_and_says_why(act: str, changed: Any, why: str) -> None:
    answer = await asked(act, **changed)
    assert isinstance(answer, Unanswered)
    assert answer.reason_code == "not_configured"
    assert why in answer.detail


@pytest.mark.anyio
async def test_it_names_the_message_of_the_right_role() -> None:
    answer = await asked(ACT)
    assert isinstance(answer, Located)
    assert list(answer.messages) == [CHAT.messages[2].message_id]


@pytest.mark.anyio
async def test_below_the_threshold_nothing_is_found_and_the_doubt_is_told() -> None:
    answer = await asked(ACT, intercept=-100.0)
    assert isinstance(answer, Located)
    assert answer.messages == {}
    assert answer.absent == pytest.approx(1.0, abs=1e-6)


@pytest.mark.anyio
async def test_an_act_that_borrows_a_question_is_judged_by_it() -> None:
    lender = PROMPTS["out_of_stock_recovery"].asks
    changed = {"act": lender, "prompt_version": PROMPTS[lender].version}
    assert isinstance(await asked("out_of_stock_recovery", **changed), Located)


def test_the_probability_is_what_the_coefficients_say() -> None:
    # Four features, one known: margin -5 + 100 / sqrt(4) = 45, cut at 30.
    assert model().probability({"=滚", "a", "b", "c"}) == pytest.approx(1.0)
    assert model(intercept=0.0).probability({"a"}) == 0.5
    assert model(intercept=0.0).probability(set()) == 0.5


def test_the_version_changes_with_every_coefficient() -> None:
    models = BaselineModels(acts={ACT: model()}, fitted_on={}, lexicon="")
    other = BaselineModels(acts={ACT: model(offset=0.001)}, fitted_on={}, lexicon="")
    assert models.version != other.version
    assert models.version == msgspec.structs.replace(models).version
