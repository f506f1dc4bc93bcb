"""Review: outcomes that people are to look at, who has which, and what they said.

`cases`: what there is. `plans`, `sampling`: how cases are drawn. `queue`: who holds which. `deciding`, `undoing`:
what becomes of an answer. `desk`: everything a reviewer is shown at once. `agreement`: for leads.
"""
