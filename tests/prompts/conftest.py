"""A folder of prompt files to write to."""

from collections.abc import Callable
from pathlib import Path

import pytest

SIGNAL = """+++
id = "asks_for_gift"
title = "顾客要赠品"
title_en = "Asks for a gift"
by = "customer"
why = "开口要赠品，就该说清送什么。"

[prompt]
looks_at = "customer"
+++
"""
BODY = """{% block question %}顾客有没有要赠品？{% endblock %}
{% block hit %}要赠品。{% endblock %}
{% block no_hit %}没有要。易混：问优惠；问包邮。{% endblock %}
{% block not_applicable %}顾客没有发过言。{% endblock %}
"""
BODY_LINE = SIGNAL.count("\n") + 1

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a prompt file and returns its folder; by default one that is in order."""

    def _write(text: str = SIGNAL + BODY, name: str = "asks_for_gift.md.j2", place: str = "signals") -> Path:
        path = tmp_path / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return _write
