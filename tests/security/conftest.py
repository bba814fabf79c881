"""Attacks on a store's engine: it is the runner's tests' own."""

from tests.runner.conftest import declared, engine, shop

__all__ = ["declared", "engine", "shop"]
