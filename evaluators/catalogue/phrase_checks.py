"""Phrases and patterns that can never be found, or that are found everywhere."""

from collections.abc import Iterator

from evaluators.grammar.kinds import Behaviour, Says
from evaluators.phrases.text import bare, fold

Finding = tuple[str, str]


def check_says(place: str, says: Says) -> Iterator[Finding]:
    """What keeps the phrases of `says` from doing anything. An empty list is a matter of the whole rule."""
    wanted = [(f"{place}.any[{at}]", phrase) for at, phrase in enumerate(says.any)]
    wanted += [(f"{place}.all[{at}]", phrase) for at, phrase in enumerate(says.all)]
    carriers = [(f"{place}.except[{at}]", phrase) for at, phrase in enumerate(says.except_)]
    unwanted = [(f"{place}.none[{at}]", phrase) for at, phrase in enumerate(says.none)]
    for group in (wanted, carriers, unwanted):
        yield from _repeated_or_empty(group)
    yield from _swallowed(wanted, carriers)
    yield from _forbidden(wanted, unwanted)
    yield from _idle_carriers(carriers, [phrase for _, phrase in wanted + unwanted])
    if says.at_least > max(len(says.any), 1):
        yield f"{place}.at_least", f"expected at most {len(says.any)}, the number of phrases in `any`"
    elif says.at_least > 1 and not says.any:
        yield f"{place}.at_least", "expected phrases in `any` to count"


def check_text_is(place: str, behaviour: Behaviour) -> Iterator[Finding]:
    """Whole texts that are nothing once punctuation and spaces are aside."""
    for at, text in enumerate(behaviour.text_is):
        if not bare(fold(text)):
            yield (
                f"{place}.text_is[{at}]",
                f"never equal: nothing is left of {text!r} without punctuation and spaces",
            )


def check_pattern(place: str, behaviour: Behaviour) -> Iterator[Finding]:
    """An expression that re2 refuses, in re2's words, or that even an empty text contains."""
    if behaviour.matches is None:
        return
    # Imported here: of the built-in rules one uses an expression, most catalogues none.
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        pattern = re2.compile(behaviour.matches, options=options)
    except re2.error as error:
        yield f"{place}.matches", f"expected an re2 regular expression: {_words(error)}"
        return
    if pattern.search("") is not None:
        yield f"{place}.matches", "found in every text, even an empty one"


def _words(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _repeated_or_empty(group: list[tuple[str, str]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for place, phrase in group:
        folded = fold(phrase)
        if not folded:
            yield place, f"never found: {phrase!r} consists of characters that are not seen"
        elif folded in seen:
            yield place, f"{phrase!r} is listed twice (as {seen[folded]!r})"
        seen.setdefault(folded, phrase)


def _swallowed(wanted: list[tuple[str, str]], carriers: list[tuple[str, str]]) -> Iterator[Finding]:
    excepted = {fold(carrier) for _, carrier in carriers}
    for place, phrase in wanted:
        if fold(phrase) in excepted:
            yield place, f"never counts: {phrase!r} is itself listed under `except`"


def _forbidden(wanted: list[tuple[str, str]], unwanted: list[tuple[str, str]]) -> Iterator[Finding]:
    for place, phrase in wanted:
        inner = next((other for _, other in unwanted if fold(other) in fold(phrase)), None)
        if inner is not None:
            yield place, f"never holds: {phrase!r} contains {inner!r}, which is listed under `none`"


def _idle_carriers(carriers: list[tuple[str, str]], phrases: list[str]) -> Iterator[Finding]:
    for place, carrier in carriers:
        if not any(fold(phrase) in fold(carrier) for phrase in phrases):
            yield place, f"has no effect: {carrier!r} contains none of the phrases it is an exception to"
