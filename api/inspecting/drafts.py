"""Texts of rules and prompts that somebody is working on, taken as if they were published."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from api.errors import ParameterInvalid
from calibration import drafts
from calibration.drafts import Standard
from evaluators.errors import RuleInvalid
from prompts.errors import PromptInvalid
from prompts.prompt_file import SUFFIX

#: A rule file is a page of text.
LARGEST = 100_000
_ID = re.compile(r"""^\s*id\s*=\s*["']([a-z][a-z0-9_]*)["']\s*$""", re.M)
#: What prompts of a catalogue may include lies there.
_PARTS = "shared"


def drafted(
    now: Standard, rules: Sequence[str] = (), prompts: Sequence[str] = (), *, parts: Path | None = None
) -> Standard:
    """The same with rule files (TOML) and prompt files in the place of those of the same id.

    `parts`: the folder of the catalogue, whose `shared/` the prompts may include; None: the shipped parts alone.
    Raises `ParameterInvalid` that names the text, its field and line.
    """
    if not rules and not prompts:
        return now
    with folder_of({}, parts) as folder:
        fields = _write(folder, "rules", rules, ".toml") | _write(folder, "prompts", prompts, SUFFIX)
        try:
            found = drafts.drafted(folder, now)
        except (RuleInvalid, PromptInvalid) as error:
            raise _refused(error, fields) from error
    # The folder of the drafts is gone by now.
    return found._replace(catalogue=replace(found.catalogue, sources=now.catalogue.sources))


def id_in(text: str) -> str | None:
    """The id that a rule or prompt file gives itself; None: it gives none."""
    found = _ID.search(text)
    return found[1] if found else None


@contextmanager
def folder_of(files: Mapping[str, str], parts: Path | None) -> Iterator[Path]:
    """A folder with these files, by name, and the parts of a catalogue; gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if parts is not None and (parts / _PARTS).is_dir():
            shutil.copytree(parts / _PARTS, folder / _PARTS)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        yield folder


def _write(folder: Path, field: str, texts: Sequence[str], suffix: str) -> dict[str, str]:
    """Each into the file that is named after it; file to the field of the request. What names no id is a `draft`."""
    fields: dict[str, str] = {}
    for place, text in enumerate(texts):
        file = f"{id_in(text) or f'draft_{place}'}{suffix}"
        if file in fields:
            raise ParameterInvalid(f"{field}[{place}]", f"has the same id as {fields[file]}")
        fields[file] = f"{field}[{place}]"
        (folder / file).write_text(text, encoding="utf-8")
    return fields


def _refused(error: RuleInvalid | PromptInvalid, fields: Mapping[str, str]) -> ParameterInvalid:
    field = fields.get(Path(error.path or "").name, next(iter(fields.values())))
    where = f" (line {error.line})" if error.line else ""
    return ParameterInvalid(field + (f".{error.field}" if error.field else ""), f"{error.reason}{where}")
