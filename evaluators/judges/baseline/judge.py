"""The baseline behind the port: message by message, it says which one."""

from collections.abc import Collection

from evaluators.answers import Answer, Answers, Located, Unanswered
from evaluators.judges.baseline.features import features_of
from evaluators.judges.baseline.model import FEWEST, ActModel, BaselineModels
from evaluators.timeline import Timeline
from evaluators.types import ChatSession, JudgeRef
from prompts.library import load_prompts

_ROLES = {"customer": "customers", "human": "humans", "bot": "bots", "service": "services", "shop": "shops"}


class BaselineJudge:
    """Judges with fitted linear models. An act without enough labels is `not_configured`."""

    name = "baseline"

    def __init__(self, models: BaselineModels) -> None:
        self._models = models
        self._version = models.version
        self._prompts = load_prompts()

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """See `Judge.answer`."""
        timeline = Timeline(session)
        return {act: self._answer(timeline, act) for act in acts}

    def _answer(self, timeline: Timeline, act: str) -> Answer:
        model = self._models.acts.get(act)
        judge = JudgeRef(
            name=self.name,
            model=self._version,
            prompt_version=self._prompts[act].version if act in self._prompts else None,
        )
        if model is None or model.threshold is None or not model.trusted:
            return Unanswered(reason_code="not_configured", detail=_why_not(model), judge=judge)
        told = probabilities(timeline, model, self._prompts[act].by, self._prompts[act].settings.phrases)
        found = {message_id: each for message_id, each in told.items() if each >= model.threshold}
        return Located(messages=found, absent=1 - max(told.values(), default=0.0), judge=judge)


def _why_not(model: ActModel | None) -> str:
    if model is None:
        return "no labelled cases"
    if min(model.positives, model.negatives) < FEWEST:
        return f"{model.positives} messages labelled as the act and {model.negatives} others; it takes {FEWEST} of each"
    return "not precise enough on labelled cases held out"


def probabilities(timeline: Timeline, model: ActModel, by: str, cues: Collection[str]) -> dict[str, float]:
    """Message id to the probability that the message is the act, for the messages of that role."""
    messages = timeline.messages
    own: list[int] = getattr(timeline, _ROLES[by])
    return {
        messages[index].message_id or "": model.probability(features_of(messages, index, cues))
        for index in own
    }
