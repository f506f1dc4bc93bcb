"""Where rules are changed: try, measure, compare, publish or discard."""
