"""Prometheus metrics of one process, in a registry of its own so that two services can live in one."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from evaluators.types import Outcome


class Metrics:
    """Counters that routes and worker feed."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.requests = Histogram(
            "mingjian_http_request_seconds",
            "Time to answer a request",
            ["method", "route", "status"],
            registry=registry,
        )
        self.records = Counter(
            "mingjian_submitted_records",
            "Records handed in, by what became of them",
            ["status"],
            registry=registry,
        )
        self.inspections = Counter("mingjian_inspections", "Session revisions inspected", registry=registry)
        self.inspection_seconds = Histogram(
            "mingjian_inspection_seconds", "Time to inspect one session revision", registry=registry
        )
        self.outcomes = Counter(
            "mingjian_outcomes", "Outcomes by verdict and reason", ["verdict", "reason"], registry=registry
        )
        self.worker_errors = Counter(
            "mingjian_worker_errors", "Rounds of the worker's loop that failed", registry=registry
        )
        self.waiting = Gauge(
            "mingjian_tasks_waiting", "Session revisions that wait for a worker", registry=registry
        )
        self.running = Gauge(
            "mingjian_tasks_running", "Session revisions that a worker holds", registry=registry
        )

    def count_outcomes(self, outcomes: Iterable[Outcome]) -> None:
        """One inspection's outcomes."""
        self.inspections.inc()
        for outcome in outcomes:
            self.outcomes.labels(outcome.verdict, outcome.reason_code or "").inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
