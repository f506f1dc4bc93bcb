"""What the texts of rules and prompts say when: the files of the catalogue, and what was published in their place."""

import asyncio
import hashlib
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import ParameterInvalid, PublicationUnusable
from api.inspecting import drafts
from api.judging.judges import reading
from calibration.drafts import Standard
from evaluators.judges.port import Judge
from prompts.prompt_file import SUFFIX
from storage import publications
from storage.db import Database
from storage.errors import StorageError
from storage.publications import Publication

#: Seconds after which another process's publications are looked for again; they take effect at midnight.
_PATIENCE = 5.0
#: Editions that are kept; a day sees two.
_MOST = 16
_Key = tuple[tuple[str, int], ...]


class Edition(NamedTuple):
    """What holds at an instant. `unusable`: texts that this release cannot use, by subject, and why; their files
    stand in, for pages alone: nothing is judged by them.
    """

    standard: Standard
    judge: Judge | None
    unusable: Mapping[str, str]

    def refuse_unusable(self) -> None:
        """Raises `PublicationUnusable`."""
        for subject, why in self.unusable.items():
            raise PublicationUnusable(
                f"the published text of {subject} cannot be used by this release: {why}"
            )


class Editions:
    """All editions of a catalogue. `parts`: the folder of its files, if they are not the shipped ones.

    `now` and `newest` are those of what is known; `refresh` makes it known.
    """

    def __init__(self, files: Standard, judge: Judge | None, parts: Path | None = None) -> None:
        self.files, self._parts = Edition(files, judge, {}), parts
        self._all: tuple[Publication, ...] = ()
        self._looked_at = float("-inf")
        self._changes: tuple[datetime, ...] = ()
        self._made: dict[_Key, Edition] = {(): self.files}
        self._making = asyncio.Lock()

    @property
    def now(self) -> Edition:
        """What sessions that begin now are judged by."""
        return self._edition(publications.in_force(self._all, datetime.now(UTC)))

    @property
    def newest(self) -> Edition:
        """What is published, in force or not yet: what a draft is compared with."""
        return self._edition(publications.in_force(self._all, None))

    @property
    def published(self) -> Edition:
        """The newest, to be measured: not with files in the place of texts. Raises `PublicationUnusable`."""
        self.newest.refuse_unusable()
        return self.newest

    def newest_of(self, subject: str) -> Publication | None:
        """The last version of a text, in force or not yet."""
        return next((each for each in reversed(self._all) if each.subject == subject), None)

    async def refresh(self, database: Database) -> None:
        """Looks for what other processes have published, now and then."""
        if time.monotonic() - self._looked_at < _PATIENCE:
            return
        try:
            async with database.reading() as db:
                await self.reload(db)
        except StorageError:
            # Whoever needs the database says so; what is known holds until midnight at least.
            return

    async def reload(self, db: AsyncSession) -> None:
        """Everything that is published by now, made ready."""
        if await publications.number(db) != len(self._all):
            everything = await publications.everything(db)
            changes = tuple(sorted({each.effective_from for each in everything}))
            now = datetime.now(UTC)
            for instant in (now, *changes[bisect_right(changes, now) :]):
                await self._made_ready(publications.in_force(everything, instant))
            # Others read meanwhile; rows are only ever added, so that more of them is later.
            if len(everything) > len(self._all):
                self._all, self._changes = everything, changes
        self._looked_at = time.monotonic()

    async def changes(self, db: AsyncSession) -> tuple[datetime, ...]:
        """When anything changed or will: between two of them everything stays as it is. Ascending."""
        await self.reload(db)
        return self._changes

    async def at(self, db: AsyncSession, instant: datetime) -> Edition:
        """What was, is or will be in force then."""
        await self.reload(db)
        return await self._made_ready(publications.in_force(self._all, instant))

    async def _made_ready(self, texts: Sequence[Publication]) -> Edition:
        async with self._making:
            return await asyncio.to_thread(self._edition, texts)

    def _edition(self, texts: Sequence[Publication]) -> Edition:
        key = tuple((each.subject, each.version) for each in texts)
        if key not in self._made:
            made = self._composed(texts)
            if len(self._made) >= _MOST:
                self._made = {(): self.files}
            self._made[key] = made
        return self._made[key]

    def _composed(self, texts: Sequence[Publication]) -> Edition:
        standard, unusable = self.files.standard, dict[str, str]()
        try:
            standard = self._laid(standard, texts)
        except ParameterInvalid:
            for each in texts:
                try:
                    standard = self._laid(standard, [each])
                except ParameterInvalid as error:
                    unusable[each.subject] = str(error)
        return self._read(standard, unusable)

    def _read(self, standard: Standard, unusable: Mapping[str, str]) -> Edition:
        same = standard.prompts == self.files.standard.prompts
        judge = self.files.judge if same else reading(self.files.judge, standard.prompts)
        return Edition(standard, judge, unusable)

    def _laid(self, standard: Standard, texts: Sequence[Publication]) -> Standard:
        given: dict[bool, list[str]] = {False: [], True: []}
        for each in texts:
            given[is_prompt(standard, each.subject)].append(each.text or "")
        return drafts.drafted(standard, rules=given[False], prompts=given[True], parts=self._parts)

    def drafted(self, rules: Sequence[str] = (), prompts: Sequence[str] = ()) -> Edition:
        """The newest with rule files (TOML) and prompt files in the place of those of the same id.

        Raises `ParameterInvalid` that names the text, its field and line.
        """
        return self._read(drafts.drafted(self.newest.standard, rules, prompts, parts=self._parts), {})


class FixedEdition(Editions):
    """One edition for all times, whatever is published."""

    async def reload(self, db: AsyncSession) -> None:
        """Nothing else holds."""


def file_of(standard: Standard, subject: str) -> Path:
    """The file of a rule or a signal. Raises `ParameterInvalid` where there is neither of that id."""
    sources = standard.catalogue.sources
    if subject not in sources and subject not in standard.prompts:
        raise ParameterInvalid(subject, "there is no rule and no signal of that id")
    return sources[subject] if subject in sources else standard.prompts[subject].path


def digest_of(text: str) -> str:
    """`sha256:…` of the text of a file."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def is_prompt(standard: Standard, subject: str) -> bool:
    """Whether its text is a prompt file."""
    return file_of(standard, subject).name.endswith(SUFFIX)
