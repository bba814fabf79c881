"""The examples of what look-ups give, for `/docs`."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_MOMENT = "2026-11-12T09:30:00Z"
_MONEY = {"amount": "423.60", "currency": "CNY"}
_NO_MONEY = {"amount": "0.00", "currency": "CNY"}
_LIMIT: Json = {
    "role": "cs_agent",
    "label": "Customer service",
    "limit": {"amount": "50.00", "currency": "CNY"},
}
OF_LOOKUPS: dict[str, Json] = {
    "FoundThings": {"code": "SO-1001"},
    "FoundThing": {
        "kind": "order",
        "code": "SO-1001",
        "label": "Order fulfilment",
        "detail": "Picking",
        "family": ["SO-1001"],
        "return_no": None,
        "sku": None,
        "qty": None,
        "location": None,
        "verb": None,
        "action": None,
    },
    "RefEntry": {"code": "MUG-1", "label": "A mug", "detail": "Kitchen"},
    "Colleague": {"id": "li.na", "name": "李娜", "roles": ["packer", "picker"]},
    "OpeningHours": {"opens": "09:00", "closes": "18:00"},
    "StretchOfDays": {"first": "2026-11-11", "last": "2026-11-11"},
    "ApprovalLimit": _LIMIT,
    "StoreLimits": {
        "spending": {"amount": "50000.00", "currency": "CNY"},
        "times": {"order_fulfilment.ship_target": "PT12H"},
    },
    "StoreProcedures": {"on": ["order_fulfilment", "return_refund"], "off": ["b2b_contract"]},
    "StoreDocument": {
        "timezone": "Asia/Shanghai",
        "days_off": ["2026-10-01"],
        "make_up_days": ["2026-10-10"],
        "returns_to": {
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "street": "文一西路 1 号",
        },
    },
    "CustomerDocument": {"number": "C-1001", "name": "王秀英", "phone": "138***00"},
    "CustomerMember": {"member": "M-1001"},
    "CustomerOrder": {
        "placed_as": None,
        "placed_at": _MOMENT,
        "ended_at": None,
        "worth": _MONEY,
        "paid": _MONEY,
        "refunded": _NO_MONEY,
        "left": _MONEY,
        "given": _NO_MONEY,
    },
    "CustomerRefund": {
        "reason": "returned",
        "amount": {"amount": "25.00", "currency": "CNY"},
        "state": "paid",
    },
    "CustomerLimit": {
        **_LIMIT,
        "given": {"amount": "20.00", "currency": "CNY"},
        "left": {"amount": "30.00", "currency": "CNY"},
    },
}
