"""A study to look at: a wider list of phrases, replayed over the samples."""

import time

import httpx2

from evaluators.catalogue.loading import load_catalogue

RULE = "hostile_phrase"


def prepare_study(address: str) -> None:
    """Begun over REST as the bench begins it, and waited for."""
    text = load_catalogue().sources[RULE].read_text("utf-8").replace('"急什么", ', '"急什么", "稍等", ', 1)
    with httpx2.Client(base_url=address, timeout=30) as client:
        answer = client.post("/v1/studies/replays", json={"rules": [text]}).raise_for_status().json()
        while (study := client.get(f"/v1/studies/{answer['study_id']}").json())["status"] != "done":
            assert study["status"] in ("queued", "running"), study
            time.sleep(0.05)
