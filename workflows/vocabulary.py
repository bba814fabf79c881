"""The vocabulary of procedures: they import this, the effects' contracts, and nothing else."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.effect import Refused, Success
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
from workflows.language.deadlines import Deadline, count, elapsed, share
from workflows.language.forms import (
    Attachment,
    Case,
    Form,
    InHistory,
    Keep,
    NewOwner,
    Note,
    Problems,
    Reason,
    Remarks,
)
from workflows.language.links import Opening, asking, opening, starts
from workflows.language.memory import ChildReport
from workflows.language.occasions import Length, Occasion
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry, Stage, on_message
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
    cases_of_parts,
    delivery_survey,
    lost_parcel_case,
    refund_case,
    replacement_case,
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
from workflows.shared_forms import Agent, DecisionNote, Inspector, LostReturn, Withdrawal

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
    "Address",
    "Agent",
    "Annotated",
    "Attachment",
    "Bin",
    "Carrier",
    "Carton",
    "Case",
    "CaseRef",
    "ChildReport",
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
    "InHistory",
    "Inspector",
    "Keep",
    "Length",
    "LineQty",
    "Literal",
    "Location",
    "LongRemark",
    "LongText",
    "LostReturn",
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
    "Refused",
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
    "Success",
    "Supplier",
    "Target",
    "Text",
    "Ticked",
    "Title",
    "Url",
    "User",
    "Weight",
    "Withdrawal",
    "amount",
    "any_twice",
    "asking",
    "at",
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
    "starts",
    "today",
    "total",
    "weekly",
    "working_days",
    "worth",
    "yuan",
]
