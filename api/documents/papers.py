"""Papers, as callers ask for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.documents.fields import Body
from models.papers import Paper

MOST = 100


class PapersWanted(Body):
    """One paper of many cases."""

    key: Paper
    cases: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=250)], ...],
        Field(
            min_length=1,
            max_length=MOST,
            description="A pick list is one for all of them.",
            examples=[["order_fulfilment:tmall:SO-1001", "order_fulfilment:tmall:SO-1002"]],
        ),
    ]


class PaperDocument(BaseModel):
    """What can be printed of a case."""

    key: Paper
    label: str
