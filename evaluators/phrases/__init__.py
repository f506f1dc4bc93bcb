"""Text as phrases are matched against it, and one automaton for all phrases."""
