"""The examples of `/docs`: a document's is put together from its fields', and a field of one name has one example."""

from __future__ import annotations

from typing import Any

from api.lookups.examples import OF_LOOKUPS

Json = dict[str, Any]

_CASE = "order_fulfilment:tmall:SO-1001"
_MOMENT = "2026-11-12T09:30:00Z"
_EVENT = "01943c5e2a7b4d0f8e6a1b2c3d4e5f60"
_FORM = {"note": "Colour confirmed by phone"}
_MONEY = {"amount": "423.60", "currency": "CNY"}
_NO_MONEY = {"amount": "0.00", "currency": "CNY"}

BY_NAME: Json = {
    # cases and tasks
    "id": _CASE,
    "case": _CASE,
    "procedure": "order_fulfilment",
    "title": "Order fulfilment",
    "store": "tmall",
    "stores": ["tmall"],
    "subject": "SO-1001",
    "version": 1,
    "revision": 4,
    "outcome": None,
    "closed_at": None,
    "next_due": "2026-11-12T13:30:00Z",
    "due_at": "2026-11-12T13:30:00Z",
    "label": "Picking",
    "roles": ["picker"],
    "key": "picking",
    "stage": "picking",
    "event": None,
    "action": "picked",
    "data": {"order_no": "SO-1001"},
    "form": _FORM,
    "comment": "The customer has been called.",
    "blocked": {"hand_over": "the parcel has no waybill"},
    "actor": "li.na",
    "account": "li.na",
    "before": ["allocated"],
    "after": ["picking"],
    "followed": [],
    "missed": [],
    "effect": None,
    "note": "",
    "asked_at": _MOMENT,
    "error": "The payment provider didn't answer.",
    "ways": ["retry", "done", "otherwise"],
    "reason": "Refunded in the provider's console",
    "waits": True,
    "standing": "open",
    "effects": [{"key": "4.0", "effect": "ReserveStock", "label": "Reserve stock", "standing": "done"}],
    "task": f"{_CASE}/picking",
    "tasks": [f"{_CASE}/picking"],
    "incident": None,
    "claimed_by": "li.na",
    "to": "li.na",
    # requests
    "location": "/api/v1/requests/01a2013a728eec009527d34efc998b52",
    "answer_status": 200,
    "answer": {"id": _CASE, "revision": 4},
    # comments and files
    "author": "li.na",
    "author_name": "李娜",
    "text": "The customer calls back tomorrow.",
    "files": ["file:0191f0c2a1b3"],
    "name": "li.na",
    "media_type": "image/jpeg",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    # events
    "source": "/shops/tmall",
    "results": [],
    # secrets
    "secret": "secret:0191f0c2a1b37c5e9d2f4b6a8c0e1d3f",
    # keys
    "scopes": [],
    "created_by": "first-key",
    "expires_at": None,
    "revoked_at": None,
    # lists
    "next_cursor": None,
    # procedures
    "summary": "From the paid order to the parcel that has arrived.",
    "starts_on": ["store.order.placed"],
    "moves_on": ["store.order.paid", "carrier.parcel.delivered"],
    "forms": {"picked": {"type": "object", "properties": {}, "required": []}},
    "links": [{"as": "shortage", "procedure": "out_of_stock", "label": "Out of stock"}],
    # books
    "sku": "MUG-1",
    "category": "Kitchen",
    "price": {"amount": "25.00", "currency": "CNY"},
    "amount": "423.60",
    "currency": "CNY",
    "reference": "SO-1001",
    "of": "MUG-1",
    "ok": True,
    "kind": "order",
    "holder": "SO-1001",
    "bin": "A-02-3",
    "bucket": "on_hand",
    "qty": 2,
    "order": "SO-1001",
    "member": "M-1001",
    "level": "gold",
    "points": 320,
    "message": "4.0",
    "channel": "customer",
    "template": "order_shipped",
    "body": "Your order SO-1001 is on its way.",
    "state": "done",
    "number": "INV-2026-0001",
    "method": "alipay",
    "payment_no": "P-77",
    "refund_no": "R-1",
    "route": "original",
    "campaign": None,
    "off_sale": [],
    "until": None,
    "paid_at": _MOMENT,
    "partner": "C-1",
    "active": True,
    "waybill_no": "SF1234567890",
    "carrier": "sf",
    "freight": {"amount": "12.00", "currency": "CNY"},
    "pickup": "",
    "return_no": "",
    # problems
    "pointer": "/form/waybill_no",
    "claims": [],
}
"""What a field of this name holds, unless `OF_DOCUMENT` or the model itself says otherwise."""

