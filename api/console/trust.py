"""How far a rule is to be trusted, in words, for every page that shows what it found."""

from typing import NamedTuple

from api.console.language import Translator


class Trust(NamedTuple):
    """`measured`: whether people's labels of this service stand behind it."""

    text: str
    measured: bool


def trust_of(rule_id: str, t: Translator) -> Trust:
    """Of one rule. No rule is measured on labels yet, and none is said to be."""
    return Trust(t("未在你的标注上测量"), measured=False)
