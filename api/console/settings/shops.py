"""Shops with their groups and agents, and which profile each shop uses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from api.console.words import called, day, moment
from api.service import Service
from evaluators.profiles import effective_from, profile_names
from storage import agent_names, profiles, sessions, staff
from storage.sessions import StoredSession
from storage.staff import Member

#: Who served a session within so long is shown, and at most so many.
LATELY, MOST = timedelta(days=90), 1000


class AgentLine(NamedTuple):
    """An agent of a group, by name and id. `tier` as the last session says, empty if it says none."""

    agent: str
    tier: str
    sessions: int
    last: str


class GroupLine(NamedTuple):
    """A group of a shop; empty name: sessions that name none."""

    group: str
    agents: list[AgentLine]


class ShopCard(NamedTuple):
    """A shop. `profile` is in force now; `coming` from `coming_from` on, empty if that is the same."""

    shop: str
    profile: str
    coming: str
    coming_from: str
    groups: list[GroupLine]


class Choice(NamedTuple):
    """Which profiles hold for a shop now and from its next midnight on."""

    now: str
    next: str
    next_from: datetime


class Found(NamedTuple):
    """`names`: of all profiles; `called`: names of agents by id. `cut`: there are more agents than are shown."""

    members: Sequence[Member]
    stored: Mapping[tuple[str, int], StoredSession]
    choices: Mapping[str | None, Choice]
    names: list[str]
    called: Mapping[str, str]
    cut: bool


async def load(service: Service, now: datetime) -> Found:
    """As things stand at `now`."""
    async with service.database.reading() as db:
        found = await staff.members(db, now - LATELY, limit=MOST + 1)
        members = found[:MOST]
        stored = await sessions.get_many(db, [(each.session_id, each.revision) for each in members])
        default = service.inspector.standards.default_profile
        choices = {}
        for shop in {None, *(each.shop for each in members)}:
            midnight = effective_from(now, service.settings.zone_of(shop))
            choices[shop] = Choice(
                await profiles.name_at(db, shop, now) or default,
                await profiles.name_at(db, shop, midnight) or default,
                midnight,
            )
        names = sorted({*profile_names(), *await profiles.names(db)})
        known = await agent_names.names_of(db, (each.agent_id for each in members))
    return Found(members, stored, choices, names, known, len(found) > MOST)


def shop_cards(found: Found, zone: tzinfo) -> list[ShopCard]:
    """By shop; sessions without a shop last."""
    shops: dict[str | None, dict[str, list[AgentLine]]] = {}
    for each in found.members:
        groups = shops.setdefault(each.shop, {})
        groups.setdefault(each.group or "", []).append(_agent_line(each, found, zone))
    ordered = sorted(shops.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))
    return [
        shop_card(
            shop or "", found.choices[shop], zone, [GroupLine(*each) for each in sorted(groups.items())]
        )
        for shop, groups in ordered
    ]


def shop_card(shop: str, choice: Choice, zone: tzinfo, groups: list[GroupLine]) -> ShopCard:
    """Of one shop, or (empty name, no groups) of all that have no profile of their own."""
    coming = choice.next if choice.next != choice.now else ""
    return ShopCard(shop, choice.now, coming, moment(choice.next_from, zone) if coming else "", groups)


def users_of(profile: str, choices: Mapping[str | None, Choice], zone: tzinfo) -> list[tuple[str, str]]:
    """The shops that use a profile (empty: all that have none of their own), and from when on, where not yet."""
    using = [(shop or "", each) for shop, each in choices.items() if profile in (each.now, each.next)]
    return [
        (shop, "" if each.now == profile else moment(each.next_from, zone))
        for shop, each in sorted(using, key=lambda pair: (not pair[0], pair[0]))
    ]


def _agent_line(member: Member, found: Found, zone: tzinfo) -> AgentLine:
    stored = found.stored.get((member.session_id, member.revision))
    agents = {each.agent_id: each for each in stored.session.agents} if stored else {}
    listed = agents.get(member.agent_id)
    tier = listed.tier if listed and listed.tier else ""
    shown = called(member.agent_id, found.called)
    return AgentLine(shown, tier, member.sessions, day(member.last_at.astimezone(UTC), zone))
