"""All tables together, as migrations and tests need them."""

from storage.tables import appeals as appeal_tables
from storage.tables import control as control_tables
from storage.tables import notifying as notifying_tables
from storage.tables import review as review_tables
from storage.tables import sessions as tables
from storage.tables import studies as study_tables
from storage.tables import trust as trust_tables

metadata = tables.metadata
#: Importing a module of tables is what adds them.
MODULES = (
    tables, control_tables, review_tables, appeal_tables, trust_tables, notifying_tables, study_tables,
)  # fmt: skip
