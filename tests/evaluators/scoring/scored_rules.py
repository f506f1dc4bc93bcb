"""Rules of every way of scoring."""

from evaluators.scoring.policy import ScoringPolicy
from tests.evaluators.catalogues import a_catalogue, a_rule

FAULT = a_rule("fault", "R01", -3)
WORSE = a_rule("worse", "R05", -10)
MERIT = a_rule("merit", "R39", 30)
RED_LINE = a_rule("red_line", "R33", -100, red_line=True, alert="high")
ALERT_ONLY = a_rule("alert_only", "R48", None)
SHOP_FAULT = a_rule("shop_fault", "R45", -5, attribute_to="shop")
ROOMS = (
    a_rule("first", "R51", -5, exclusion_group="g"),
    a_rule("second", "R52", -2.5, exclusion_group="g"),
    a_rule("tenth", "R53", -0.1),
    a_rule("fifth", "R54", 0.2),
)
RULES = (FAULT, WORSE, MERIT, RED_LINE, ALERT_ONLY, SHOP_FAULT, *ROOMS)
CATALOGUE = a_catalogue(*RULES)
POLICY = ScoringPolicy()
