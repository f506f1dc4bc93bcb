"""The rule grammar: what a rule file may say, as types, and the pages generated from them."""
