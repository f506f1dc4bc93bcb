"""The blocks of a prompt file that may be reworded, taken out and put back."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from calibration.drafts import Standard, drafted
from calibration.errors import WordingFixed
from prompts.errors import PromptInvalid
from prompts.library import Prompt

#: Block to its text. The question and what makes a rule not applicable stay: they say what the rule is about.
Wording = dict[str, str]
BLOCKS = ("hit", "no_hit")
_BLOCK = r"(\{%%-?\s*block %s\s*-?%%\})(.*?)(\{%%-?\s*endblock)"


def read_wording(prompt: Prompt) -> Wording:
    """The blocks as written. Raises `WordingFixed` for a prompt that borrows its wording or calculates in it."""
    if prompt.asks != prompt.id:
        raise WordingFixed(f"{prompt.id} borrows the wording of {prompt.asks}: reword that")
    found = {name: re.search(_BLOCK % name, prompt.body, re.DOTALL) for name in BLOCKS}
    texts = {name: match[2].strip() for name, match in found.items() if match is not None}
    if any("{" in text for text in texts.values()):
        raise WordingFixed(
            f"{prompt.id} has parts or variables in its blocks: they cannot be reworded by a model"
        )
    return texts


def is_prompt(prompt: Prompt, wording: Mapping[str, str]) -> bool:
    """Whether the prompt with other blocks is valid."""
    with tempfile.TemporaryDirectory() as folder:
        return write_draft(prompt, wording, Path(folder)) is not None


def reworded(prompt: Prompt, wording: Mapping[str, str]) -> str:
    """The prompt file with other blocks."""
    text = prompt.wording.read_text("utf-8-sig")
    for name, words in wording.items():
        text = _replaced(text, name, " ".join(words.split()))
    return text


def write_draft(
    prompt: Prompt, wording: Mapping[str, str], folder: Path, base: Standard | None = None
) -> Standard | None:
    """`base` with other blocks of the prompt, as a draft in `folder`; None if that is no valid prompt."""
    place = folder / prompt.wording.parent.name / prompt.wording.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(reworded(prompt, wording), "utf-8")
    try:
        return drafted(folder, base)
    except PromptInvalid:
        shutil.rmtree(place.parent)
        return None


def _replaced(text: str, name: str, words: str) -> str:
    """The file with another text in that block."""
    match = re.search(_BLOCK % name, text, re.DOTALL)
    return text if match is None else f"{text[: match.end(1)]}\n{words}\n{text[match.start(3) :]}"
