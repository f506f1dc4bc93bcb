"""How often a rule's behaviour really occurs: the judge's rate, corrected by labels, with an interval that covers."""
