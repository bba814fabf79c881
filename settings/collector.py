"""Python's garbage collector, in processes that serve for long."""

import gc

_NEW_OBJECTS = 25_000
"""How many more objects than before make it look at the young ones."""
_LOOKS_AT_OLD = 2
"""After how many looks at the young ones it looks at older ones, and so at the oldest. A case that left the worker's
memory is garbage among the oldest: at the usual ten it would stay until some thousand others have come.
"""


def freeze_gc() -> None:
    """Have it never walk through what is there now, such as the procedures: that stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _LOOKS_AT_OLD, _LOOKS_AT_OLD)
