"""Signing in at an identity provider: OpenID Connect, the authorization code with PKCE.

The provider says who somebody is, and nothing of what they may do: that the account says, which is made at the first
sign-in and holds no role until an administrator gives it some.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from api.problems import Problem, unavailable
from api.tokens import NotPublished, TokenChecker, published_at

PATH = "/sign-in/provider"
BACK = f"{PATH}/back"
COOKIE = "guicheng-sign-in"
LASTS = 10 * 60
"""Seconds that somebody has for signing in there."""
_WITHIN = 10.0
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer")


class Begun(NamedTuple):
    """A sign-in that has begun: where the browser goes, and what it keeps meanwhile."""

    address: str
    kept: str


class Provider:
    """One identity provider, as it describes itself."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, key: bytes) -> None:
        """key: with which is signed what the browser keeps."""
        self._issuer = issuer.rstrip("/")
        self._client_id, self._client_secret = client_id, client_secret
        self._key = hashlib.sha256(b"guicheng sign-in\n" + key).digest()
        self._described: dict[str, str] | None = None
        self._checker: TokenChecker | None = None
        self._lock = asyncio.Lock()

    async def begin(self, back: str, then: str) -> Begun:
        """Begin a sign-in. back: our own address to which the provider sends the browser; then: where it goes on.
        Raises Problem `unavailable`.
        """
        described = await self._description()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        async with self._client(back) as client:
            address, _ = client.create_authorization_url(
                described["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        kept = {
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "then": then,
            "until": time.time() + LASTS,
        }
        return Begun(address, self._sealed(kept))

    async def end(self, back: str, kept: str, state: str, code: str) -> tuple[dict[str, Any], str]:
        """The claims of whoever comes back, and where they go on. Raises Problem `unauthenticated` or `unavailable`."""
        begun = self._opened(kept)
        if begun is None or begun["until"] < time.time() or not hmac.compare_digest(begun["state"], state):
            raise Problem(
                "unauthenticated", "This sign-in was not begun here, or took too long: begin again."
            )
        described = await self._description()
        try:
            async with asyncio.timeout(_WITHIN), self._client(back) as client:
                token = await client.fetch_token(
                    described["token_endpoint"], code=code, code_verifier=begun["verifier"]
                )
        except OAuthError as error:
            raise Problem("unauthenticated", f"The identity provider said no: {error.error}.") from error
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            raise unavailable("The identity provider can't be asked now.", retry_after=30) from error
        assert self._checker is not None
        claims = await self._checker.claims(str(token.get("id_token", "")), came_directly=True)
        if not hmac.compare_digest(str(claims.get("nonce", "")), begun["nonce"]):
            raise Problem("unauthenticated", "The token is of another sign-in.")
        return claims, str(begun["then"])

    def _client(self, back: str) -> Any:
        client: Any = AsyncOAuth2Client  # the library has no types
        return client(
            self._client_id,
            self._client_secret,
            scope="openid profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_WITHIN,
            follow_redirects=False,
        )

    async def _description(self) -> dict[str, str]:
        async with self._lock:
            if self._described is None:
                self._described = await self._asked()
                self._checker = TokenChecker(
                    self._described["jwks_uri"], self._described["issuer"], self._client_id
                )
        return self._described

    async def _asked(self) -> dict[str, str]:
        try:
            document = await published_at(f"{self._issuer}/.well-known/openid-configuration")
            described = {name: str(document[name]) for name in _NEEDED}
        except (NotPublished, KeyError, TypeError) as error:
            raise unavailable("The identity provider can't be asked now.", retry_after=30) from error
        if described["issuer"].rstrip("/") != self._issuer:
            raise unavailable("The identity provider says that it is another one.", retry_after=600)
        return described

    def _sealed(self, kept: dict[str, Any]) -> str:
        text = urlsafe_b64encode(json.dumps(kept).encode())
        return f"{text.decode()}.{hmac.digest(self._key, text, 'sha256').hex()}"

    def _opened(self, sealed: str) -> dict[str, Any] | None:
        text, _, mark = sealed.partition(".")
        if not hmac.compare_digest(hmac.digest(self._key, text.encode(), "sha256").hex(), mark):
            return None
        return json.loads(urlsafe_b64decode(text))
