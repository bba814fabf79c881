"""The language of procedures: they import this, the effects' contracts, and nothing else."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field
from statemachine import State

from models.roles import Role
from models.values import (
    NOTHING,
    Address,
    Bin,
    Carrier,
    Carton,
    CaseRef,
    Code,
    Count,
    DateRange,
    Day,
    File,
    Files,
    FormRow,
    FormRows,
    LineQty,
    Location,
    LongRemark,
    LongText,
    Moment,
    Money,
    Name,
    Number,
    Order,
    Paid,
    Pct,
    Phone,
    Photos,
    Placement,
    Price,
    PricedLine,
    Qty,
    Remark,
    Secret,
    Sign,
    Sku,
    SkuQty,
    Some,
    SomeFiles,
    SomePhotos,
    Supplier,
    Target,
    Text,
    Ticked,
    Title,
    Url,
    User,
    Weight,
    amount,
    is_code,
    per_line,
    per_sku,
    ref,
    total,
    worth,
    yuan,
)
from workflows.language.forms import Attachment, Case, Form, Keep, NewOwner, Note, Problems, Reason, Remarks
from workflows.language.links import Opening, asking, opening, starts
from workflows.language.machine import Procedure
from workflows.language.occasions import Length, Occasion
from workflows.language.stages import Deadline, Entry, Stage, count, elapsed, on_message, share
from workflows.language.timing import (
    at,
    daily,
    days,
    days_in,
    earliest,
    first_known,
    hours,
    hours_in,
    minutes,
    monthly,
    office_hours,
    on_days,
    quarterly,
    repeated,
    service_hours,
    today,
    weekly,
    working_days,
)

Parallel = State.Parallel
"""Branches that go on at once, each with stages of its own; `done_state_<name>` is sent when all have ended.
Where the branches are single records, `stay` rows with `once` and `needs` say it shorter."""
Branch = State.Compound

CUSTOMER = Role.CUSTOMER
CS_AGENT = Role.CS_AGENT
CS_SUPERVISOR = Role.CS_SUPERVISOR
AFTER_SALES = Role.AFTER_SALES
OPS_SPECIALIST = Role.OPS_SPECIALIST
OPS_MANAGER = Role.OPS_MANAGER
SALES = Role.SALES
GM = Role.GM
PRODUCT_MANAGER = Role.PRODUCT_MANAGER
CONTENT_EDITOR = Role.CONTENT_EDITOR
DESIGNER = Role.DESIGNER
PROMOTER = Role.PROMOTER
DATA_ANALYST = Role.DATA_ANALYST
PURCHASING = Role.PURCHASING
SUPPLIER = Role.SUPPLIER
FINANCE = Role.FINANCE
WAREHOUSE_SUPERVISOR = Role.WAREHOUSE_SUPERVISOR
WAREHOUSE_KEEPER = Role.WAREHOUSE_KEEPER
RECEIVER = Role.RECEIVER
STATISTICIAN = Role.STATISTICIAN
QC = Role.QC
PICKER = Role.PICKER
PACKER = Role.PACKER
FACTORY_RESIDENT = Role.FACTORY_RESIDENT
LOGISTICS = Role.LOGISTICS
ORDER_CLERK = Role.ORDER_CLERK
TECH = Role.TECH
DISTRIBUTION_MANAGER = Role.DISTRIBUTION_MANAGER
DISTRIBUTOR = Role.DISTRIBUTOR
BUYER_ORG = Role.BUYER_ORG
TRADE_CENTRE = Role.TRADE_CENTRE
SUPERVISION = Role.SUPERVISION
HR = Role.HR
STAFF = Role.STAFF
CARRIER_FEED = Role.CARRIER_FEED
PAYMENT_FEED = Role.PAYMENT_FEED
PLATFORM_FEED = Role.PLATFORM_FEED
BANK_FEED = Role.BANK_FEED
SYSTEM = Role.SYSTEM

__all__ = [
    "AFTER_SALES",
    "BANK_FEED",
    "BUYER_ORG",
    "CARRIER_FEED",
    "CONTENT_EDITOR",
    "CS_AGENT",
    "CS_SUPERVISOR",
    "CUSTOMER",
    "DATA_ANALYST",
    "DESIGNER",
    "DISTRIBUTION_MANAGER",
    "DISTRIBUTOR",
    "FACTORY_RESIDENT",
    "FINANCE",
    "GM",
    "HR",
    "LOGISTICS",
    "NOTHING",
    "OPS_MANAGER",
    "OPS_SPECIALIST",
    "ORDER_CLERK",
    "PACKER",
    "PAYMENT_FEED",
    "PICKER",
    "PLATFORM_FEED",
    "PRODUCT_MANAGER",
    "PROMOTER",
    "PURCHASING",
    "QC",
    "RECEIVER",
    "SALES",
    "STAFF",
    "STATISTICIAN",
    "SUPERVISION",
    "SUPPLIER",
    "SYSTEM",
    "TECH",
    "TRADE_CENTRE",
    "WAREHOUSE_KEEPER",
    "WAREHOUSE_SUPERVISOR",
    "Address",
    "Annotated",
    "Attachment",
    "Bin",
    "Branch",
    "Carrier",
    "Carton",
    "Case",
    "CaseRef",
    "Code",
    "Count",
    "DateRange",
    "Day",
    "Deadline",
    "Entry",
    "Field",
    "File",
    "Files",
    "Form",
    "FormRow",
    "FormRows",
    "Keep",
    "Length",
    "LineQty",
    "Literal",
    "Location",
    "LongRemark",
    "LongText",
    "Moment",
    "Money",
    "Name",
    "NewOwner",
    "Note",
    "Number",
    "Occasion",
    "Opening",
    "Order",
    "Paid",
    "Parallel",
    "Pct",
    "Phone",
    "Photos",
    "Placement",
    "Price",
    "PricedLine",
    "Problems",
    "Procedure",
    "Qty",
    "Reason",
    "Remark",
    "Remarks",
    "Role",
    "Secret",
    "Sign",
    "Sku",
    "SkuQty",
    "Some",
    "SomeFiles",
    "SomePhotos",
    "Stage",
    "StrEnum",
    "Supplier",
    "Target",
    "Text",
    "Ticked",
    "Title",
    "Url",
    "User",
    "Weight",
    "amount",
    "asking",
    "at",
    "count",
    "daily",
    "days",
    "days_in",
    "earliest",
    "elapsed",
    "first_known",
    "hours",
    "hours_in",
    "is_code",
    "minutes",
    "monthly",
    "office_hours",
    "on_days",
    "on_message",
    "opening",
    "per_line",
    "per_sku",
    "quarterly",
    "ref",
    "repeated",
    "service_hours",
    "share",
    "starts",
    "today",
    "total",
    "weekly",
    "working_days",
    "worth",
    "yuan",
]
