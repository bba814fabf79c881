"""Parameters that several routes take, each described once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

CaseId = Annotated[
    str,
    Path(
        description="The case: `{procedure}:{store}:{subject}`.",
        examples=["order_fulfilment:tmall:SO-1001"],
    ),
]
TaskId = Annotated[
    str,
    Path(
        description="The task: the case, a slash, and its stage or incident.",
        examples=["order_fulfilment:tmall:SO-1001/picking"],
    ),
]
EventId = Annotated[
    str,
    Path(
        max_length=40,
        description="The event: our id of it, `event` in what its sender was told.",
        examples=["01943c5e2a7b4d0f8e6a1b2c3d4e5f60"],
    ),
]
ProcedureKey = Annotated[str, Path(description="The procedure's key.", examples=["order_fulfilment"])]
Version = Annotated[
    int | None,
    Query(
        ge=1, lt=2**31, description="An older version of the procedure; without it the newest.", examples=[1]
    ),
]

# filters of lists
Procedure = Annotated[
    str | None, Query(max_length=64, description="Of this procedure alone.", examples=["order_fulfilment"])
]
Stage = Annotated[str | None, Query(max_length=64, description="At this stage alone.", examples=["picking"])]
Store = Annotated[str | None, Query(max_length=64, description="Of this store alone.", examples=["tmall"])]
InStore = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=64,
        description="In this store; needed where the caller has several and the answer is of one.",
        examples=["tmall"],
    ),
]
Typed = Annotated[
    str, Query(max_length=100, description="Words, or how a code or a word begins.", examples=["mug"])
]
Few = Annotated[int, Query(ge=1, le=50, description="How many, at most.", examples=[20])]
Role = Annotated[
    str | None, Query(max_length=40, description="For this one of the caller's roles.", examples=["picker"])
]
OfCase = Annotated[
    str | None,
    Query(max_length=250, description="Of this case alone.", examples=["order_fulfilment:tmall:SO-1001"]),
]
Mine = Annotated[bool | None, Query(description="Whether the caller holds it.")]
Unclaimed = Annotated[bool | None, Query(description="Whether nobody holds it.")]
Overdue = Annotated[bool | None, Query(description="Whether a limit has passed.")]
Search = Annotated[
    str | None,
    Query(
        max_length=200,
        description="Words of the subject and of the case's data, all of which it must have: two neighbouring "
        "characters of Chinese, a number or its last four, six or eight, other words whole. A page may hold fewer "
        "than `limit` where very many cases have them; `next_cursor` then goes on.",
        examples=["王秀 1001"],
    ),
]
