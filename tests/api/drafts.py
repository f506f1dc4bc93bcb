"""Drafts of shipped texts, for what tries, measures and publishes them."""

from evaluators.catalogue.loading import load_catalogue

SOURCES = load_catalogue().sources
PHRASES = SOURCES["hostile_phrase"].read_text("utf-8")
PROMPT = SOURCES["agent_abuse"].read_text("utf-8")
#: More phrases; another wording.
WIDER = PHRASES.replace('"急什么", ', '"急什么", "随便你", ')
WORDED = PROMPT.replace("没有骂人。", "没有骂人，也没有讽刺。")
DIVERSION = "diversion_to_other_shop"
#: Everything that says 的 is a hit.
ALARMING = (
    SOURCES[DIVERSION]
    .read_text("utf-8")
    .replace('"去别家看看"', '"的"', 1)
    .replace(f'act = "{DIVERSION}"', "")
)
