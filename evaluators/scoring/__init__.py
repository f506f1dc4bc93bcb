"""From outcomes to a scorecard: exclusion groups, caps, veto, and the same arithmetic line by line."""
