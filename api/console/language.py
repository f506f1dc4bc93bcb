"""What the console says: Chinese in templates and code, the English of every text in `messages/*.toml`.

A text stands where it is used, `t("会话")`; one that is chosen at run time stands in a table as `msg("会话")`.
A test finds both and asks for their English, so that nothing is shown half translated.
"""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from api.errors import MessageMissing

LanguageCode = Literal["zh", "en"]
MESSAGES = Path(__file__).parent / "messages"


def msg(text: str) -> str:
    """Marks a text that is translated later, by `t`."""
    return text


class Translator:
    """Says a text in one language: `t("共 {count} 个", count=3)`."""

    def __init__(self, code: LanguageCode) -> None:
        self.code = code
        self._english = load_messages() if code == "en" else {}

    def __call__(self, text: str, **values: object) -> str:
        """The text with the values filled in. Raises `MessageMissing` for one without English.

        A word that is one in Chinese but several in English says which behind `|`, which is not shown: `命中|结论`.
        """
        if self.code == "en":
            if text not in self._english:
                raise MessageMissing(f"no file of api/console/messages has the English of {text!r}")
            text = self._english[text]
        else:
            text = text.partition("|")[0]
        return text.format(**values) if values else text

    def pick(self, chinese: str, english: str | None) -> str:
        """Of what has both languages itself, such as the title of a rule; Chinese where there is no English."""
        return english if self.code == "en" and english else chinese


@cache
def load_messages() -> dict[str, str]:
    """Chinese to English, of all files. Raises `MessageMissing` if two files say it differently."""
    found: dict[str, str] = {}
    for path in sorted(MESSAGES.glob("*.toml")):
        for chinese, english in msgspec.toml.decode(path.read_bytes(), type=dict[str, str]).items():
            if found.setdefault(chinese, english) != english:
                raise MessageMissing(f"{path.name}: {chinese!r} has another English in another file")
    return found


@cache
def translator(code: str | None) -> Translator:
    """For what a cookie says; Chinese unless it is a language we have."""
    return Translator("en" if code == "en" else "zh")
