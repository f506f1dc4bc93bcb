"""The fitted models that are shipped belong to the labels and prompts that are shipped."""

from pathlib import Path

import msgspec
import pytest

from api.cli import main
from calibration.baseline.examples import Examples
from calibration.baseline.fitting import Fit, find_stale, fit_act, load_dev_sets
from evaluators.judges.baseline.model import encode_models
from evaluators.judges.baseline.shipped import MODELS, load_models
from prompts.library import load_prompts

ACT = "courteous_closing"


def test_the_shipped_models_are_not_stale() -> None:
    assert find_stale(load_models()) == []


def test_the_shipped_model_is_what_fitting_gives() -> None:
    prompt, examples = load_prompts()[ACT], Examples(load_dev_sets())
    fit: Fit = fit_act(ACT, examples.labelled(ACT, prompt), examples.background(ACT, prompt), prompt.version)
    shipped = load_models().acts[ACT]
    assert fit.model.threshold == pytest.approx(shipped.threshold, abs=0.01)
    assert fit.model.weights == pytest.approx(shipped.weights, abs=0.05)


def test_the_file_is_small_enough_to_ship() -> None:
    assert MODELS.stat().st_size < 1_200_000


def test_every_model_that_judges_has_enough_labels() -> None:
    assert all(
        min(model.positives, model.negatives) >= 12 for model in load_models().acts.values() if model.trusted
    )


@pytest.mark.parametrize("what", ["eval set", "prompt"])
def test_what_has_changed_is_named_and_is_status_2(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = load_models()
    if what == "eval set":
        changed = msgspec.structs.replace(models, fitted_on=models.fitted_on | {ACT: "sha256:old"})
    else:
        model = msgspec.structs.replace(models.acts[ACT], prompt_version="sha256:old")
        changed = msgspec.structs.replace(models, acts=models.acts | {ACT: model})
    place = tmp_path / "models.json"
    place.write_bytes(encode_models(changed))
    assert main(["judge", "fit", "--check", "-o", str(place)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"{ACT}: the {what} has changed")
    assert said[-1] == f"{place}: stale, mingjian judge fit"


def test_the_check_of_what_is_shipped_is_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "fit", "--check"]) == 0
    assert capsys.readouterr().err.endswith("up to date\n")


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b'{"acts": 1}', "Expected `object`")]
)
def test_models_that_cannot_be_used_name_the_file(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "models.json"
    if content is not None:
        place.write_bytes(content)
    assert main(["judge", "fit", "--check", "-o", str(place)]) == 1
    error = capsys.readouterr().err
    assert str(place) in error
    assert said in error
