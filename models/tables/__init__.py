"""The tables of the database, a file for each subject. All are in `SQLModel.metadata`."""

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

# every constraint gets a name, which migrations need; before any table is defined
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def all_tables() -> MetaData:
    """Every table, all their modules imported."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return SQLModel.metadata
