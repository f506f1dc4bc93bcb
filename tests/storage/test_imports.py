"""What must stay cheap: reading sessions from files loads no database."""

import subprocess
import sys

DATABASE = ("sqlalchemy", "sqlmodel", "alembic", "aiosqlite", "asyncpg")


def test_reading_files_loads_no_database() -> None:
    code = f"import sys, storage.errors, storage.intake; print([name for name in {DATABASE} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
