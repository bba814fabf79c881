"""Accounts, their sessions, and signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.documents.fields import Body, Name, Page, StoreKey
from models.roles import PartyKind
from models.tables.accounts import AccountKind

FullName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Roles = Annotated[
    dict[StoreKey | Literal["*"], list[str]],
    Field(
        max_length=200,
        description="Roles by store; under `*`, those in every store.",
        examples=[{"tmall": ["cs_agent"], "jd": ["cs_agent", "cs_supervisor"]}],
    ),
]
Password = Annotated[
    str,
    Field(min_length=1, max_length=200, description="12 characters or more.", examples=["four words or so"]),
]


class PartyDocument(Body):
    """For whom an account stands outside the store, by the number that the store knows them by."""

    kind: PartyKind = Field(examples=["supplier"])
    number: str = Field(min_length=1, max_length=200, examples=["S-7"])
    store: StoreKey | None = Field(default=None, description="Without it: in every store.")


class NewAccount(Body):
    """An account to make. It can hold no more than its maker."""

    id: Name | None = Field(
        default=None, description="Never used again. Without it, one is made of the name."
    )
    name: FullName = Field(examples=["李娜"])
    kind: AccountKind = AccountKind.PERSON
    roles: Roles = Field(default={})
    parties: list[PartyDocument] = Field(default=[], max_length=100)
    language: Literal["", "zh", "en"] = ""
    owner: Name | None = Field(default=None, description="Of a service: the person who counts for it.")
    administrator: bool = Field(default=False, description="Whether it may manage accounts and keys.")
    password: Password | None = None


class AccountChange(Body):
    """What is to be another; what isn't named stays."""

    name: FullName | None = None
    roles: Roles | None = None
    parties: list[PartyDocument] | None = Field(default=None, max_length=100)
    language: Literal["", "zh", "en"] | None = None
    owner: Name | None = Field(default=None, description="Null takes the owner away.")
    administrator: bool | None = None
    password: Password | None = None
    closed: bool | None = Field(
        default=None, description="A closed account can't call; its keys are revoked."
    )


class AccountDocument(BaseModel):
    id: str
    name: str
    kind: AccountKind
    roles: dict[str, list[str]]
    parties: list[PartyDocument]
    language: str
    owner: str | None
    administrator: bool
    has_password: bool
    made_at: datetime
    made_by: str
    closed_at: datetime | None


class AccountPage(Page[AccountDocument]):
    """Accounts, by their id."""


class SessionDocument(BaseModel):
    """Somebody is signed in, in one browser."""

    id: str
    by: str = Field(description="How: `password`, `provider` or `badge`.")
    agent: str = Field(description="The browser, as it says itself.")
    made_at: datetime
    seen_at: datetime


class SessionPage(Page[SessionDocument]):
    """Sessions that are not over, the latest first."""


class SignIn(Body):
    """Who wants to sign in."""

    account: Name
    password: str = Field(max_length=200)


class SignedOut(BaseModel):
    """That the session is over."""

    signed_out: bool = Field(examples=[True])


class CallerDocument(BaseModel):
    """Who calls, with the rights of now."""

    id: str
    name: str
    owner: str | None
    roles: dict[str, list[str]]
    parties: list[PartyDocument]
    administrator: bool
