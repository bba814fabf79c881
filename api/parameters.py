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
Overdue = Annotated[bool | None, Query(description="Whether a limit has passed.")]
Search = Annotated[
    str | None,
    Query(max_length=200, description="Words of the subject and of the case's data.", examples=["SO-1001"]),
]
