"""The baseline behind the port: message by message, it says which one."""

from collections.abc import Collection, Mapping

from evaluators.judges.answers import Answer, Answers, Located, Unanswered
from evaluators.judges.baseline.features import LONGEST, cues_of, words_of
from evaluators.judges.baseline.model import FEWEST, ActModel, BaselineModels
from evaluators.phrases.text import fold
from evaluators.timeline.bits import indices
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, JudgeRef
from prompts.library import Prompt, load_prompts

NAME = "baseline"


class BaselineJudge:
    """Judges with fitted linear models. An act without enough labels is `not_configured`.

    `prompts`: None for the shipped ones.
    """

    name = NAME

    def __init__(self, models: BaselineModels, prompts: Mapping[str, Prompt] | None = None) -> None:
        self._models = models
        self._version = models.version
        self._prompts = load_prompts() if prompts is None else prompts

    @property
    def models(self) -> BaselineModels:
        """What it judges with."""
        return self._models

    def reading(self, prompts: Mapping[str, Prompt]) -> "BaselineJudge":
        """See `ReadingJudge.reading`."""
        return BaselineJudge(self._models, prompts)

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """See `Judge.answer`."""
        timeline = Timeline(session)
        return {act: self._answer(timeline, act) for act in acts}

    def _answer(self, timeline: Timeline, act: str) -> Answer:
        # An act may borrow the question of another one.
        asks = self._prompts[act].asks if act in self._prompts else act
        prompt, model = self._prompts.get(asks), self._models.acts.get(asks)
        judge = JudgeRef(
            name=self.name, model=self._version, prompt_version=prompt.version if prompt is not None else None
        )
        if prompt is None or model is None or model.threshold is None or _why_not(model, prompt):
            detail = _why_not(model, prompt)
            return Unanswered(reason_code="not_configured", detail=detail, judge=judge)
        told = probabilities(timeline, model, prompt.by, prompt.settings.phrases)
        found = {message_id: each for message_id, each in told.items() if each >= model.threshold}
        return Located(messages=found, absent=1 - max(told.values(), default=0.0), judge=judge)


def _why_not(model: ActModel | None, prompt: Prompt | None) -> str:
    """Why the model does not judge the act; empty if it does."""
    if model is None or prompt is None:
        return "no labelled cases"
    if model.prompt_version != prompt.version:
        return "fitted to another wording of the act: mingjian judge fit"
    if min(model.positives, model.negatives) < FEWEST:
        return f"{model.positives} messages labelled as the act and {model.negatives} others; it takes {FEWEST} of each"
    return "" if model.trusted else "not precise enough on labelled cases held out"


def probabilities(timeline: Timeline, model: ActModel, by: str, cues: Collection[str]) -> dict[str, float]:
    """Message id to the probability that the message is the act, for the messages of that role."""
    messages, folded_cues = timeline.messages, [fold(cue) for cue in cues]
    return {
        messages[index].message_id or "": model.probability(
            _words(timeline, index) | cues_of(fold(messages[index].text[:LONGEST]), folded_cues)
        )
        for index in indices(timeline.masks[by])
    }


def _words(timeline: Timeline, index: int) -> set[str]:
    """Of a message, whatever the act: worked out once per session."""
    known: dict[int, set[str]] = timeline.memo.setdefault("words", {})
    if index not in known:
        known[index] = words_of(timeline.messages, index)
    return known[index]