OF_DOCUMENT: dict[str, Json] = {
    "Action": {"version": 1},
    "ActionDocument": {"key": "picked", "label": "Picked", "form": {"type": "object", "properties": {}}},
    "BulkAction": {"action": "start_picking", "form": {"pick_list_no": "PL-7", "picker": "li.na"}},
    "BulkResult": {"status": 200, "case": {"id": _CASE, "revision": 4}, "events": None, "problem": None},
    "CaseStart": {"data": {"buyer": "Li Na", "lines": [{"sku": "MUG-1", "qty": 2}]}},
    "CaseDocument": {"incidents": []},
    "ClaimView": {"location": "A-02"},
    "CloudEvent": {
        "id": "pay-77",
        "type": "store.order.paid",
        "time": _MOMENT,
        "datacontenttype": "application/json",
        "data": {"paid": _MONEY, "payment_no": "P-77"},
    },
    "CommentDocument": {"id": "0191f0c2a1b3"},
    "DeadlineDocument": {"key": "ship_target", "label": "Ship within 24 hours", "missed": False},
    "Delivery": {"reference": "OPENING-1"},
    "EntryResult": {"reason": "", "data": {}},
    "EventResult": {"id": "pay-77", "event": _EVENT, "cases": [_CASE], "status": "moved", "reason": None},
    "EventDocument": {
        "event": _EVENT,
        "id": "pay-77",
        "type": "store.order.paid",
        "time": _MOMENT,
        "data": {"paid": {"amount": "423.60", "currency": "cny"}, "payment_no": "P-77"},
        "sent_by": "shop",
        "received_at": _MOMENT,
        "status": "refused",
        "reason": "The form is not right at /paid/currency.",
        "code": "invalid_form",
        "cases": [],
        "next_try_at": None,
        "settled": None,
        "actions": ["retry", "settle"],
    },
    "EventTry": {
        "at": _MOMENT,
        "status": "refused",
        "code": "invalid_form",
        "reason": "The form is not right at /paid/currency.",
    },
    "EventsToRetry": {"type": "store.order.paid", "code": "not_your_role"},
    "SettledByHand": {"reason": "Entered by hand after a telephone call."},
    "Settlement": {"by": "li.na", "name": "李娜", "at": _MOMENT, "reason": "Entered by hand."},
    "UnappliedEvents": {"type": "store.order.paid", "code": "invalid_form"},
    "EventTypeDocument": {
        "type": "store.order.paid",
        "starts": [],
        "moves": ["order_fulfilment"],
        "roles": ["payment_feed"],
        "found_by": [],
        "data": {"type": "object", "properties": {"payment_no": {"type": "string"}}},
        "examples": [
            {
                "specversion": "1.0",
                "id": "paid-77",
                "source": "/shops/tmall",
                "type": "store.order.paid",
                "subject": "SO-1001",
                "data": {"paid": _MONEY, "payment_no": "P-77"},
            }
        ],
    },
    "FileDocument": {
        "id": "file:0191f0c2a1b3",
        "name": "damage.jpg",
        "kept_until": None,
        "location": "/api/v1/files/file:0191f0c2a1b3",
    },
    "IncidentDocument": {"key": "4.0", "effect": "RefundPayment", "label": "Refund the payment"},
    "KeyDocument": {"id": "key-0191f0c2a1b3", "name": "picker-app", "stores": ["tmall"]},
    "LinkDocument": {"case": "return_refund:tmall:RT-7", "as": "return"},
    "MemberView": {"name": "Wang Xiuying"},
    "MessageView": {"title": "On its way", "to": "SO-1001", "state": "sent"},
    "MovementView": {"key": "4.0", "effect": "ReserveStock", "change": -2, "location": "A-02"},
    "NewKey": {"name": "picker-app"},
    "NewSecret": {"text": "GIFT-7731-0042"},
    "NewKeyDocument": {
        "id": "key-0191f0c2a1b3",
        "name": "picker-app",
        "stores": ["tmall"],
        "key": "gc_9Yc3…",
    },
    "NewProduct": {"title": "A mug"},
    "PaperView": {"kind": "invoice", "reason": ""},
    "PartnerView": {"kind": "carrier", "name": "SF Express"},
    "PriceView": {"kind": "list"},
    "ProcedureDocument": {
        "key": "return_refund",
        "title": {"en": "Return and refund", "zh": "退货退款"},
        "summary": "From the customer's wish to return to the money paid back.",
        "starts": [
            {"event": "authorise", "to": "authorised", "who": ["cs_agent"], "on": ["store.return.approved"]}
        ],
        "stages": [
            {"key": "inspecting", "label": "Inspecting", "roles": ["qc"], "final": False, "due": "PT24H"}
        ],
        "transitions": [
            {"event": "pass_inspection", "from": "inspecting", "to": "passed", "who": ["qc"], "guard": None}
        ],
        "forms": {"pass_inspection": {"type": "object", "properties": {}, "required": []}},
        "deadlines": [{"key": "inspect_within", "label": "Inspect within a day", "limit": "PT24H"}],
        "effects": [{"key": "RefundPayment", "label": "Refund the payment"}],
        "links": [],
    },
    "ProcedureLine": {
        "key": "order_fulfilment",
        "title": {"en": "Order fulfilment", "zh": "订单履行"},
    },
    "ProductView": {"title": "A mug", "for_sale": True},
    "Receipt": {"location": "A-02"},
    "RefundView": {"reason": "returned"},
    "RequestDocument": {"id": "01a2013a728eec009527d34efc998b52", "status": "answered"},
    "CaseFamily": {"first": _CASE},
    "CodeView": {"code": "6901234567892", "qty": 1},
    "GoodsCode": {"code": "6901234567892", "qty": 1},
    "HeadlinePart": {"text": "A mug × 2", "personal": False},
    "LinkToParent": {"as": "ship_parts"},
    "FilledForm": {
        "key": "hand_over",
        "label": "Hand over",
        "form": {
            "type": "object",
            "properties": {"parcels": {"type": "integer", "x-check": True, "x-fact": 1}},
        },
        "values": {"courier_name": "顺丰 王师傅"},
        "judged": [],
    },
    "JudgedAnswer": {"key": "amount", "label": "Amount", "value": _MONEY},
    "NewDraft": {"form": {"parcels": 1}, "revision": 4},
    "DraftDocument": {
        "action": "hand_over",
        "form": {"parcels": 1},
        "revision": 4,
        "version": 1,
        "reason": None,
    },
    "Resolution": {"do": "done", "data": {}},
    "RevisionDocument": {"action": "start_picking", "label": "Start picking", "actor_name": "李娜"},
    "MoneyView": {
        "paid": _MONEY,
        "refunded": _NO_MONEY,
        "shared": _NO_MONEY,
        "left": _MONEY,
        "commission_base": _MONEY,
        "refunds": [],
    },
    "PurchaseView": {
        "purchase": "PO-1001",
        "supplier": "S-7",
        "contract": "CT-77",
        "delivery_date": "2026-11-30",
        "terms": "on_receipt",
        "prepaid": _NO_MONEY,
        "paid": _NO_MONEY,
        "debited": _NO_MONEY,
        "cancelled": False,
    },
    "PurchaseLineView": {
        "qty": 20,
        "unit_price": {"amount": "8.00", "currency": "CNY"},
        "received": 20,
        "cancelled": 0,
    },
    "CreditView": {
        "partner": "B-7",
        "amount": _MONEY,
        "paid": _NO_MONEY,
        "rebate": _NO_MONEY,
        "given_back": False,
    },
    "StockView": {"location": "A-02", "on_hand": 20, "held": 0, "reserved": 2, "free": 18},
    "AtLeast": {"at_least": 1000},
    "TaskCounts": {
        "all": {"at_least": 1000},
        "mine": 3,
        "unclaimed": {"at_least": 1000},
        "overdue": 41,
        "incidents": 2,
        "events": 0,
        "snoozed": 0,
        "by_role": {"picker": 212, "packer": {"at_least": 1000}},
        "by_procedure": {"order_fulfilment": {"at_least": 1000}, "return_refund": 17},
    },
    "TaskDocument": {"id": f"{_CASE}/picking", "kind": "stage", "event": None, "count": None, "open": True},
    "WaybillView": {"label": "https://labels.example/SF1234567890", "state": "booked"},
}


