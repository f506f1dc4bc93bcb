"""Database URLs as people write them, to those of the asynchronous drivers."""

from typing import Any, NamedTuple

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from storage.errors import DatabaseUrlInvalid

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_EXPECTED = "expected sqlite:///path or postgresql://user@host/name"


class Address(NamedTuple):
    """`url` with the driver in it; `options` for its connect function."""

    url: URL
    options: dict[str, Any]

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()


def read_address(url: str) -> Address:
    """Raises `DatabaseUrlInvalid`, which never shows a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlInvalid(f"the database URL cannot be read: {_EXPECTED}") from error
    shown = address.render_as_string(hide_password=True)
    driver = _DRIVERS.get(address.drivername.partition("+")[0])
    if driver is None or address.drivername not in (driver, *_DRIVERS):
        raise DatabaseUrlInvalid(f"{shown!r}: {_EXPECTED}")
    if not address.database or address.database == ":memory:":
        raise DatabaseUrlInvalid(
            f"{shown!r}: expected a file, as in sqlite:///mingjian.db, or a database name"
        )
    address = address.set(drivername=driver)
    return Address(address, {}) if address.get_backend_name() == "sqlite" else _postgres(address)


def _postgres(address: URL) -> Address:
    """Translates what libpq understands in a URL and the asynchronous driver takes elsewhere."""
    options: dict[str, Any] = {}
    if schema := address.query.get("search_path"):
        options["server_settings"] = {"search_path": schema}
    if sslmode := address.query.get("sslmode"):
        options["ssl"] = sslmode
    return Address(address.difference_update_query(["search_path", "sslmode"]), options)
