"""Fetches Swagger UI, which the documentation page shows without a network: `python -m api.assets.vendor`.

From npm's registry by `npm pack`, checked against the digest here. Its licence comes with it.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "swagger-ui-dist@5.35.0"
SHA512 = "U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
FILES = ("swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE")
INTO = Path(__file__).parent / "swagger-ui"


def main() -> None:
    """Replace the vendored files; exits where the package isn't the one that was chosen."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", scratch]
        subprocess.run(command, check=True)  # noqa: S603 - a fixed command
        (archive,) = Path(scratch).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            sys.exit(f"{PACKAGE} has the digest {digest}, not {SHA512}")
        INTO.mkdir(exist_ok=True)
        with tarfile.open(archive) as package:
            for name in FILES:
                file = package.extractfile(f"package/{name}")
                assert file is not None
                (INTO / name).write_bytes(file.read())


if __name__ == "__main__":
    main()