_ACCOUNT: Json = {
    "id": "li.na",
    "name": "李娜",
    "kind": "person",
    "roles": {"*": ["cs_agent"], "jd": ["cs_supervisor"]},
    "parties": [],
    "language": "zh",
    "owner": None,
    "administrator": False,
    "made_by": "first-key",
    "password": "four words or so",
}
OF_DOCUMENT.update(
    {
        **dict.fromkeys(("AccountDocument", "NewAccount", "CallerDocument"), _ACCOUNT),
        "AccountChange": {**_ACCOUNT, "password": None, "closed": False},
        "SignIn": {"account": "li.na", "password": "four words or so"},
        "PartyDocument": {"store": None},
        "SessionDocument": {"id": "session-0191f0c2a1b3", "by": "password", "agent": "Mozilla/5.0"},
    }
)


OF_DOCUMENT.update(OF_LOOKUPS)


class NoExample(Exception):
    """A field has no example: give its model one, or add its name here."""


def example_of(schema: Json, components: Json, name: str = "", document: str = "") -> Any:
    """An example of this JSON Schema. Raises NoExample where a field has none.

    name: the field that holds it; document: the component whose field that is.
    """
    of_document = OF_DOCUMENT.get(document, {})
    if name in of_document:
        return of_document[name]
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        named = str(schema["$ref"]).rpartition("/")[2]
        return example_of(components[named], components, document=named)
    if "properties" in schema:
        document = document.removesuffix("-Input").removesuffix("-Output")
        fields: Json = schema["properties"]
        return {field: example_of(part, components, field, document) for field, part in fields.items()}
    alternatives: list[Json] = schema.get("anyOf", [])
    if alternatives and "$ref" in alternatives[0]:
        return example_of(alternatives[0], components)
    if "$ref" in schema.get("items", {}):
        return [example_of(schema["items"], components)]
    if name in BY_NAME and ("enum" not in schema or BY_NAME[name] in schema["enum"]):
        return BY_NAME[name]
    return example_of(alternatives[0], components, name) if alternatives else _of_type(schema, name, document)


def _of_type(schema: Json, name: str, document: str) -> Any:
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    match schema.get("type"), schema.get("format"):
        case "string", "date-time":
            return _MOMENT
        case "string", "date":
            return _MOMENT[:10]
        case "boolean", _:
            return schema.get("default", False)
        case "integer", _:
            return schema.get("default", 0)
        case _:
            raise NoExample(f"{document or 'a document'}.{name}: {schema}")
