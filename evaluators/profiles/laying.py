"""One set of overrides laid over the next: every step is checked, so that a message names the step."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from evaluators.catalogue.loading import Catalogue
from evaluators.catalogue.rule_set_checks import check_together
from evaluators.errors import ProfileInvalid
from evaluators.grammar.kinds import Rule
from evaluators.profiles.documents import Overrides, Profile, Table
from evaluators.profiles.problems import FieldProblem, did_you_mean, field_problem, invalid, joined
from evaluators.profiles.rule_edits import edited, merged
from evaluators.reply_metrics.service_calendar import ServiceCalendar
from evaluators.reply_metrics.timing import TimingProfile
from evaluators.scoring.policy import ScoringPolicy

Checked = TypeVar("Checked", ScoringPolicy, ServiceCalendar, TimingProfile)


class Step(NamedTuple):
    """Overrides and where they stand: `place` is empty for the profile's own, else `layer[2]`."""

    profile: Profile
    place: str
    overrides: Overrides


class Laying:
    """What holds after the steps laid so far. What was wrong is left out and listed in `problems`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.rules: dict[str, Rule] = {rule.id: rule for rule in catalogue.rules}
        self.scoring = ScoringPolicy()
        self.service_hours: ServiceCalendar | None = None
        self.timing: dict[str, TimingProfile] = {}
        self.problems: list[ProfileInvalid] = []
        self._ids = {rule.number: rule.id for rule in catalogue.rules if rule.number}
        self._edited_in: dict[str, tuple[Step, str]] = {}

    def lay(self, step: Step) -> None:
        """The next set of overrides over what holds so far."""
        overrides = step.overrides
        for key, edit in overrides.rules.items():
            self._try(step, f"rules.{key}", self._lay_rule, step, key, edit)
        if overrides.scoring:
            self._try(step, "scoring", self._lay_scoring, overrides.scoring)
        if overrides.service_hours:
            self._try(step, "service_hours", self._lay_service_hours, overrides.service_hours)
        for name, table in overrides.timing.items():
            self._try(step, f"timing.{name}", self._lay_timing, name, table)

    def finish(self) -> None:
        """What can only be done, and what can only be wrong, when everything is laid."""
        if self.scoring.shop_faults_count_for_agents:
            for rule in self.rules.values():
                if rule.attribute_to == "shop":
                    self.rules[rule.id] = replace(rule, attribute_to="on_duty")
        if not self._edited_in:
            return
        rules = list(self.rules.values())
        for placed in check_together(rules):
            group = rules[placed.rule].exclusion_group
            suspects = [rules[placed.rule], *(rule for rule in rules if rule.exclusion_group == group)]
            culprit = next((rule.id for rule in suspects if rule.id in self._edited_in), None)
            if culprit is not None:
                step, key = self._edited_in[culprit]
                self._note(step, f"rules.{key}", FieldProblem(placed.field, placed.message))

    def _try(self, step: Step, place: str, lay: Callable[..., None], *parts: Any) -> None:
        try:
            lay(*parts)
        except FieldProblem as problem:
            self._note(step, place, problem)

    def _note(self, step: Step, place: str, problem: FieldProblem) -> None:
        placed = problem.under(joined(step.place, place))
        self.problems.append(invalid(step.profile.source, placed))

    def _lay_rule(self, step: Step, key: str, edit: Any) -> None:
        rule = self.rules[self._rule_id(key)]
        before = self._edited_in.get(rule.id)
        if before is not None and before[0] is step:
            raise FieldProblem("", f"the same rule as {before[1]}: expected it once")
        self.rules[rule.id] = edited(rule, _table(edit))
        self._edited_in[rule.id] = (step, key)

    def _rule_id(self, key: str, field: str = "") -> str:
        rule_id = self._ids.get(key, key)
        if rule_id not in self.rules:
            # R99 is near to every number: guessing would mislead.
            hint = did_you_mean(key, self.rules) if key.islower() else ""
            raise FieldProblem(field, f"no rule of that id or R-number in the catalogue{hint}")
        return rule_id

    def _lay_scoring(self, table: Table) -> None:
        policy = _checked(self.scoring, table, ScoringPolicy)
        groups = sorted({rule.exclusion_group for rule in self.rules.values() if rule.exclusion_group})
        for index, name in enumerate(table.get("without_exclusion", ())):
            if name not in groups:
                known = did_you_mean(name, groups) or f"; known: {', '.join(groups)}"
                raise FieldProblem(f"without_exclusion[{index}]", f"no exclusion group {name!r}{known}")
        caps = dict(policy.caps)
        for name, cap in table.get("caps", {}).items():
            places = enumerate(cap.get("rules", ()))
            ids = [self._rule_id(key, f"caps.{name}.rules[{index}]") for index, key in places]
            if ids:
                caps[name] = replace(caps[name], rules=tuple(ids))
        self.scoring = replace(policy, caps=caps)

    def _lay_service_hours(self, table: Table) -> None:
        self.service_hours = _checked(self.service_hours, table, ServiceCalendar)

    def _lay_timing(self, name: str, table: Any) -> None:
        self.timing[name] = _checked(self.timing.get(name), _table(table), TimingProfile)


def _table(value: Any) -> Table:
    if not isinstance(value, dict):
        raise FieldProblem("", f"expected a table, got {value!r}")
    return value


def _checked(below: Checked | None, table: Table, kind: type[Checked]) -> Checked:
    """The table laid over what holds below, as a value that can be meant."""
    beneath: Table = {} if below is None else msgspec.to_builtins(below)
    try:
        value = msgspec.convert(merged(beneath, table), kind)
    except msgspec.ValidationError as error:
        raise field_problem(error, kind.__struct_fields__) from error
    problem = value.problem()
    if problem is not None:
        raise FieldProblem(*problem)
    return value
