"""How far people agree with each other, and whether a judge agrees with them as well as they do: the human ceiling."""
