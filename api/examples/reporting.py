"""What reports answer that are put together in this layer."""

from typing import Any

_CHECKED: dict[str, Any] = {"sessions": 400, "checked": 120, "checks_needed": None}
CORRECTED = {
    "score": _CHECKED
    | {
        "estimator": "checked sessions, regression", "judged": 87.5, "value": 89.1, "changed": 17,
        "interval": {"low": 86.2, "high": 91.4, "level": 0.95, "method": "Wilson"},
    },
    "red_lines": _CHECKED
    | {
        "estimator": "checked sessions, regression", "judged": 0.025, "value": 0.0167, "changed": 1,
        "interval": {"low": 0.003, "high": 0.05, "level": 0.95, "method": "Clopper–Pearson"},
    },
    "disputed": 0,
    "lost": 0,
}  # fmt: skip
