"""What is wrong between rules: names used twice, groups that overlap themselves or are misspelt."""

from collections.abc import Iterator

from msgspec import Struct

from evaluators.grammar.kinds import Rule


class Placed(Struct, frozen=True):
    """A finding about one of several rules."""

    rule: int
    field: str
    message: str


def check_together(rules: list[Rule]) -> Iterator[Placed]:
    """What is wrong between rules; `rule` is the index of the later one."""
    yield from _check_names(rules)
    groups: dict[str, Rule] = {}
    members: dict[str, list[int]] = {}
    for index, rule in enumerate(rules):
        if rule.exclusion_group is None:
            continue
        first = groups.setdefault(rule.exclusion_group, rule)
        members.setdefault(rule.exclusion_group, []).append(index)
        if first.exclusion_per != rule.exclusion_per:
            message = f"{first.id} competes per {first.exclusion_per} in this group: expected the same here"
            yield Placed(index, "exclusion_per", message)
    yield from _check_lonely(members)


def _check_names(rules: list[Rule]) -> Iterator[Placed]:
    ids: dict[str, Rule] = {}
    numbers: dict[str, Rule] = {}
    for index, rule in enumerate(rules):
        if ids.setdefault(rule.id, rule) is not rule:
            yield Placed(index, "id", f"another rule file has the id {rule.id!r} too")
        if rule.number is not None and numbers.setdefault(rule.number, rule) is not rule:
            yield Placed(index, "number", f"{rule.number} is the number of {numbers[rule.number].id} too")


def _check_lonely(members: dict[str, list[int]]) -> Iterator[Placed]:
    """A group of one is fine in a small catalogue; beside a group of nearly that name it is a slip."""
    for name, indices in members.items():
        if len(indices) > 1:
            continue
        # Imported here: the built-in catalogue has no such group.
        from evaluators.catalogue.rule_messages import closest

        hint = closest(name, [other for other in members if other != name])
        if hint:
            yield Placed(indices[0], "exclusion_group", f"no other rule is in the group {name!r}{hint}")
