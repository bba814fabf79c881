"""What one may set from the environment, checked once: `settings()`.

A variable is named as its field in capitals, without a prefix: `PORT=9000`, `DATA_DIR=/srv/guicheng`.
"""

import json
import os
import secrets
from datetime import time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
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

from settings.calendar import Days, Hours, days_of, hours_of
from settings.keys import EncryptionKey, parsed_encryption_keys, parsed_signing_keys
from settings.limits import LimitSettings
from settings.webhooks import WebhookSender


class SettingsError(Exception):
    """A setting that can't be used. The message names the variable and says what it may be."""


def _json(like: str) -> BeforeValidator:
    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError(f"write it as JSON, like {like}") from None

    return BeforeValidator(read)


CERTIFICATE, TLS_KEY = "cert.pem", "key.pem"
"""In the directory that TLS names."""
_WEBHOOKS = '{"sf": {"secrets": ["whsec_…"], "roles": ["carrier_feed"], "stores": ["tmall"]}}'


class ScheduleSetting(BaseModel):
    """What a store says of one thing that the calendar starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paused: bool = False
    crons: tuple[str, ...] = ()
    """Cron lines on the store's clock, instead of the procedure's own."""
    form: dict[str, Any] = Field(default_factory=dict)
    """Answers of the start form that the calendar can't know."""


