"""The embedded judge: one small linear model per act over what single messages say. No LLM, no weights to fetch."""
