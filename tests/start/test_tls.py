"""HTTPS without a proxy: TLS names a directory with a certificate and its key."""

import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI

from api.serving import listening, server_options
from settings.environment import Settings, SettingsError, load
from start.ports import free_ports
from start.readiness import is_ready


def certificate(into: Path) -> Path:
    """A certificate of this machine, as `mkcert` makes one; the directory that holds it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    into.mkdir(parents=True, exist_ok=True)
    (into / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (into / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return into


@contextmanager
def served(chosen: Settings) -> Generator[None]:
    app = FastAPI()

    async def ready() -> dict[str, str]:
        return {}

    app.add_api_route("/readyz", ready)
    options: dict[str, Any] = {**listening(chosen), **server_options(chosen)}
    server = uvicorn.Server(uvicorn.Config(app, **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_a_certificate_makes_it_https(tmp_path: Path) -> None:
    tls = certificate(tmp_path / "tls")
    chosen = load(port=free_ports(1)[0], tls=tls)
    trusted = ssl.create_default_context(cafile=tls / "cert.pem")

    with served(chosen), httpx.Client(verify=trusted, timeout=60, trust_env=False) as client:
        while not is_ready(chosen):
            pass
        answer = client.get(f"{chosen.scheme}://127.0.0.1:{chosen.port}/readyz")

    assert (chosen.scheme, answer.status_code) == ("https", 200)


def test_without_one_it_is_http() -> None:
    chosen = load(port=9000)

    assert chosen.scheme == "http"
    assert listening(chosen) == {"host": "127.0.0.1", "port": 9000}


def test_a_directory_without_a_key_is_refused(tmp_path: Path) -> None:
    tls = certificate(tmp_path / "tls")
    (tls / "key.pem").unlink()

    with pytest.raises(SettingsError, match=r"TLS: name a directory .* key.pem isn't there"):
        load(tls=tls)
