"""Signing in at a real identity provider on this machine."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import run_server_in_thread
from pydantic import SecretStr

from api.people import provider
from tests.api.conftest import Site


@pytest.fixture
async def with_provider(site: Site) -> AsyncGenerator[httpx.AsyncClient]:
    with run_server_in_thread(require_nonce=True) as server:
        site.settings = site.settings.model_copy(
            update={
                "oidc_issuer": f"http://localhost:{server.server_port}",
                "oidc_client_id": "guicheng",
                "oidc_client_secret": SecretStr("a secret of the tests"),
            }
        )
        async with site.serving() as api:
            yield api


def browser(site: Site) -> httpx.AsyncClient:
    client = site.client(None)
    client.base_url = httpx.URL(site.url)
    return client


async def came_back(page: httpx.AsyncClient, subject: str, then: str = "/") -> str:
    """The address to which the provider sends the browser, once this one has signed in there."""
    begun = await page.get(provider.PATH, params={"then": then})
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient(timeout=60) as there:
        signed_in = await there.post(begun.headers["location"], data={"sub": subject})
    assert signed_in.status_code in (302, 303), signed_in.text
    return signed_in.headers["location"]


async def test_whom_the_provider_names_is_signed_in(with_provider: httpx.AsyncClient, site: Site) -> None:
    page = browser(site)
    back = await came_back(page, "li.na", "/inbox?x=1")
    done = await page.get(back)
    assert (done.status_code, done.headers.get("location")) == (303, "/inbox?x=1"), done.text
    me = (await page.get("/api/v1/session")).json()
    assert (me["id"], me["roles"]) == ("li.na", {})  # what they may do is for an administrator to say
    await with_provider.patch("/accounts/li.na", json={"roles": {"*": ["packer"]}})
    again = browser(site)
    await again.get(await came_back(again, "li.na"))
    me = (await again.get("/api/v1/session")).json()
    assert (me["id"], me["roles"]) == ("li.na", {"*": ["packer"]})


async def test_a_sign_in_that_was_not_begun_here_is_refused(
    with_provider: httpx.AsyncClient, site: Site
) -> None:
    page, other = browser(site), browser(site)
    back = await came_back(page, "li.na")
    assert (await other.get(back)).status_code == 401  # another's browser
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert (await page.get(provider.BACK, params={"state": state, "code": "made-up"})).status_code == 401
    page.cookies.set(provider.COOKIE, "e30.00", domain="127.0.0.1", path=provider.PATH)
    forged = browser(site)
    forged.cookies.set(provider.COOKIE, "e30=.00")
    assert (await forged.get(back)).status_code == 401


async def test_nobody_is_sent_on_to_another_site(with_provider: httpx.AsyncClient, site: Site) -> None:
    for then in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = browser(site)
        done = await page.get(await came_back(page, "li.na", then))
        assert done.headers["location"] == "/", then


async def test_without_a_provider_there_is_none(api: httpx.AsyncClient, site: Site) -> None:
    assert (await browser(site).get(provider.PATH)).status_code == 404
