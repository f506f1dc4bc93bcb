"""Texts of rules and prompts that somebody is working on, taken as if they were published."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.errors import ParameterInvalid
from api.service import Service
from calibration.drafts import Standard
from evaluators.catalogue.loading import build_catalogue, load_catalogue, prompts_for
from evaluators.errors import RuleInvalid
from prompts.errors import PromptInvalid
from prompts.library import load_prompts
from prompts.prompt_file import SUFFIX

#: A rule file is a page of text.
LARGEST = 100_000
_ID = re.compile(r"""^\s*id\s*=\s*["']([a-z][a-z0-9_]*)["']\s*$""", re.M)


def published(service: Service) -> Standard:
    """What the service inspects by."""
    folder = service.settings.catalogue
    return Standard(service.inspector.catalogue, prompts_for(None if folder is None else [folder]))


def drafted(now: Standard, rules: Sequence[str] = (), prompts: Sequence[str] = ()) -> Standard:
    """The same with rule files (TOML) and prompt files in the place of those of the same id.

    Raises `ParameterInvalid` that names the text, its field and line.
    """
    if not rules and not prompts:
        return now
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fields = _write(folder, "rules", rules, ".toml") | _write(folder, "prompts", prompts, SUFFIX)
        try:
            drafts = load_catalogue([folder])
            own = load_prompts(folder) if prompts else {}
        except (RuleInvalid, PromptInvalid) as error:
            raise _refused(error, fields) from error
    known = now.prompts | own
    mine = {each.id: each for each in now.catalogue.rules} | {each.id: each for each in drafts.rules}
    return Standard(build_catalogue(mine.values(), now.catalogue.sources, known), known)


def _write(folder: Path, field: str, texts: Sequence[str], suffix: str) -> dict[str, str]:
    """Each into the file that is named after it; file to the field of the request. What names no id is a `draft`."""
    fields: dict[str, str] = {}
    for place, text in enumerate(texts):
        found = _ID.search(text)
        file = f"{found[1] if found else f'draft_{place}'}{suffix}"
        if file in fields:
            raise ParameterInvalid(f"{field}[{place}]", f"has the same id as {fields[file]}")
        fields[file] = f"{field}[{place}]"
        (folder / file).write_text(text, encoding="utf-8")
    return fields


def _refused(error: RuleInvalid | PromptInvalid, fields: Mapping[str, str]) -> ParameterInvalid:
    field = fields.get(Path(error.path or "").name, next(iter(fields.values())))
    where = f" (line {error.line})" if error.line else ""
    return ParameterInvalid(field + (f".{error.field}" if error.field else ""), f"{error.reason}{where}")
