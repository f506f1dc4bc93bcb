"""All tables together, as migrations and tests need them."""

from storage import appeal_tables, control_tables, review_tables, tables, trust_tables

metadata = tables.metadata
#: Importing a module of tables is what adds them.
MODULES = (tables, control_tables, review_tables, appeal_tables, trust_tables)
