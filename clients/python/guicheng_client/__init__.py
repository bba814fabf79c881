
""" A client library for accessing Guicheng """
from .changes import Change, follow_changes, follow_changes_asynchronously
from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Change",
    "Client",
    "follow_changes",
    "follow_changes_asynchronously",
)
