"""Rules and prompts that somebody is working on, in the place of the published ones of the same id."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from evaluators.catalogue.loading import Catalogue, build_catalogue, load_catalogue, prompts_for
from evaluators.catalogue.rule_set_checks import check_together
from evaluators.errors import RuleInvalid
from prompts.library import Prompt, laid_over, load_prompts


class Standard(NamedTuple):
    """A catalogue and all prompts that its rules can name."""

    catalogue: Catalogue
    prompts: dict[str, Prompt]

    def changed_from(self, published: "Standard") -> list[str]:
        """The rules that are new or read differently, in the order of the catalogue."""
        before = published.catalogue.rule_versions
        return [each for each, version in self.catalogue.rule_versions.items() if before.get(each) != version]


@cache
def published() -> Standard:
    """All that is shipped; read once."""
    return Standard(load_catalogue(derived=True), prompts_for())


def drafted(folder: Path | None, base: Standard | None = None) -> Standard:
    """`base` (default: what is shipped) with the rules and prompts of the folder instead of those with the same id.

    Raises `RuleInvalid` or `PromptInvalid` for what cannot be used.
    """
    base = published() if base is None else base
    if folder is None:
        return base
    drafts = load_catalogue([folder], known=base.prompts)
    prompts = laid_over(base.prompts, load_prompts(folder, lenders=base.prompts))
    rules = list({rule.id: rule for rule in (*base.catalogue.rules, *drafts.rules)}.values())
    sources = base.catalogue.sources | drafts.sources
    for placed in check_together(rules):
        raise RuleInvalid(placed.message, path=str(sources[rules[placed.rule].id]), field=placed.field)
    return Standard(build_catalogue(rules, sources, prompts), prompts)