class Settings(LimitSettings, BaseSettings):
    """All settings of a process, validated. Build it by `settings()`; tests may pass values as keywords."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    data_dir: Path = Path(".data")
    """Where the embedded databases, keys and logs live."""
    host: str = "127.0.0.1"
    """The address that the API listens on. The embedded Temporal server always stays on loopback."""
    tls: Path | None = None
    """A directory with `cert.pem` (the certificate and those that it follows from) and `key.pem`: the API speaks HTTPS
    alone then. Without it, it speaks HTTP."""
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
    temporal_codec_port: int = Field(default=0, ge=0, le=65535)
    """Port at which that UI has payloads decrypted, where there is an encryption key; 9233 for port 8000."""
    worker_metrics: str = ""
    """host:port at which a worker shows Prometheus its figures; nowhere when unset."""

    signing_key: SecretStr | None = None
    """Signs who acts and what is to be performed. Random, and kept in `data_dir`, when unset. A second one, after a
    comma, is trusted too: bring a new key in behind the current one, then put it first."""
    encryption_key: SecretStr | None = None
    """Encrypts what Temporal stores: `id:base64` of 32 bytes. More, after commas, read what they have encrypted."""

    oidc_issuer: str = ""
    """An identity provider (OpenID Connect) at which people sign in. The redirect that it is told of is
    `/sign-in/provider/back` on this site."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    public_url: str = ""
    """Under which address people reach this site, such as `https://store.example`: notices lead there. Where it is not
    set, these lead nowhere, and who signs in at a provider comes back as they asked."""

    jwks_url: str = ""
    jwt_issuer: str = ""
    jwt_audience: str = ""
    webhook_secrets: Annotated[dict[str, WebhookSender], NoDecode, _json(_WEBHOOKS)] = {}
    """Who may send signed webhooks (standardwebhooks.com), by the name that histories show."""

    stripe_api_key: SecretStr | None = None
    """Turns the Stripe provider on; without it the embedded payment book is the provider."""
    stripe_api_base: str = ""
    carrier_url: str = ""
    """A carrier's HTTP port; without it the embedded carrier carries."""
    apprise_urls: Annotated[dict[str, list[str]], NoDecode, _json('{"picker": ["dingtalk://…"]}')] = {}
    """Where messages go, by `customer`, role or `person`: `{"picker": ["dingtalk://…"]}`. Without it they are only
    kept."""

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

    cached_cases: int = Field(default=400, ge=10)
    """How many cases a worker keeps in memory between their steps, some 80 KB each. Any other is replayed from its
    history when something happens to it, which takes some 40 ms for an order."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        kind, _, rest = value.partition("://")
        kept = {"sqlite": rest.startswith("/") and len(rest) > 1, "postgresql": True, "postgres": True}
        if value and not kept.get(kind.partition("+")[0]):
            raise ValueError("write sqlite:///path or postgresql://user:password@host/name")
        return value

    @field_validator("jwks_url", "oidc_issuer", "public_url", "stripe_api_base", "carrier_url")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("write an address that begins with https:// or http://")
        return value

    @field_validator("tls")
    @classmethod
    def _has_certificate(cls, value: Path | None) -> Path | None:
        missing = (
            [] if value is None else [name for name in (CERTIFICATE, TLS_KEY) if not (value / name).is_file()]
        )
        if missing:
            raise ValueError(
                f"name a directory with {CERTIFICATE} and {TLS_KEY}: {' and '.join(missing)} isn't there"
            )
        return value

    @field_validator("worker_metrics")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdecimal() and int(port) <= 65535):
            raise ValueError("write host:port, like 127.0.0.1:9100")
        return value

    @field_validator("webhook_secrets")
    @classmethod
    def _one_secret_one_sender(cls, value: dict[str, WebhookSender]) -> dict[str, WebhookSender]:
        every = [secret.get_secret_value() for sender in value.values() for secret in sender.secrets]
        if len(set(every)) < len(every):
            raise ValueError("a secret belongs to one sender, and stands there once")
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
            parsed_encryption_keys(value.get_secret_value())
        return value

    @field_validator("signing_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parsed_signing_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _derived_ports(self) -> Self:
        # Two instances side by side need only two values of PORT. Where one is too low or too high
        # to derive from, Temporal keeps its usual ports.
        derived = self.port - 8000
        fits = 7233 + derived >= 1024 and 9233 + derived <= 65535
        for name, usual in (
            ("temporal_port", 7233),
            ("temporal_ui_port", 8233),
            ("temporal_codec_port", 9233),
        ):
            if getattr(self, name) == 0:
                object.__setattr__(self, name, usual + derived if fits else usual)
        if len({self.port, self.temporal_port, self.temporal_ui_port, self.temporal_codec_port}) < 4:
            raise ValueError("PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT and TEMPORAL_CODEC_PORT must differ")
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
    def scheme(self) -> str:
        """What addresses of the API begin with."""
        return "http" if self.tls is None else "https"

    @property
    def sqlalchemy_url(self) -> str:
        """The URL of the application's database."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'guicheng.db').absolute()}"

    @property
    def database_file(self) -> Path | None:
        """The application's database where it is a SQLite file."""
        kind, _, path = self.sqlalchemy_url.partition(":///")
        return Path(path.partition("?")[0]) if kind.startswith("sqlite") else None

    @property
    def temporal_file(self) -> Path | None:
        """The embedded Temporal server's database."""
        return self.data_dir / "temporal.db" if self.is_embedded else None

    @cached_property
    def store_file(self) -> Path:
        """The store's own settings; only one that STORE_SETTINGS names must exist."""
        return self.store_settings or self.data_dir / "store.toml"

    @property
    def first_sign_in_file(self) -> Path:
        """Where the first person's account and password are kept, to be read once."""
        return self.data_dir / "first-sign-in"

    @property
    def api_key_file(self) -> Path:
        """The first API key, readable by its owner alone."""
        return self.data_dir / "api-key"

    @property
    def temporal_ui_url(self) -> str:
        """Where operations find the embedded server's UI; empty when the server isn't ours."""
        return f"http://127.0.0.1:{self.temporal_ui_port}" if self.is_embedded else ""

    @property
    def temporal_codec_url(self) -> str:
        """Where the embedded server's UI has payloads decrypted; empty where none are encrypted, or it isn't ours."""
        is_needed = self.is_embedded and self.encryption_keys
        return f"http://127.0.0.1:{self.temporal_codec_port}" if is_needed else ""

    @cached_property
    def encryption_keys(self) -> list[EncryptionKey]:
        """The keys for payloads: the first encrypts, all decrypt. Empty when payloads stay readable."""
        return parsed_encryption_keys(self.encryption_key.get_secret_value()) if self.encryption_key else []

    @cached_property
    def signing_secrets(self) -> tuple[bytes, ...]:
        """One signing key or two: the first signs, both are trusted. Read, or made, at first use; no I/O afterwards."""
        if self.signing_key is not None:
            return parsed_signing_keys(self.signing_key.get_secret_value())
        return _kept_secrets(self.data_dir / "signing-key")


def _kept_secrets(path: Path) -> tuple[bytes, ...]:
    """The secret in this file, or two in two lines; made on first use. Processes that start together agree on one."""
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
    try:
        return parsed_signing_keys(",".join(path.read_text("ascii").split()))
    except ValueError as error:
        raise SettingsError(
            f"{path} holds no usable signing key ({error}). Delete it, and a new one is made at the next start."
        ) from None


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
        inside = ".".join(map(str, problem["loc"][1:]))
        is_shown = name and isinstance(given, str | int) and not any(word in name for word in _SECRETS)
        shown = f" (it is {given!r})" if is_shown else ""
        place = f", at {inside}" if inside else ""
        lines.append(f"{name or 'Settings'}: {why}{place}{shown}.")
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
