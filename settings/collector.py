"""Python's garbage collector, in processes that serve for long."""

import gc

_NEW_OBJECTS = 50_000
"""How many more objects than before make it look at the young ones."""


def freeze_gc() -> None:
    """Have it never walk through what is there now, such as the procedures: that stays for good."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
