"""Who acts. `A | B` reads "A or B"."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias


class Role(StrEnum):
    """A function in the store. One person may hold several."""

    CUSTOMER = "customer"
    CS_AGENT = "cs_agent"
    CS_SUPERVISOR = "cs_supervisor"
    AFTER_SALES = "after_sales"
    OPS_SPECIALIST = "ops_specialist"
    OPS_MANAGER = "ops_manager"
    SALES = "sales"
    GM = "gm"
    PRODUCT_MANAGER = "product_manager"
    CONTENT_EDITOR = "content_editor"
    DESIGNER = "designer"
    PROMOTER = "promoter"
    DATA_ANALYST = "data_analyst"
    PURCHASING = "purchasing"
    SUPPLIER = "supplier"
    FINANCE = "finance"
    WAREHOUSE_SUPERVISOR = "warehouse_supervisor"
    WAREHOUSE_KEEPER = "warehouse_keeper"
    RECEIVER = "receiver"
    STATISTICIAN = "statistician"
    QC = "qc"
    PICKER = "picker"
    PACKER = "packer"
    FACTORY_RESIDENT = "factory_resident"
    LOGISTICS = "logistics"
    ORDER_CLERK = "order_clerk"
    TECH = "tech"
    DISTRIBUTION_MANAGER = "distribution_manager"
    DISTRIBUTOR = "distributor"
    BUYER_ORG = "buyer_org"
    TRADE_CENTRE = "trade_centre"
    SUPERVISION = "supervision"
    HR = "hr"
    STAFF = "staff"
    # Not people: messages from outside, and the engine itself.
    CARRIER_FEED = "carrier_feed"
    PAYMENT_FEED = "payment_feed"
    PLATFORM_FEED = "platform_feed"
    BANK_FEED = "bank_feed"
    TIMER = "timer"
    SYSTEM = "system"

    def __or__(self, other: Who) -> frozenset[Role]:
        return frozenset({self}) | one_or_more(other)

    def __ror__(self, other: Who) -> frozenset[Role]:
        return frozenset({self}) | one_or_more(other)

    @property
    def is_feed(self) -> bool:
        """Whether messages from outside come under this role."""
        return self.endswith("_feed")

    @property
    def is_engine(self) -> bool:
        """Whether only the engine acts under this role."""
        return self in (Role.TIMER, Role.SYSTEM)

    @property
    def is_person(self) -> bool:
        """Whether people hold this role, inside the store or outside."""
        return not self.is_feed and not self.is_engine

    @property
    def is_staff(self) -> bool:
        """Whether people of the store hold this role."""
        return self.is_person and self not in _OUTSIDERS


Who: TypeAlias = Role | frozenset[Role]

OPERATIONS = frozenset({Role.OPS_SPECIALIST, Role.OPS_MANAGER, Role.TECH, Role.GM})
"""Who decides about effects that failed."""

DEALS_WITH_CUSTOMERS = frozenset(
    {
        Role.CS_AGENT,
        Role.CS_SUPERVISOR,
        Role.AFTER_SALES,
        Role.SALES,
        Role.ORDER_CLERK,
        Role.FINANCE,
        Role.OPS_MANAGER,
        Role.GM,
    }
)
"""Who is shown all that the store has with a customer: who speaks with customers, and who decides what they get."""

_OUTSIDERS = frozenset({Role.CUSTOMER, Role.SUPPLIER, Role.DISTRIBUTOR, Role.BUYER_ORG, Role.TRADE_CENTRE})

STAFF_ROLES = frozenset[Role](role for role in Role if role.is_staff)
"""Every role that the store's own people hold."""


@lru_cache(maxsize=1024)
def with_staff(given: frozenset[Role]) -> frozenset[Role]:
    """The roles that somebody holds who was given these: whoever has a role of the store's own people is `staff`."""
    return given if given.isdisjoint(STAFF_ROLES) else given | {Role.STAFF}


_ABOVE = {
    Role.CS_AGENT: Role.CS_SUPERVISOR,
    Role.AFTER_SALES: Role.CS_SUPERVISOR,
    Role.PICKER: Role.WAREHOUSE_SUPERVISOR,
    Role.PACKER: Role.WAREHOUSE_SUPERVISOR,
    Role.WAREHOUSE_KEEPER: Role.WAREHOUSE_SUPERVISOR,
    Role.RECEIVER: Role.WAREHOUSE_SUPERVISOR,
    Role.STATISTICIAN: Role.WAREHOUSE_SUPERVISOR,
    Role.QC: Role.WAREHOUSE_SUPERVISOR,
    Role.FACTORY_RESIDENT: Role.WAREHOUSE_SUPERVISOR,
    Role.OPS_MANAGER: Role.GM,
    Role.GM: Role.GM,
}


class PartyKind(StrEnum):
    """For whom somebody stands in a case: such a party sees and does only what is its own."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    DISTRIBUTOR = "distributor"
    BUYER = "buyer"
    SELLER = "seller"
    PERSON = "person"
    """One of the store's own people, by the id of the account: whom the case is about."""


PARTY_ROLES = frozenset({Role.CUSTOMER, Role.SUPPLIER, Role.DISTRIBUTOR, Role.BUYER_ORG})
"""Who holds no other role of a case sees it only as a party of it."""


DECIDERS = frozenset({Role.CS_SUPERVISOR, Role.OPS_MANAGER, Role.GM})
"""Who decides what a customer gets beyond what is owed, or short of it."""


def one_or_more(who: Who | Iterable[Role] | None) -> frozenset[Role]:
    """`who` as a set; nobody is the empty set."""
    if who is None:
        return frozenset()
    return frozenset({who}) if isinstance(who, Role) else frozenset(who)


def superiors(who: Who | None) -> frozenset[Role]:
    """Who hears when a task of these roles is escalated: team head, then operations manager, then gm."""
    return frozenset(_ABOVE.get(role, Role.OPS_MANAGER) for role in one_or_more(who)) or frozenset(
        {Role.OPS_MANAGER}
    )
