"""The words the steps are written in: several columns at once, keys and triggers with the names we give them."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op


def _columns(kind: Callable[[], Any]) -> Callable[..., list[sa.Column[Any]]]:
    """Several columns of a kind; a name that ends in `?` may be NULL."""
    return lambda names: [
        sa.Column(name.rstrip("?"), kind(), nullable=name.endswith("?")) for name in names.split()
    ]


strings = _columns(sa.String)
texts = _columns(sa.Text)
numbers = _columns(sa.Integer)
floats = _columns(sa.Float)
flags = _columns(sa.Boolean)
packed = _columns(sa.LargeBinary)
instants = _columns(sa.BigInteger)


def counter(name: str) -> sa.Column[Any]:
    """A key that counts up."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=True, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def refers(table: str, other: str, *columns: str) -> sa.ForeignKeyConstraint:
    """To the columns of the same names."""
    targets = [f"{other}.{column}" for column in columns]
    return sa.ForeignKeyConstraint(list(columns), targets, name=f"fk_{table}_{other}")


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def refuse(operation: str, *tables: str) -> None:
    """A trigger per table; SQLite raises in it, PostgreSQL in the function `refuse_change` that it calls."""
    for table in tables:
        head = f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        else:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
