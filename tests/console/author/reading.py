"""What stands on a page of the bench."""

import re


def text_of(page: str) -> str:
    """Without tags, and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
