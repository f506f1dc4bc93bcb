"""How far every rule can be trusted: the board, and a page per rule."""
