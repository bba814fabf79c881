"""What one may set from the environment, checked once: `settings()`.

A variable is named as its field in capitals, without a prefix: `PORT=9000`, `DATA_DIR=/srv/guicheng`.
"""

import base64
import binascii
import json
import os
import secrets
from datetime import date, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """A setting that can't be used. The message names the variable and says what it may be."""


class Hours(NamedTuple):
    """Hours of a day, in the store's time zone. `closes` is the first moment after them."""

    opens: time
    closes: time


class Days(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date


class EncryptionKey(NamedTuple):
    """A 256-bit key for payloads, and the id under which payloads name it."""

    id: str
    key: bytes


def hours_of(value: object) -> object:
    """Hours as a setting writes them: `09:00-18:00`. ValueError says how."""
    if not isinstance(value, str):
        return value
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        raise ValueError("write opening hours as 09:00-18:00") from None
    if opens >= closes:
        raise ValueError("opening hours must begin before they end, on the same day")
    return Hours(opens, closes)


def days_of(value: object) -> object:
    """Days as a setting writes them: `2026-06-16/2026-06-20,2026-11-11`. ValueError says how."""
    if not isinstance(value, str):
        return value
    try:
        ranges = [[date.fromisoformat(day.strip()) for day in part.split("/")] for part in value.split(",")]
        days = [Days(first, *(rest or [first])) for first, *rest in ranges]
    except (ValueError, TypeError):
        raise ValueError("write days as 2026-06-16/2026-06-20,2026-11-11") from None
    if any(first > last for first, last in days):
        raise ValueError("a campaign's first day comes before its last")
    return days


def _json(like: str) -> BeforeValidator:
    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError(f"write it as JSON, like {like}") from None

    return BeforeValidator(read)


class ScheduleSetting(BaseModel):
    """What a store says of one thing that the calendar starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = False
    crons: tuple[str, ...] = ()
    """Cron lines on the store's clock, instead of the procedure's own."""
    form: dict[str, Any] = Field(default_factory=dict)
    """Answers of the start form that the calendar can't know."""


class Settings(BaseSettings):
    """All settings of a process, validated. Build it by `settings()`; tests may pass values as keywords."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    data_dir: Path = Path(".data")
    """Where the embedded databases, keys and logs live."""
    host: str = "127.0.0.1"
    """The address that the API listens on. The embedded Temporal server always stays on loopback."""
    port: int = Field(default=8000, ge=1, le=65535)
    database_url: str = ""
    """SQLAlchemy URL of the application's database; a SQLite file in `data_dir` when unset."""

    sqlite_synchronous: Literal["normal", "full"] = "normal"
    """What the embedded databases survive: `normal` the death of any process, `full` a power cut as well."""
    history_days: int = Field(default=90, ge=1, le=3650)
    """How long the embedded server keeps the histories of closed cases."""

    temporal_address: str = ""
    """host:port of a Temporal server. When unset, and no profile is named, an embedded one is started."""
    temporal_profile: str = ""
    """A profile of the SDK's environment configuration: address, namespace, TLS, API key."""
    temporal_config_file: str = ""
    """The file that holds the profiles."""
    temporal_namespace: str = "default"
    temporal_port: int = Field(default=0, ge=0, le=65535)
    """gRPC port of the embedded server; 7233 for port 8000 and as far from it as `port` is from 8000."""
    temporal_ui_port: int = Field(default=0, ge=0, le=65535)
    """Port of the embedded server's UI; 8233 for port 8000."""

    signing_key: SecretStr | None = None
    """Signs who acts, between API and worker. Random, and kept in `data_dir`, when unset."""
    encryption_key: SecretStr | None = None
    """Encrypts what Temporal stores: `id:base64` of 32 bytes. More, after commas, read older payloads."""

    jwks_url: str = ""
    jwt_issuer: str = ""
    jwt_audience: str = ""
    webhook_secret: SecretStr | None = None
    """Checks signed webhooks (standardwebhooks.com): `whsec_` and base64."""

    stripe_api_key: SecretStr | None = None
    """Turns the Stripe provider on; without it the embedded payment book is the provider."""
    stripe_api_base: str = ""
    carrier_url: str = ""
    """A carrier's HTTP port; without it the embedded carrier carries."""
    apprise_urls: Annotated[dict[str, list[str]], NoDecode, _json('{"email": ["mailtos://…"]}')] = {}
    """Where messages go, by channel or role: `{"email": ["mailtos://…"]}`. Without it they are only kept."""

    store_settings: Path | None = None
    """The file with the store's own settings, which come before those of the environment; when unset, `store.toml` in
    `data_dir`, where it exists."""
    locale: str = "zh_CN"
    store_timezone: str = "Asia/Shanghai"
    holidays: str = "CN"
    """The country whose public holidays and make-up workdays the store keeps."""
    campaign_days: Annotated[list[Days], NoDecode, BeforeValidator(days_of)] = []
    """The peaks of the year, when shipping limits don't count: `2026-06-16/2026-06-20,2026-11-11`."""
    service_hours: Annotated[Hours, NoDecode, BeforeValidator(hours_of)] = Hours(time(9), time(23))
    """When customers are answered, every day."""
    office_hours: Annotated[Hours, NoDecode, BeforeValidator(hours_of)] = Hours(time(9), time(18))
    """When offices work, on workdays."""

    stores: Annotated[list[str], NoDecode, _json('["tmall"]')] = []
    """The stores in which the calendar starts cases: `["tmall"]`. Without any, it starts none."""
    schedules: Annotated[dict[str, ScheduleSetting], NoDecode, _json('{"training": {"paused": true}}')] = {}
    """What differs from the procedures' own calendar, by procedure or `procedure.event`:
    `{"stocktake": {"crons": ["0 8 1 * *"], "form": {"kind": "full"}}, "training": {"paused": true}}`."""

    worker_grace: timedelta = timedelta(seconds=10)
    """How long a worker that was asked to stop waits for running activities."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        kind, _, rest = value.partition("://")
        kept = {"sqlite": rest.startswith("/") and len(rest) > 1, "postgresql": True, "postgres": True}
        if value and not kept.get(kind.partition("+")[0]):
            raise ValueError("write sqlite:///path or postgresql://user:password@host/name")
        return value

    @field_validator("jwks_url", "stripe_api_base", "carrier_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write an address that begins with https:// or http://")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _usable_secret(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value is not None:
                base64.b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("write it as whsec_ and base64") from None
        return value

    @field_validator("locale")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value.partition("_")[0] not in ("zh", "en"):
            raise ValueError("write zh_CN or en_US")
        return value

    @field_validator("store_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("write a time zone like Asia/Shanghai") from None
        return value

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, value: str) -> str:
        if value not in holidays.list_supported_countries():
            raise ValueError("write a country by its two letters, like CN")
        return value

    @field_validator("encryption_key")
    @classmethod
    def _usable_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _encryption_keys(value.get_secret_value())
        return value

    @field_validator("signing_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("a signing key needs at least 16 characters; try `openssl rand -hex 32`")
        return value

    @model_validator(mode="after")
    def _derived_ports(self) -> Self:
        # Two instances side by side need only two values of PORT. Where one is too low or too high
        # to derive from, Temporal keeps its usual ports.
        derived = self.port - 8000
        fits = 7233 + derived >= 1024 and 8233 + derived <= 65535
        for name, usual in (("temporal_port", 7233), ("temporal_ui_port", 8233)):
            if getattr(self, name) == 0:
                object.__setattr__(self, name, usual + derived if fits else usual)
        if len({self.port, self.temporal_port, self.temporal_ui_port}) < 3:
            raise ValueError("PORT, TEMPORAL_PORT and TEMPORAL_UI_PORT must differ")
        return self

    @property
    def is_embedded(self) -> bool:
        """Whether the Temporal server is ours to start and stop."""
        return not (self.temporal_address or self.has_profile)

    @property
    def has_profile(self) -> bool:
        """Whether a profile was asked for. A person's own ~/.config alone points nowhere."""
        return bool(self.temporal_profile or self.temporal_config_file)

    @property
    def sqlalchemy_url(self) -> str:
        """The URL of the application's database."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'guicheng.db').absolute()}"

    @cached_property
    def store_file(self) -> Path:
        """The store's own settings; only one that STORE_SETTINGS names must exist."""
        return self.store_settings or self.data_dir / "store.toml"

    @property
    def api_key_file(self) -> Path:
        """The first API key, readable by its owner alone."""
        return self.data_dir / "api-key"

    @property
    def temporal_ui_url(self) -> str:
        """Where operations find the embedded server's UI; empty when the server isn't ours."""
        return f"http://127.0.0.1:{self.temporal_ui_port}" if self.is_embedded else ""

    @cached_property
    def encryption_keys(self) -> list[EncryptionKey]:
        """The keys for payloads: the first encrypts, all decrypt. Empty when payloads stay readable."""
        return _encryption_keys(self.encryption_key.get_secret_value()) if self.encryption_key else []

    @cached_property
    def signing_secret(self) -> bytes:
        """The key that signs actors. Read, or made, at first use; no I/O afterwards."""
        if self.signing_key is not None:
            return self.signing_key.get_secret_value().encode()
        return _kept_secret(self.data_dir / "signing-key")


def _encryption_keys(text: str) -> list[EncryptionKey]:
    keys: list[EncryptionKey] = []
    for part in text.split(","):
        key_id, _, encoded = part.strip().rpartition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("write the key as id:base64") from None
        if not key_id or len(key) != 32:
            raise ValueError("write the key as id:base64, of 32 bytes; try `openssl rand -base64 32`")
        keys.append(EncryptionKey(key_id, key))
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("each key needs an id of its own")
    return keys


def _kept_secret(path: Path) -> bytes:
    """The secret in this file, made on first use. Two processes that start together agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        write_private(mine, secrets.token_hex(32))
        try:
            os.link(mine, path)  # fails where another process was first: then theirs counts
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    secret = path.read_text("ascii").strip()
    if len(secret) < 16:
        raise SettingsError(
            f"{path} holds no usable signing key. Delete it, and a new one is made at the next start."
        )
    return secret.encode()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text + "\n")
        file.flush()
        os.fsync(descriptor)


_SECRETS = ("KEY", "SECRET", "DATABASE_URL", "APPRISE_URLS")
"""Parts of the names of variables that may hold a password: an error never shows their value."""


def _sentences(error: ValidationError) -> str:
    lines: list[str] = []
    for problem in error.errors(include_url=False):
        name = "_".join(str(part) for part in problem["loc"][:1]).upper()
        why = str(problem["msg"]).removeprefix("Value error, ")
        given = problem["input"]
        is_shown = name and isinstance(given, str | int) and not any(word in name for word in _SECRETS)
        shown = f" (it is {given!r})" if is_shown else ""
        lines.append(f"{name or 'Settings'}: {why}{shown}.")
    return "\n".join(lines)


def load(**values: Any) -> Settings:
    """Settings from the environment, with these values first. Raises SettingsError, one line a problem."""
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_sentences(error)) from None


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()
