"""Judges by asking vLLM servers: what decides, what verifies, what keeps going when a server does not."""
