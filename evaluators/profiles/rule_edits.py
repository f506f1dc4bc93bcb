"""A part of a rule laid over the rule: deep merge, `unset`, and edits of its phrase list."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from evaluators.catalogue.rule_checks import check_rule
from evaluators.grammar.kinds import Rule
from evaluators.grammar.walk import acts_of
from evaluators.phrases.text import fold
from evaluators.profiles.documents import PhraseEdit, RuleEdit, Table
from evaluators.profiles.problems import FieldProblem, did_you_mean, field_problem, joined

#: What a rule is: with another one it would be another rule.
FIXED = ("id", "kind", "number")
_EDITS = RuleEdit.__struct_fields__


def edited(rule: Rule, edit: Table) -> Rule:
    """The rule with the edit laid over it. Raises `FieldProblem`."""
    _check_keys(rule, edit)
    try:
        wanted = msgspec.convert({key: edit[key] for key in _EDITS if key in edit}, RuleEdit)
    except msgspec.ValidationError as error:
        raise field_problem(error) from error
    document: Table = msgspec.json.decode(msgspec.json.encode(rule))
    for index, path in enumerate(wanted.unset):
        _unset(document, path, f"unset[{index}]")
    document = merged(document, {key: value for key, value in edit.items() if key not in _EDITS})
    _edit_phrases(document, wanted)
    changed = _rule(document)
    for field, expected in check_rule(changed, rule.id, frozenset(acts_of(rule))):
        raise FieldProblem(field, expected)
    return changed


def merged(below: Table, above: Table) -> Table:
    """Tables are merged key by key; anything else is replaced."""
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        result[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return result


def _check_keys(rule: Rule, edit: Table) -> None:
    known = type(rule).__struct_encode_fields__
    for key in edit:
        if key in FIXED:
            raise FieldProblem(key, "cannot be overridden: it says which rule this is")
        if key not in known and key not in _EDITS:
            hint = did_you_mean(key, (*known, *_EDITS))
            raise FieldProblem(key, f"unknown key{hint or '; known: ' + ', '.join((*known, *_EDITS))}")


def _rule(document: Table) -> Rule:
    try:
        return cast(Rule, msgspec.convert(document, Rule))
    except msgspec.ValidationError as error:
        # Imported here: only a broken profile pays for explaining it.
        from evaluators.catalogue.rule_messages import wrong_shape

        wrong = wrong_shape(document)[0][0]
        raise FieldProblem(wrong.field, wrong.message) from error


def _unset(document: Table, path: str, field: str) -> None:
    *parents, last = path.split(".")
    table: Any = document
    for key in parents:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict) or last not in table or path in FIXED:
        hint = did_you_mean(last, table) if isinstance(table, dict) else ""
        raise FieldProblem(field, f"expected a key of the rule, got {path!r}{hint}")
    del table[last]


def _edit_phrases(document: Table, wanted: RuleEdit) -> None:
    if wanted.phrases is None and not wanted.add_except:
        return
    field = "phrases" if wanted.phrases is not None else "add_except"
    for says in _the_phrase_list(document, field):
        if wanted.phrases is not None:
            says["any"] = _edited_phrases(says["any"], wanted.phrases)
            # An exception that no phrase needs any more went with its phrase.
            says["except"] = [each for each in says["except"] if _carries(each, says)]
        says["except"] = list(dict.fromkeys((*says["except"], *wanted.add_except)))


def _the_phrase_list(document: Table, field: str) -> list[Table]:
    """The rule's one list, wherever it stands: R06 has the same in its trigger and its behaviour."""
    lists = [(path, table) for path, table in _tables(document, "") if path.endswith("says")]
    filled = [(path, says) for path, says in lists if says["any"]] or lists
    if not filled:
        raise FieldProblem(field, "expected a rule with a phrase list; this one has none")
    if len({tuple(says["any"]) for _, says in filled}) > 1:
        places = ", ".join(f"{path}.any" for path, _ in filled)
        raise FieldProblem(field, f"this rule has several phrase lists: write the one meant out, {places}")
    return [says for _, says in filled]


def _tables(value: Any, path: str) -> Iterator[tuple[str, Table]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from _tables(inner, joined(path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _tables(inner, f"{path}[{index}]")


def _edited_phrases(phrases: list[str], edit: PhraseEdit) -> list[str]:
    left = list(phrases if edit.set is None else edit.set)
    for index, phrase in enumerate(edit.remove):
        if phrase not in left:
            hint = did_you_mean(phrase, left)
            raise FieldProblem(f"phrases.remove[{index}]", f"{phrase!r} is not among the phrases{hint}")
        left.remove(phrase)
    left += [phrase for phrase in edit.add if phrase not in left]
    if not left:
        raise FieldProblem("phrases", "expected at least one phrase to be left (or `enabled = false`)")
    return left


def _carries(carrier: str, says: Table) -> bool:
    phrases = (*says["any"], *says["all"], *says["none"])
    return any(fold(phrase) in fold(carrier) for phrase in phrases)
