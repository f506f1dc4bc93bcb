"""The fitted models that come with the project: `models.json` beside this file, written by `mingjian judge fit`."""

from pathlib import Path

import msgspec

from evaluators.judges.baseline.model import BaselineModels, decode_models
from prompts.errors import FileError

MODELS = Path(__file__).with_name("models.json")


def load_models(path: Path = MODELS) -> BaselineModels:
    """Raises `FileError` if the file is missing or is not what `mingjian judge fit` writes."""
    try:
        return decode_models(path.read_bytes())
    except OSError as error:
        raise FileError(f"cannot be read: {error.strerror}: mingjian judge fit", path=str(path)) from error
    except msgspec.MsgspecError as error:
        raise FileError(f"{error}: mingjian judge fit", path=str(path)) from error
