"""Words of somebody else's file: how they are compared, and what a table says they mean."""

import re
import unicodedata
from functools import lru_cache
from typing import TypeVar

Sense = TypeVar("Sense")


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A name or word as it is compared: width, case, blanks, dashes and underscores do not matter."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", name).casefold())


def words(table: dict[str, Sense]) -> dict[str, Sense]:
    """A table of words, as they are compared."""
    return {normal(word): sense for word, sense in table.items()}


def sense(table: dict[str, Sense], word: str) -> Sense | None:
    """What a word means according to a table of `words`; "*" stands for any other."""
    return table.get(normal(word), table.get("*"))
