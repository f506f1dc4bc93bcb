"""How far rules are trusted: who was wrong (`adjudication`), who decides by themselves (`stages`,
`certificates`), and whether verdicts stay the same (`drift`).
"""
