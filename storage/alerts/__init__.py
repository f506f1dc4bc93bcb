"""Alerts: what somebody is to be told, and what people did with it. Nothing is ever changed, only added to."""

from storage.alerts.acting import act as act
from storage.alerts.acting import decided as decided
from storage.alerts.acting import release as release
from storage.alerts.inbox import MOST_COUNTED as MOST_COUNTED
from storage.alerts.inbox import gone as gone
from storage.alerts.inbox import inbox as inbox
from storage.alerts.inbox import waiting as waiting
from storage.alerts.raising import NewAlert as NewAlert
from storage.alerts.raising import raise_alerts as raise_alerts
from storage.alerts.records import Action as Action
from storage.alerts.records import Alert as Alert
from storage.alerts.records import Level as Level
from storage.alerts.records import State as State
from storage.alerts.records import get as get
