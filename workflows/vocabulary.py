"""The language of procedures: they import this, the effects' contracts, and nothing else."""

from collections import Counter
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
    any_twice,
    in_one_currency,
    is_code,
    line_rows,
    per_line,
    per_sku,
    ref,
    sku_rows,
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
from workflows.openings import (
    broadcast_case,
    cases_of_parts,
    delivery_survey,
    lost_parcel_case,
    refund_case,
    replacement_case,
    spot_count,
)
from workflows.parcels import (
    PARCEL_AT_DEPOT,
    PARCEL_COLLECTED,
    PARCEL_DELAYED,
    PARCEL_DELIVERED,
    PARCEL_FOUND,
    PARCEL_LOST,
    PARCEL_OUT_FOR_DELIVERY,
    PARCEL_RECOVERED,
    PARCEL_REFUSED,
    PARCEL_SCANNED,
    PARCEL_SENT_BACK,
)
from workflows.shared_forms import (
    ActionItem,
    Actual,
    Agent,
    Checks,
    DecisionNote,
    Inspector,
    KeywordRank,
    LostReturn,
    MetricValue,
    TrafficSource,
    Withdrawal,
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
    "PARCEL_AT_DEPOT",
    "PARCEL_COLLECTED",
    "PARCEL_DELAYED",
    "PARCEL_DELIVERED",
    "PARCEL_FOUND",
    "PARCEL_LOST",
    "PARCEL_OUT_FOR_DELIVERY",
    "PARCEL_RECOVERED",
    "PARCEL_REFUSED",
    "PARCEL_SCANNED",
    "PARCEL_SENT_BACK",
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
    "ActionItem",
    "Actual",
    "Address",
    "Agent",
    "Annotated",
    "Attachment",
    "Bin",
    "Branch",
    "Carrier",
    "Carton",
    "Case",
    "CaseRef",
    "Checks",
    "Code",
    "Count",
    "Counter",
    "DateRange",
    "Day",
    "Deadline",
    "DecisionNote",
    "Entry",
    "Field",
    "File",
    "Files",
    "Form",
    "FormRow",
    "FormRows",
    "Inspector",
    "Keep",
    "KeywordRank",
    "Length",
    "LineQty",
    "Literal",
    "Location",
    "LongRemark",
    "LongText",
    "LostReturn",
    "MetricValue",
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
    "TrafficSource",
    "Url",
    "User",
    "Weight",
    "Withdrawal",
    "amount",
    "any_twice",
    "asking",
    "at",
    "broadcast_case",
    "cases_of_parts",
    "count",
    "daily",
    "days",
    "days_in",
    "delivery_survey",
    "earliest",
    "elapsed",
    "first_known",
    "hours",
    "hours_in",
    "in_one_currency",
    "is_code",
    "line_rows",
    "lost_parcel_case",
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
    "refund_case",
    "repeated",
    "replacement_case",
    "service_hours",
    "share",
    "sku_rows",
    "spot_count",
    "starts",
    "today",
    "total",
    "weekly",
    "working_days",
    "worth",
    "yuan",
]
