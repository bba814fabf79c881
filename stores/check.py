"""`guicheng check [FILE]`: checks a store's settings file, the one named or the one that a start would read."""

from __future__ import annotations

import sys
from pathlib import Path

from settings.environment import SettingsError, settings
from stores.current import read


def main(file: Path | None = None) -> int:
    """The command. Prints each fault in a line; 1 where there is one."""
    try:
        chosen = settings()
        path = file or chosen.store_file
        if not (file or chosen.store_settings or path.exists()):
            sys.stdout.write(f"There is no {path}: everything counts as documented.\n")
            return 0
        store = read(path)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    off = ", ".join(sorted(store.procedures.off)) or "none"
    sys.stdout.write(f"{path} is in order. Limits that differ: {len(store.limits)}. Procedures off: {off}.\n")
    return 0
