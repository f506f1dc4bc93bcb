"""The baseline in front of another judge: where an act is far from likely, nobody else is asked.

Only for acts with a certificate that holds: for this wording of the act and these models.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Protocol, Self

import msgspec
from msgspec import Meta, Struct

from evaluators.judges.answers import Answer, Answers, Located
from evaluators.judges.baseline.judge import NAME, probabilities
from evaluators.judges.baseline.model import BaselineModels
from evaluators.judges.port import Condition, Judge, ReadingJudge, ServedJudge
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, JudgeRef
from prompts.errors import FileError
from prompts.library import Prompt, load_prompts

Share = Annotated[float, Meta(ge=0, le=1)]


class Certificate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was measured for one act on labelled cases the models never saw.

    Below `cut_off` (highest probability of a message) the act is said to be nowhere. `missed` of `hits` cases
    fell below it; with `confidence` no more than the share `most_lost` of all hits does. `source`: where the
    labels come from. Holds only for that prompt and those models.
    """

    act: str
    prompt_version: str
    model_version: str
    cut_off: Share
    hits: int
    missed: int
    most_lost: Share
    confidence: Share
    source: str


class Certificates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Act to its certificate."""

    acts: dict[str, Certificate]


encode_certificates = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Certificates).decode


def load_certificates(path: Path) -> Certificates:
    """Raises `FileError` if the file is missing or is not what `mingjian judge screen -o` writes."""
    try:
        return _decode(path.read_bytes())
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror}", path=str(path)) from error
    except msgspec.MsgspecError as error:
        raise FileError(f"{error}: mingjian judge screen -o", path=str(path)) from error


def screened(
    inner: Judge,
    models: BaselineModels,
    certificates: Certificates,
    prompts: Mapping[str, Prompt] | None = None,
) -> Judge:
    """`inner` behind the screen; `inner` itself where no certificate holds. `prompts`: None for the shipped ones."""
    prompts = load_prompts() if prompts is None else prompts
    if not any(_holds(each, act, models, prompts) for act, each in certificates.acts.items()):
        return inner
    if isinstance(inner, ServedJudge):
        return _ScreenedServedJudge(inner, models, certificates, prompts)
    return ScreenedJudge(inner, models, certificates, prompts)


def _holds(certificate: Certificate, act: str, models: BaselineModels, prompts: Mapping[str, Prompt]) -> bool:
    return (
        certificate.act == act
        and act in models.acts
        and act in prompts
        and certificate.prompt_version == prompts[act].version == models.acts[act].prompt_version
        and certificate.model_version == models.version
    )


def _cut_offs(
    certificates: Certificates, models: BaselineModels, prompts: Mapping[str, Prompt]
) -> dict[str, float]:
    """Act to its cut-off, where a certificate holds."""
    return {
        act: each.cut_off for act, each in certificates.acts.items() if _holds(each, act, models, prompts)
    }


class ScreenedJudge:
    """Asks the inner judge only about what the baseline is not sure enough of. Made by `screened`.

    `counts`: questions so far that the baseline has `answered`, and that were `passed_on`.
    """

    def __init__(
        self,
        inner: Judge,
        models: BaselineModels,
        certificates: Certificates,
        prompts: Mapping[str, Prompt],
    ) -> None:
        self.name = inner.name
        self.counts: Counter[str] = Counter(answered=0, passed_on=0)
        self._inner, self._models, self._prompts = inner, models, prompts
        self._certificates, self._version = certificates, models.version
        self._cut_offs = _cut_offs(certificates, models, prompts)

    @property
    def inner(self) -> Judge:
        """Who is asked where the baseline is not sure enough."""
        return self._inner

    def reading(self, prompts: Mapping[str, Prompt]) -> Self:
        """See `ReadingJudge.reading`. Acts whose certificate is for another wording are passed on."""
        inner = self._inner.reading(prompts) if isinstance(self._inner, ReadingJudge) else self._inner
        view = type(self).__new__(type(self))
        cut_offs = _cut_offs(self._certificates, self._models, prompts)
        view.__dict__.update(self.__dict__, _inner=inner, _prompts=prompts, _cut_offs=cut_offs)
        return view

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """See `Judge.answer`."""
        timeline = Timeline(session)
        nowhere: dict[str, Answer] = {}
        for act in acts:
            answer = self._nowhere(timeline, act)
            if answer is not None:
                nowhere[act] = answer
        rest = [act for act in acts if act not in nowhere]
        self.counts.update(answered=len(nowhere), passed_on=len(rest))
        return {**await self._inner.answer(session, rest), **nowhere} if rest else nowhere

    def _nowhere(self, timeline: Timeline, act: str) -> Answer | None:
        # An act may borrow the question of another one.
        asks = self._prompts[act].asks if act in self._prompts else act
        cut_off = self._cut_offs.get(asks)
        if cut_off is None:
            return None
        prompt = self._prompts[asks]
        told = probabilities(timeline, self._models.acts[asks], prompt.by, prompt.settings.phrases)
        highest = max(told.values(), default=0.0)
        if highest >= cut_off:
            return None
        judge = JudgeRef(name=NAME, model=self._version, prompt_version=prompt.version)
        return Located(messages={}, absent=1 - highest, judge=judge)


class _Served(ServedJudge, Judge, Protocol):
    """A judge, and a server answers for it."""


class _ScreenedServedJudge(ScreenedJudge):
    """The same in front of a judge that a server answers for."""

    _inner: _Served

    async def condition(self) -> Condition:
        """See `ServedJudge.condition`."""
        return await self._inner.condition()

    def live(self) -> Self:
        """See `ServedJudge.live`."""
        view = type(self).__new__(type(self))
        view.__dict__.update(self.__dict__, _inner=self._inner.live())
        return view
