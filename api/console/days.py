"""Days as they are asked for on pages."""

from datetime import date
from typing import Annotated

from fastapi import Query

#: Whoever asks for another day has mistyped it; far beyond, weeks and midnights cannot be told any more.
AskedDay = Annotated[date | None, Query(ge=date(1970, 1, 1), le=date(2999, 12, 31))]
