"""My hits: what was found of an agent, praise as well as faults, and how they answer it."""
