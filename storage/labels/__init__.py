"""Labels: what people say of outcomes. Facts that are only ever added to; label and verdict are never merged.

`facts`: give, correct, withdraw. `reading`: what is kept. `pairs`: labels beside what was judged. `staleness`: labels of a rule
that has changed its meaning since.
"""

from storage.labels.facts import NewLabel as NewLabel
from storage.labels.facts import add as add
from storage.labels.facts import withdraw as withdraw
from storage.labels.pairs import JudgedCase as JudgedCase
from storage.labels.pairs import pairs as pairs
from storage.labels.reading import Label as Label
from storage.labels.reading import Source as Source
from storage.labels.reading import Verdict as Verdict
from storage.labels.reading import get as get
from storage.labels.reading import history as history
from storage.labels.reading import newest as newest
from storage.labels.reading import select_labels as select_labels
from storage.labels.staleness import RuleChange as RuleChange
from storage.labels.staleness import StaleLabels as StaleLabels
from storage.labels.staleness import alike as alike
from storage.labels.staleness import changes as changes
from storage.labels.staleness import changes_by_rule as changes_by_rule
from storage.labels.staleness import record_change as record_change
from storage.labels.staleness import stale as stale
