"""What is kept of a secret that we made ourselves."""

import hashlib


def digest(secret: str) -> str:
    """Its hash. Keys and cookies have 256 random bits: no salt or slow hash makes them harder to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
