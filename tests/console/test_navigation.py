"""Which pages of the menu somebody sees, where they start, and which one they are on."""

import pytest

from api.auth import SCOPES, Caller, Role
from api.console.navigation import NAVIGATION, home_of, item_of


@pytest.mark.parametrize(
    ("role", "home"), [("agent", "/mine"), ("reviewer", "/desk"), ("lead", "/desk"), ("feed", None)]
)
def test_everybody_starts_at_the_first_page_that_is_for_them(role: Role, home: str | None) -> None:
    assert home_of(Caller("x", SCOPES[role])) == home


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/review", "/review"),
        ("/review/case", "/review"),
        ("/review/disagreements", "/review/disagreements"),
        ("/desk/sessions/s-1", "/desk"),
        ("/reviews", None),
        ("/login", None),
    ],
)
def test_one_page_of_the_menu_is_the_current_one(path: str, item: str | None) -> None:
    assert item_of(Caller("x", SCOPES["admin"]), path) == item


def test_every_page_of_the_menu_has_a_letter_of_its_own() -> None:
    assert len({item.key for item in NAVIGATION}) == len(NAVIGATION)
    assert all(len(item.key) == 1 and item.key != "g" for item in NAVIGATION)
