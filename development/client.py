"""Writes the typed Python client, `clients/python/`, from the API's own description: `python -m development.client`.

With `--check` nothing is written: it fails where the package is not what the description gives.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openapi_python_client

from api.app import create_app
from settings.environment import Settings

PACKAGE = Path(__file__).parent.parent / "clients" / "python" / "guicheng_client"
WRITTEN_BY_HAND = frozenset({"changes.py", "py.typed"})
"""What stands in the package beside that which is generated."""
_BIN = Path(sys.executable).parent
_TEMPLATES = Path(openapi_python_client.__file__).parent / "templates"

_MENDED: dict[str, tuple[tuple[str, str], ...]] = {
    "endpoint_module.py.jinja": (
        (  # `isinstance` takes no `list[CloudEvent]`: a batch of events was sent without its body
            "if isinstance(body, {{body.prop.get_type_string(no_optional=True) | as_unembedded_code }}):",
            (
                "if isinstance(body, {{ (body.prop.get_type_string(no_optional=True) | as_unembedded_code)"
                '.split("[")[0] }}):'
            ),
        ),
        (  # httpx chooses a boundary that isn't in the file
            '        headers["Content-Type"] = "multipart/form-data; boundary=+++"\n',
            "",
        ),
        (  # a file knows what it is
            (
                'headers["Content-Type"] = "{{ body.content_type | in_double_quote_literal }}"\n'
                "        {% endif %}\n{% endfor %}"
            ),
            (
                'headers["Content-Type"] = {% if body.body_type == "content" %}body.mime_type or {% endif %}'
                '"{{ body.content_type | in_double_quote_literal }}"\n        {% endif %}\n{% endfor %}'
            ),
        ),
    ),
    "endpoint_macros.py.jinja": (
        (  # httpx's asynchronous client takes no synchronous file as a body
            '    {% if body.prop.required %}\n_kwargs["content"] = body.payload\n    {% else %}',
            '    {% if body.prop.required %}\n_kwargs["content"] = body.payload.read()\n    {% else %}',
        ),
    ),
    "package_init.py.jinja": (
        (
            "from .client import AuthenticatedClient, Client\n",
            (
                "from .changes import Change, follow_changes, follow_changes_asynchronously\n"
                "from .client import AuthenticatedClient, Client\n"
            ),
        ),
        (
            '    "Client",\n',
            '    "Change",\n    "Client",\n    "follow_changes",\n    "follow_changes_asynchronously",\n',
        ),
    ),
}
"""What the generator's templates do wrong for this API, and what stands there instead."""


class CannotGenerate(Exception):
    """The generator failed; the message holds its output."""


def generate(into: Path) -> None:
    """Write the client of the API as it is declared now. Raises CannotGenerate."""
    with tempfile.TemporaryDirectory() as scratch:
        described = Path(scratch) / "openapi.json"
        described.write_text(json.dumps(_description()))
        config = Path(scratch) / "config.json"
        config.write_text(
            json.dumps({"post_hooks": [], "content_type_overrides": {"image/svg+xml": "text/plain"}})
        )
        templates = Path(scratch) / "templates"
        _write_templates(templates)
        command = [_BIN / "openapi-python-client", "generate", "--path", described, "--config", config]
        done = subprocess.run(
            [
                *command,
                "--output-path",
                into,
                "--meta",
                "none",
                "--overwrite",
                "--custom-template-path",
                templates,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        # a warning is a part of the API that the client would lack
        if done.returncode or "WARNING" in done.stdout + done.stderr:
            raise CannotGenerate(done.stdout + done.stderr)
    shutil.rmtree(into / ".ruff_cache", ignore_errors=True)


def _description() -> dict[str, Any]:
    """What the API says of itself, but for what a generated call can't do."""
    described = create_app(Settings()).openapi()
    del described["paths"]["/api/v1/stream"]  # a call that never returns: `changes.py` iterates over it
    bodies = described["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]
    del bodies["application/json"]  # binary mode has headers of its own, which the client doesn't need
    return described


def _write_templates(into: Path) -> None:
    into.mkdir()
    for name, changes in _MENDED.items():
        text = (_TEMPLATES / name).read_text("utf-8")
        for old, new in changes:
            if text.count(old) != 1:
                raise CannotGenerate(f"{name} of the generator has changed: it doesn't hold {old!r} once.")
            text = text.replace(old, new)
        (into / name).write_text(text, "utf-8")


def replace_generated(package: Path, fresh: Path) -> None:
    """Put what was generated into the package; what is written by hand stays."""
    package.mkdir(parents=True, exist_ok=True)
    for path in package.iterdir():
        if path.name in WRITTEN_BY_HAND:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(fresh, package, dirs_exist_ok=True)


def differences(package: Path, fresh: Path) -> list[str]:
    """The files that aren't the same in both, but for those that are written by hand."""
    names = {path.relative_to(root) for root in (package, fresh) for path in root.rglob("*.py")}
    names = {name for name in names if str(name) not in WRITTEN_BY_HAND}
    _, differ, missing = filecmp.cmpfiles(package, fresh, [str(name) for name in names], shallow=False)
    return sorted([*differ, *missing])


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate, or compare."""
    parser = argparse.ArgumentParser(description="Write the typed Python client from what the API declares.")
    parser.add_argument("--check", action="store_true", help="only say whether the package fits the API")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            fresh = Path(scratch) / PACKAGE.name
            generate(fresh)
            if not options.check:
                replace_generated(PACKAGE, fresh)
                return
            stale = differences(PACKAGE, fresh)
    except CannotGenerate as error:
        sys.exit(str(error))
    if stale:
        sys.exit(
            f"clients/python is not what the API declares: {', '.join(stale[:5])}. `make client` writes it."
        )


if __name__ == "__main__":
    main()
