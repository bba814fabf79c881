import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path

import pytest

from settings.environment import Hours, SettingsError, load


def test_defaults_need_no_environment() -> None:
    chosen = load()

    assert (chosen.host, chosen.port, chosen.temporal_port, chosen.temporal_ui_port) == (
        "127.0.0.1",
        8000,
        7233,
        8233,
    )
    assert chosen.is_embedded
    assert chosen.sqlalchemy_url.startswith("sqlite:////")


def test_two_ports_make_two_instances() -> None:
    first, second = load(port=8000), load(port=8100)

    assert {first.temporal_port, first.temporal_ui_port}.isdisjoint(
        {second.temporal_port, second.temporal_ui_port}
    )


@pytest.mark.parametrize("port", [80, 1024, 65535])
def test_a_port_too_far_out_to_derive_from_keeps_temporals_own(port: int) -> None:
    chosen = load(port=port)

    assert (chosen.temporal_port, chosen.temporal_ui_port) == (7233, 8233)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("SERVICE_HOURS", "08:30-20:00")
    monkeypatch.setenv("APPRISE_URLS", '{"email": ["json://127.0.0.1"]}')

    chosen = load()

    assert chosen.port == 9000
    assert chosen.service_hours == Hours(time(8, 30), time(20))
    assert chosen.apprise_urls == {"email": ["json://127.0.0.1"]}


def test_an_address_or_a_profile_points_elsewhere() -> None:
    assert not load(temporal_address="temporal:7233").is_embedded
    assert not load(temporal_profile="production").is_embedded


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "http", "PORT: .*integer"),
        ("PORT", "70000", "PORT: .*65535"),
        ("STORE_TIMEZONE", "Asia/Nowhere", "STORE_TIMEZONE: .*Asia/Shanghai"),
        ("STORE_TIMEZONE", "../etc", "STORE_TIMEZONE: "),
        ("SERVICE_HOURS", "9 to 5", "SERVICE_HOURS: .*09:00-18:00"),
        ("SERVICE_HOURS", "09:00-09:00", "SERVICE_HOURS: .*begin before they end"),
        ("HOLIDAYS", "Atlantis", "HOLIDAYS: .*like CN"),
        ("CAMPAIGN_DAYS", "11.11", "CAMPAIGN_DAYS: .*2026-11-11"),
        ("CAMPAIGN_DAYS", "2026-11-11/2026-11-10", "CAMPAIGN_DAYS: .*before its last"),
        ("CAMPAIGN_DAYS", "2026-11-11/2026-11-12/2026-11-13", "CAMPAIGN_DAYS: .*2026-11-11"),
        ("APPRISE_URLS", "{", "APPRISE_URLS: .*JSON"),
        ("ENCRYPTION_KEY", "c2hvcnQ=", "ENCRYPTION_KEY: .*id:base64"),
        ("ENCRYPTION_KEY", "now:c2hvcnQ=", "ENCRYPTION_KEY: .*32 bytes"),
        ("SIGNING_KEY", "short", "SIGNING_KEY: .*16 characters"),
        ("SIGNING_KEY", f"{'a' * 16},short", "SIGNING_KEY: .*16 characters"),
        ("SIGNING_KEY", f"{'a' * 16},{'b' * 16},{'c' * 16}", "SIGNING_KEY: .*two signing keys at most"),
        ("WORKER_METRICS", "9100", "WORKER_METRICS: write host:port"),
        ("TEMPORAL_PORT", "8000", "must differ"),
        ("STORES", "tmall", r'STORES: .*JSON, like \["tmall"\]'),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL: .*postgresql://"),
        ("DATABASE_URL", "guicheng.db", "DATABASE_URL: .*sqlite:///path"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL: .*sqlite:///path"),
        ("CARRIER_URL", "carrier:8080", "CARRIER_URL: .*begins with https://"),
        ("JWKS_URL", "keys.json", "JWKS_URL: .*begins with https://"),
        ("WEBHOOK_SECRETS", "whsec_?", "WEBHOOK_SECRETS: .*JSON"),
        (
            "WEBHOOK_SECRETS",
            '{"sf": {"roles": ["carrier_feed"]}}',
            r"WEBHOOK_SECRETS: .*required, at sf\.secrets",
        ),
        (
            "WEBHOOK_SECRETS",
            '{"sf": {"secrets": ["whsec_?"], "roles": ["carrier_feed"], "stores": ["tmall"]}}',
            r"WEBHOOK_SECRETS: .*whsec_ and base64, at sf\.secrets",
        ),
        (
            "WEBHOOK_SECRETS",
            '{"sf": {"secrets": ["whsec_c2hvcnQ="], "roles": ["carrier_feed"], "stores": ["tmall"]}}',
            "WEBHOOK_SECRETS: .*at least 24 bytes",
        ),
        ("HTTP_HEADER_BYTES", "10", "HTTP_HEADER_BYTES: .*1024"),
        ("LOCALE", "fr_FR", "LOCALE: write zh_CN or en_US"),
    ],
)
def test_a_bad_value_is_reported_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=says):
        load()


@pytest.mark.parametrize(
    "name", ["SIGNING_KEY", "ENCRYPTION_KEY", "WEBHOOK_SECRETS", "DATABASE_URL", "APPRISE_URLS"]
)
def test_a_bad_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "hunter2hunter2"[:15])

    with pytest.raises(SettingsError) as refused:
        load()

    assert "hunter" not in str(refused.value)


def test_the_signing_key_is_made_once_and_kept_private(data_dir: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        asked = [together.submit(lambda: load(data_dir=data_dir).signing_secrets) for _ in range(16)]
        made = [answer.result() for answer in asked]

    assert len(set(made)) == 1
    assert stat.S_IMODE((data_dir / "signing-key").stat().st_mode) == 0o600
    assert [path.name for path in data_dir.iterdir()] == ["signing-key"]


def test_a_ruined_signing_key_is_reported(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "signing-key").write_text("\n")

    with pytest.raises(SettingsError, match="Delete it"):
        _ = load(data_dir=data_dir).signing_secrets


def test_a_rotated_encryption_key_goes_first() -> None:
    old, new = "old:" + "A" * 43 + "=", "new:" + "B" * 42 + "A="

    keys = load(encryption_key=f"{new},{old}").encryption_keys

    assert [key.id for key in keys] == ["new", "old"]


def test_of_two_signing_keys_the_first_signs(data_dir: Path) -> None:
    new, old = "n" * 16, "o" * 16
    data_dir.mkdir()
    (data_dir / "signing-key").write_text(f"{new}\n{old}\n")

    assert load(signing_key=f"{new},{old}").signing_secrets == (new.encode(), old.encode())
    assert load(data_dir=data_dir).signing_secrets == (new.encode(), old.encode())
