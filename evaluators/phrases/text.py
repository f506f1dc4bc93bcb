"""Text as phrases are matched against it: NFKC, case folding, zero-width characters removed.

Matching happens on the folded text, quotes come from the original: `original_span` finds the way back.
"""

import re
from unicodedata import combining, is_normalized, normalize

#: Characters that are not seen: soft hyphen, zero-width and bidirectional marks, BOM, variation selectors.
ZERO_WIDTH = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)
#: What stands between the messages of a session when they are folded and scanned as one text.
NUL = "\x00"
_ZERO_WIDTH = re.compile(f"[{ZERO_WIDTH}]")
_NOT_WORD = re.compile(r"[\W_]+")
# What nearly every Chinese chat contains and NFKC changes; replacing it first usually leaves text that is
# already normal, and checking that is thirty times cheaper than normalising.
_COMMON = (
    ("，", ","), ("！", "!"), ("？", "?"), ("：", ":"), ("；", ";"), ("～", "~"), ("（", "("), ("）", ")"),
    ("…", "..."), ("\ufe0f", ""),
)  # fmt: skip


def fold(text: str) -> str:
    """The text that phrases are looked for in."""
    for wide, plain in _COMMON:
        text = text.replace(wide, plain)
    if _ZERO_WIDTH.search(text):
        text = _ZERO_WIDTH.sub("", text)
    if not is_normalized("NFKC", text):
        # Normalising is what costs: line by line, only where it must be done. NUL composes with nothing.
        parts = text.split(NUL)
        text = NUL.join([part if is_normalized("NFKC", part) else normalize("NFKC", part) for part in parts])
    return text.casefold()


def bare(folded: str) -> str:
    """Folded text without punctuation, spaces and symbols: what `text_is` compares."""
    return _NOT_WORD.sub("", folded)


def original_span(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` of `fold(text)` as the shortest covering `[start, end)` of `text`, in code points."""
    if _maps_one_to_one(text):
        return start, end
    first, last, position = -1, 0, 0
    for begin, stop in _segments(text):
        length = len(fold(text[begin:stop]))
        if length and position < end and position + length > start:
            first = begin if first < 0 else first
            last = stop
        position += length
        if position >= end:
            break
    return max(first, 0), last


def _maps_one_to_one(text: str) -> bool:
    """Folding only replaces characters one by one, so positions stay."""
    for wide, plain in _COMMON:
        if len(plain) == 1:
            text = text.replace(wide, plain)
        elif wide in text:
            return False
    if _ZERO_WIDTH.search(text) or not is_normalized("NFKC", text):
        return False
    return len(text.casefold()) == len(text)  # no character becomes fewer than one


def _segments(text: str) -> list[tuple[int, int]]:
    """Cuts at places normalisation does not reach across, so that folding piece by piece is folding it all."""
    cuts = [0]
    for index in range(1, len(text)):
        if _starts_segment(text[cuts[-1] : index], text[index]):
            cuts.append(index)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _starts_segment(segment: str, character: str) -> bool:
    if segment[-1].isascii() and character.isascii():
        return True
    if combining(character) or character in ZERO_WIDTH:
        return False
    visible = _ZERO_WIDTH.sub("", segment + character)
    together = normalize("NFKC", visible)
    apart = normalize("NFKC", visible[:-1]) + normalize("NFKC", character)
    return together == apart
