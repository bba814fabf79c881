"""The vocabulary of procedures: they import this, the effects' contracts, and nothing else.

Every name that is imported here is a word of it.
"""

# pyright: reportUnusedImport=false
# ruff: noqa: F401

from collections import Counter
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field

from models.effect import Refused, Success
from models.papers import Paper
from models.roles import DECIDERS, PartyKind, Role
from models.values import (
    LOWEST_PCT,
    NOTHING,
    Address,
    Bin,
    Carrier,
    Carton,
    CaseRef,
    Code,
    Count,
    CustomerNo,
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
    PartnerNo,
    Pct,
    PerSku,
    Personal,
    PersonName,
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
    in_coins,
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
from workflows import (
    buying,
    campaigning,
    complaining,
    dispatching,
    exchanging,
    ordering,
    preshipping,
    receiving,
    returning,
    settling,
    shelf_counts,
    shortages,
    wholesaling,
)
from workflows.consenting import Consent, KeepsConsent, Unsubscribing
from workflows.events_under_way import EventUnderWay
from workflows.goods_in import ShelfCount
from workflows.language.blinding import Blind
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
    Told,
    computed,
)
from workflows.language.leads import without
from workflows.language.links import Opening, asking, opening, starts
from workflows.language.memory import ChildReport
from workflows.language.occasions import Length, Occasion, occasion_called
from workflows.language.procedure import Procedure
from workflows.language.sentences import Sentence, choice, sentence
from workflows.language.sources import (
    CallerOrOther,
    FromCase,
    FromSubject,
    TheCaller,
    TheTime,
    TimeOrEarlier,
    TimeOrLater,
    TimeOrOther,
    ToCheck,
    from_book,
    from_case,
    of_book,
    own_number,
    proposed,
    rows_of,
    to_check,
    within,
)
from workflows.language.stages import Entry, Stage
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
from workflows.language.triggers import on_message
from workflows.openings import (
    ORDER_FAILED,
    aftersales_case,
    broadcast_case,
    cases_of_parts,
    delivery_survey,
    exception_case,
    lost_goods_case,
    lost_order_case,
    lost_parcel_case,
    lost_return_case,
    order_origin,
    refund_case,
    refunds_itself,
    replacement_case,
    shortage_cases,
    spot_count,
)
from workflows.outside_words import ToCustomer, outside_faults
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
    Abnormal,
    Handover,
    OthersParcel,
    ParcelRefusal,
    Scan,
    SignedScan,
)
from workflows.returned_goods import (
    GIVEN_UP,
    GOODS_KEPT,
    GOODS_LOST,
    GOODS_ON_THEIR_WAY,
    GOODS_POSTED,
    GOODS_SEEN,
    LOST_ON_THE_WAY_BACK,
    SOON_INSPECTED,
    UNFIT,
    LateParcel,
    ParcelIn,
    Placing,
    Posted,
    SentBack,
    inspected_receipts,
    is_within,
    label_to,
    oversold,
    placed_receipts,
    uninspected,
)
from workflows.returned_money import AtFault, MoneyOfReturnedGoods
from workflows.shared_forms import (
    NEEDS_PHOTOS,
    ActionItem,
    Actual,
    AfterSales,
    Agent,
    Agreed,
    Checks,
    DecisionNote,
    Inspector,
    KeywordRank,
    LessIfAgreed,
    LostReturn,
    MetricValue,
    Reached,
    Reported,
    ReturnReason,
    TrafficSource,
    Withdrawal,
    why_faults,
)
from workflows.shared_hooks import (
    AboutAnOrder,
    AnswersWhoAsked,
    GoodsComeBack,
    OnItsWay,
    PostedToUs,
    ToldInANotice,
)

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
