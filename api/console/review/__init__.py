"""The review desk: what waits, one case after the other by single keys, and for leads plans and who was wrong."""
