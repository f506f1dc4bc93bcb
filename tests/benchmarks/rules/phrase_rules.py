"""R01, R04, R07, R08, R10, R11, R32, R33, R35-R39: phrases, transfers and ratings, by hand."""

from tests.benchmarks.rules import lists
from tests.benchmarks.rules.outcomes import Found, hit, plain, quoted, undetermined, whole
from tests.benchmarks.rules.talk import Line, Talk
from tests.benchmarks.rules.text import says


def missing_welcome(talk: Talk) -> Found:
    """R01: none of the first three shop messages greets."""
    if not any(line.is_shop for line in talk.lines):
        return plain("not_applicable")
    first = [line for line in talk.lines if line.is_shop and not line.recalled][:3]
    for line in first:
        if says(line.norm, lists.GREETINGS):
            return plain("no_hit")
    if len(first) < 3 and not talk.over:
        return undetermined("session_open")
    if not first:
        return hit(talk.last_human())
    return hit(talk.author(first[-1]), [whole(first[-1])])


def customer_made_to_repeat(talk: Talk) -> Found:
    """R04: the customer says that it was all said before."""
    asked = [line for line in talk.lines if line.sender == "customer" and not line.recalled]
    lines = [line for line in asked if says(line.norm, lists.REPEATED)]
    if not lines:
        return plain("no_hit")
    return hit(talk.on_duty_with(lines[0]), [quoted(line, lists.REPEATED) for line in lines])


def missing_review_invitation(talk: Talk) -> Found:
    """R07: nobody among the last ten messages invites to rate."""
    if not talk.over:
        return undetermined("session_open")
    if not any(line.is_shop for line in talk.lines):
        return plain("not_applicable")
    last_ten = [line for line in talk.before_the_end() if line.is_dialogue][-10:]
    if any(_invites(line) for line in last_ten):
        return plain("no_hit")
    return hit(talk.last_human(), [whole(line) for line in last_ten[-1:]])


def repeated_review_invitation(talk: Talk) -> Found:
    """R08: at least two among the last ten messages invite to rate."""
    if not talk.over:
        return undetermined("session_open")
    if not any(line.is_shop for line in talk.lines):
        return plain("not_applicable")
    last_ten = [line for line in talk.before_the_end() if line.is_dialogue][-10:]
    invitations = [line for line in last_ten if _invites(line)]
    if len(invitations) < 2:
        return plain("no_hit")
    return hit(talk.author(invitations[-1]), [quoted(line, lists.INVITATIONS) for line in invitations])


def _invites(line: Line) -> bool:
    if line.content == "rating_invite":
        return True
    return line.is_shop and says(line.norm, lists.INVITATIONS)


def transfer_without_reply(talk: Talk) -> Found:
    """R10: a human hands over without having sent anything."""
    bots = {agent["agent_id"] for agent in talk.agents if agent.get("kind") == "bot"}
    bots |= {line.sender_id or "bot" for line in talk.lines if line.sender == "bot"}
    transfers = [event for event in talk.transfers if talk.hands_over(event) not in {None, *bots}]
    if not transfers:
        return plain("not_applicable")
    if not talk.timed:
        return undetermined("times_missing")
    for event in transfers:
        who = talk.hands_over(event)
        earlier = [line for line in talk.lines if line.at <= event["when"]]
        if not any(line.sender == "agent" and line.sender_id == who for line in earlier):
            asked = [line for line in earlier if line.sender == "customer"]
            return hit(who, [whole(line) for line in asked[-1:]])
    return plain("no_hit")


def nonstandard_transfer_phrase(talk: Talk) -> Found:
    """R11: none of the last five messages of who hands over announces it in the shop's words."""
    found = plain("not_applicable")
    for event in talk.transfers:
        who = talk.hands_over(event)
        own = [
            line for line in talk.lines if not line.recalled and line.is_service and talk.author(line) == who
        ]
        if own and not talk.timed:
            return undetermined("times_missing")
        own = [line for line in own if line.at <= event["when"]][-5:]
        if not own:
            continue
        if not any(says(line.norm, lists.TRANSFER_WORDS) for line in own):
            return hit(who, [whole(own[-1])])
        found = plain("no_hit")
    return found


def prohibited_superlative(talk: Talk) -> Found:
    """R32: a word the advertising law forbids."""
    return _forbidden(talk, lists.SUPERLATIVES, lists.SUPERLATIVES_EXCEPT)


def hostile_phrase(talk: Talk) -> Found:
    """R33: words that fan the flames."""
    return _forbidden(talk, lists.HOSTILE, lists.HOSTILE_EXCEPT)


def _forbidden(talk: Talk, phrases: tuple[str, ...], exceptions: tuple[str, ...]) -> Found:
    lines = [line for line in talk.lines if line.is_shop and says(line.norm, phrases, exceptions)]
    if not lines:
        return plain("no_hit")
    return hit(talk.author(lines[0]), [quoted(line, phrases, exceptions) for line in lines])


def rating(talk: Talk, level: int) -> Found:
    """R35-R39: an agent's last rating has this level."""
    if not talk.ratings:
        return plain("not_applicable") if talk.over else undetermined("session_open")
    last: dict[str | None, int] = {}
    for event in talk.ratings:
        last[event.get("agent_id") or talk.last_human()] = event["level"]
    for agent, given in last.items():
        if given == level:
            return hit(agent)
    return plain("no_hit")
