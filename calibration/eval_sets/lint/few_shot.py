"""Examples in a prompt that are taken from the test split: the judge would be asked what it was just told."""

from collections.abc import Iterator, Mapping, Sequence

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.lint.lines import Line
from evaluators.phrases.text import bare, fold
from prompts.library import Prompt
from prompts.templates import render_blocks

#: Shorter messages ("好的亲") are anybody's.
SHORTEST = 6


def find_examples_from_test(lines: Sequence[Line], prompts: Mapping[str, Prompt]) -> Iterator[EvalSetInvalid]:
    """Messages of test cases that stand in the `examples` of the prompt they are labelled for."""
    acts = {label.rule_id for line in lines for label in line.case.labels if label.rule_id in prompts}
    told = {act: _examples(prompts[act]) for act in sorted(acts)}
    for line in lines:
        if line.split != "test":
            continue
        for act in {label.rule_id for label in line.case.labels if told.get(label.rule_id)}:
            for at, message in enumerate(line.case.session.messages):
                said = bare(fold(message.text))
                if len(said) >= SHORTEST and said in told[act]:
                    name = prompts[act].wording.name
                    yield line.wrong(f"stands in the examples of {name}", f"session.messages[{at}].text")


def _examples(prompt: Prompt) -> str:
    """What the prompt shows as examples, folded; empty without any."""
    return bare(fold(render_blocks(prompt).examples))
