"""What the service and the worker are told from outside: environment variables named `MINGJIAN_…`."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from api.errors import SettingsInvalid

PREFIX = "MINGJIAN_"


class Settings(BaseSettings):
    """Every setting has a default that works on one machine without any service beside it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field(
        default="sqlite:///data/mingjian.db",
        description="sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME",
    )
    host: str = Field(
        default="127.0.0.1", description="address to listen on; beyond loopback API keys are required"
    )
    port: int = Field(default=8300, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "::1"),
        description="Host headers answered while no keys are set: a web page on another name gets nothing",
    )
    api_keys_file: Path | None = Field(
        default=None, description="TOML file of API keys; none: open on this machine only"
    )
    timezone: str = Field(
        default="Asia/Shanghai",
        description="of times without an offset, and of 00:00 for profiles, unless the shop sets its own",
    )
    shop_timezones: dict[str, str] = Field(default={}, description='JSON object: {"shop-id": "Area/City"}')
    profile: str = Field(default="default", description="profile of shops that have none of their own")
    catalogue: Path | None = Field(
        default=None, description="folder of rule files instead of the built-in ones"
    )
    derived_rules: bool = Field(
        default=False, description="the second catalogue too: rules derived from the seeds"
    )
    judge: Literal["none", "baseline", "vllm"] = Field(
        default="none",
        description="who answers what needs language understanding; none: it stays undetermined",
    )
    judge_base_url: str | None = Field(
        default=None, description="where the judge's servers are, ending in /v1; several separated by commas"
    )
    judge_model: str | None = Field(
        default=None, description="the model the judge's server is asked for; none: the only one it has"
    )
    judge_api_key: SecretStr | None = Field(default=None, description="key the judge's server asks for")
    judge_options: dict[str, Any] = Field(
        default={}, description="JSON object of further settings of the vLLM judge, see docs/judges_vllm.md"
    )
    judge_screen: Path | None = Field(
        default=None,
        description="certificates of `mingjian judge screen`: where they hold, the baseline answers before vllm",
    )
    judge_cache: Path = Field(
        default=Path("~/.cache/mingjian/judge.db"),
        description="file of the judge's answers: a run that was stopped goes on where it was; "
        "`:memory:` forgets them at the end",
    )
    embedded_worker: bool = Field(default=True, description="inspect inside the service process too")
    worker_batch: int = Field(default=50, ge=1, le=1000, description="sessions inspected per transaction")
    worker_lease: int = Field(
        default=60, ge=1, description="seconds after which a silent worker's job is taken over"
    )
    worker_poll: float = Field(default=1.0, gt=0, description="seconds between looks at an empty queue")
    review_lease: int = Field(
        default=10, ge=1, le=240, description="minutes for which a review case is reserved for one reviewer"
    )
    appeal_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="days in which an agent may appeal against a hit, or take it further",
    )
    appeal_due_hours: int = Field(default=48, ge=1, description="hours in which an appeal is to be decided")
    automatic_precision: float = Field(
        default=0.9,
        ge=0,
        le=1,
        description="lower bound of measured precision a rule needs to notify by itself",
    )
    drift_hours: int = Field(
        default=0, ge=0, description="hours after which anchors are judged again; 0: only after a change"
    )
    drift_alert: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="share of anchor verdicts that changed from which an alert is raised",
    )
    public_url: str | None = Field(
        default=None, description="where people reach the console, for the links in messages: https://…"
    )
    notify_private: bool = Field(
        default=False,
        description="notification routes may lead to addresses inside the network, and without TLS",
    )
    max_body_mb: int = Field(default=64, ge=1, le=1024, description="largest request body in MiB")
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else json"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="what is logged"
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        _zone(name)
        return name

    @field_validator("shop_timezones")
    @classmethod
    def _known_timezones(cls, zones: dict[str, str]) -> dict[str, str]:
        for name in zones.values():
            _zone(name)
        return zones

    def zone_of(self, shop: str | None) -> ZoneInfo:
        """The time zone of a shop: its own, else the service's."""
        return ZoneInfo(self.shop_timezones.get(shop or "", self.timezone))

    def zone_of_document(self, document: Mapping[str, Any]) -> ZoneInfo:
        """The time zone of a session document that nobody has checked yet."""
        shop = document.get("shop")
        return self.zone_of(shop if isinstance(shop, str) else None)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"expected a time zone such as Asia/Shanghai, got {name!r}") from error


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; `overrides` (command-line options) win.

    Raises `SettingsInvalid` naming the variable and what was expected.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsInvalid(
            "; ".join(
                f"{_variable(p['loc'])}: {p['msg'].removeprefix('Value error, ')}" for p in error.errors()
            )
        ) from error
    except SettingsError as error:
        raise SettingsInvalid(f"{PREFIX}…: {error}: expected JSON") from error


def _variable(location: tuple[int | str, ...]) -> str:
    return PREFIX + str(location[0]).upper() if location else PREFIX


def find_unknown_variables() -> list[str]:
    """Environment variables with our prefix that set nothing: most likely misspelt."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )
