"""JWTs of an identity provider, checked against the key set that it publishes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import orjson
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, RSAKey

from api.problems import Problem, unavailable

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
)
"""Signatures by a private key alone: never `none`, never a shared secret."""
_SHORTEST_RSA = 2048
"""The fewest bits of an RSA key that a signature is believed by."""
_MOST_BYTES = 256 * 1024
"""The most bytes of the provider's answer."""
_FETCH_WITHIN = 5.0
_LONGEST = 8 * 1024
_FRESH_FOR = 15 * 60.0
_ASK_AGAIN_AFTER = 30.0
"""A stranger's made-up key ids must not become requests to the provider."""
_LEEWAY = 30


class NotPublished(Exception):
    """What an identity provider publishes can't be had now."""


class TokenChecker:
    """Checks tokens of one issuer for one audience."""

    def __init__(self, jwks_url: str, issuer: str, audience: str) -> None:
        self._url = jwks_url
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched = self._asked = float("-inf")
        self._lock = asyncio.Lock()

    async def claims(self, token: str, *, came_directly: bool = False) -> dict[str, Any]:
        """The token's claims, all checked. Raises Problem `unauthenticated`, or `unavailable` without keys.

        came_directly: the provider itself gave it to us. It then may leave out which key it is, where there is but one.
        """
        if len(token) > _LONGEST:
            raise Problem("unauthenticated", "The token is too long.")
        try:
            header = jws.extract_compact(token.encode()).headers()
            kid = header.get("kid")
            if header.get("alg") not in ALGORITHMS or not (
                isinstance(kid, str) or (kid is None and came_directly)
            ):
                raise Problem(
                    "unauthenticated", "The token names no key, or an algorithm that is not accepted."
                )
            keys = await self._keys_with(kid)
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Problem("unauthenticated", f"The token is not valid: {_why(error)}.") from error
        return decoded.claims

    async def _keys_with(self, kid: str | None) -> KeySet:
        now = time.monotonic()
        if now - self._fetched < _FRESH_FOR and _holds(self._keys, kid):
            assert self._keys is not None
            return self._keys
        async with self._lock:
            now = time.monotonic()
            stale = now - self._fetched >= _FRESH_FOR or not _holds(self._keys, kid)
            if stale and now - self._asked >= _ASK_AGAIN_AFTER:
                self._asked = now
                await self._fetch()
        if self._keys is None:
            raise unavailable("The identity provider's keys can't be read now.", retry_after=30)
        return self._keys

    async def _fetch(self) -> None:
        try:
            published = await published_at(self._url)
            self._keys = KeySet([key for key in KeySet.import_key_set(published) if _is_strong(key)])
        except (NotPublished, JoseError, ValueError, KeyError, TypeError):
            return  # the keys at hand stay good; without any the caller is asked to come again later
        self._fetched = time.monotonic()


async def published_at(url: str) -> Any:
    """The JSON that an identity provider publishes there. Raises NotPublished where it can't be had, takes too long, or
    is too much.
    """
    try:
        async with asyncio.timeout(_FETCH_WITHIN):
            client = httpx2.AsyncClient(timeout=_FETCH_WITHIN, follow_redirects=False)
            async with client, client.stream("GET", url) as got:
                got.raise_for_status()
                body = bytearray()
                async for part in got.aiter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise NotPublished(f"{url} holds more than {_MOST_BYTES} bytes")
        return orjson.loads(body)
    except (httpx2.HTTPError, TimeoutError, ValueError) as error:
        raise NotPublished(str(error)) from error


def _is_strong(key: Key) -> bool:
    """Whether a signature by this key is believed: a shorter one has been computed from what is published."""
    return not isinstance(key, RSAKey) or key.public_key.key_size >= _SHORTEST_RSA


def _holds(keys: KeySet | None, kid: str | None) -> bool:
    if kid is None:
        return keys is not None and len(keys.keys) == 1
    try:
        return keys is not None and bool(keys.get_by_kid(kid))
    except (InvalidKeyIdError, ValueError):
        return False


def _why(error: Exception) -> str:
    return str(getattr(error, "description", "") or type(error).__name__).rstrip(".")
