"""How vLLM is started to be a judge."""

import shlex
from collections.abc import Sequence

#: Long enough for the rulebook, a long chat and its explanation.
CONTEXT = 32_768
FLAGS: dict[str, str | None] = {
    # Live sessions overtake batch work inside the server.
    "--scheduling-policy": "priority",
    # Head and chat are computed once for all questions.
    "--enable-prefix-caching": None,
    # The server says how much of each prompt it had cached.
    "--enable-prompt-tokens-details": None,
    # Without it models can print blanks until the answer is cut off.
    "--structured-outputs-config": '{"backend": "xgrammar", "disable_any_whitespace": true}',
    # The first token of a reply has to be the answer.
    "--default-chat-template-kwargs": '{"enable_thinking": false}',
    # Structured decisions need probabilities, not logits.
    "--logprobs-mode": "raw_logprobs",
}


def server_arguments(host: str, port: int, context: int = CONTEXT, more: Sequence[str] = ()) -> list[str]:
    """What follows the model; `more` come last, and so win."""
    flags = [part for flag, value in FLAGS.items() for part in (flag, value) if part is not None]
    place = ["--host", host, "--port", str(port), "--max-model-len", str(context)]
    return [*place, *flags, *more]


def written_out(command: Sequence[str]) -> str:
    """The command as it can be pasted into a shell, a flag per line."""
    quoted = [shlex.quote(part) for part in command]
    return " ".join(f"\\\n  {part}" if part.startswith("--") else part for part in quoted)
