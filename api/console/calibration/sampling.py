"""What to label next, drawn so that the labels count: at random, with the probability kept."""

from storage.review.plan_shapes import Plan


def draw(rule_id: str, title: str, hits: int, others: int, reviewers: int) -> Plan:
    """Hits tell of precision, the others of recall and the rate; two reviewers tell how far people agree."""
    return Plan(
        title=title, what="random", rules=(rule_id,), by="verdict", sizes={"hit": hits, "no_hit": others},
        verdicts=("hit", "no_hit"), reviewers=reviewers, blind=True, due_hours=72,
    )  # fmt: skip
