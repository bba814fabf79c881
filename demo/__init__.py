"""Plays a store: reads a file of orders, posts what shop and carriers report, and acts as the staff of every role."""

import sys
from pathlib import Path

# the client is a package of its own, which a clone of this project doesn't install; one that is installed comes first
sys.path.append(str(Path(__file__).parent.parent / "clients" / "python"))
