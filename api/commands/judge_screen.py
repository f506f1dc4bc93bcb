"""`mingjian judge screen`: whether the baseline may stand in front of another judge."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.commands.output import say, written
from api.reporting.section import Section, heads
from api.reporting.show import show
from calibration.baseline.screening import Screening, certificates_of, screen_acts
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.screen import encode_certificates

_COLUMNS = heads(
    "行为 act | 标注 labels | 用例 n > | 省下 saved > | 命中 hits > | 漏掉 missed > | 最多漏掉 recall risked ≤ > | "
    "分界 cut-off > | 认证 certified"
)


def screen(
    most_lost: Annotated[
        float, typer.Option(metavar="SHARE", min=0.001, max=0.5, help="Most of the hits that may be lost.")
    ] = 0.05,
    confidence: Annotated[
        float, typer.Option(metavar="SHARE", min=0.5, max=0.999, help="How sure that must be.")
    ] = 0.95,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write certificates for MINGJIAN_JUDGE_SCREEN."),
    ] = None,
) -> int:
    """Measure the baseline as a screen on the test splits: what it saves and what it may lose, per act.

    An act whose loss is not proven small enough gets no certificate, and the screen stays off for it.
    """
    models = load_models()
    screenings = screen_acts(models, most_lost=most_lost, confidence=confidence)
    certified = certificates_of(screenings, models, most_lost=most_lost, confidence=confidence)
    show([laid_out(screenings, most_lost, confidence, models.version)], sys.stdout)
    if output is not None:
        with written(output) as file:
            file.write(encode_certificates(certified) + b"\n")
        say(f"{output}: {len(certified.acts)} certificates")
    return 0


def laid_out(screenings: list[Screening], most_lost: float, confidence: float, version: str) -> Section:
    """One row per act."""
    proven = sum(each.certified for each in screenings)
    return Section(
        title="基线预筛", english="The baseline as a screen", columns=_COLUMNS,
        rows=tuple(map(_row, screenings)),
        notes=(
            f"判断器 judge: baseline {version}",
            f"要求 asked: {confidence:.0%} 把握,漏掉的命中不超过 {most_lost:.1%} no more of the hits lost; "
            f"单侧 Clopper-Pearson one-sided, 定序检验 fixed sequence",
            f"达到要求 certified: {proven} / {len(screenings)};其余不预筛 the screen stays off for the others",
            "未达到要求的行:没有漏掉命中的最高分界,仅供参考 "
            "other rows: the highest cut-off that missed no hit, for information",
        ),
    )  # fmt: skip


def _row(each: Screening) -> tuple[str, ...]:
    bound, cut_off = ("–", "–") if each.cut_off is None else (f"{each.lost:.1%}", f"{each.cut_off:g}")
    share = f"{each.saved / each.cases:.0%}" if each.cases else "–"
    return (
        each.act, each.source, str(each.cases), f"{share} {each.saved}/{each.cases}", str(each.hits),
        str(each.missed), bound, cut_off,
        "是 yes" if each.certified else "否 no",
    )  # fmt: skip
