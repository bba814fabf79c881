"""`python -m stores [FILE]` checks a store's settings: the file named, or the one that a start would read."""

from __future__ import annotations

import sys
from pathlib import Path

from settings.environment import SettingsError, settings
from stores.current import read


def main(arguments: list[str]) -> int:
    """1 where there is a fault; each is told in a line."""
    try:
        chosen = settings()
        path = Path(arguments[0]) if arguments else chosen.store_file
        if not (arguments or chosen.store_settings or path.exists()):
            sys.stdout.write(f"There is no {path}: everything counts as documented.\n")
            return 0
        said = read(path)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    off = ", ".join(sorted(said.procedures.off)) or "none"
    sys.stdout.write(f"{path} is in order. Limits that differ: {len(said.limits)}. Procedures off: {off}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
