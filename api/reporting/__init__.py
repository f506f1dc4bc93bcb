"""The report on inspected sessions: figures (pure), their layout, and how a terminal or a pipe shows it."""
