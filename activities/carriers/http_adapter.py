"""A carrier behind HTTP: the port that `docs/carriers.md` describes, for a gateway to real carriers to offer."""

from __future__ import annotations

import hashlib
import logging
from http import HTTPStatus
from typing import Annotated

import httpx2
from pydantic import BaseModel, StringConstraints, ValidationError

from activities.carriers.port import Accepted, Booked, Declined, InstructionRequest, ParcelRequest, Voided
from activities.outbound import in_time, read_whole
from activities.port_errors import Misconfigured, PortError

TIMEOUT = 20.0
"""Seconds for one call, from the first byte to the last."""
logging.getLogger("httpx2").setLevel(logging.WARNING)  # each line would show the password of the URL
_REFUSALS = frozenset({409, 422})
_WRONG_KEY = frozenset({401, 403})


class _Waybill(BaseModel):
    waybill_no: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._/-]{0,63}$")]
    label: Annotated[str, StringConstraints(max_length=2000)] = ""


class _Problem(BaseModel):
    detail: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class HttpCarrier:
    """Speaks to the gateway at `url`. User and password in the URL are sent as basic authentication.

    Misconfigured where it is no URL.
    """

    def __init__(self, url: str) -> None:
        try:
            base = httpx2.URL(f"{url.rstrip('/')}/")
        except httpx2.InvalidURL:
            base = httpx2.URL()
        if base.scheme not in {"http", "https"} or not base.host:
            raise Misconfigured("CARRIER_URL is no address that begins with http:// or https://") from None
        self._http = httpx2.Client(base_url=base, timeout=TIMEOUT, follow_redirects=False)

    def book(self, parcel: ParcelRequest) -> Booked | Declined:
        answer = self._post("waybills", parcel.model_dump_json(exclude={"key"}), parcel.key)
        if isinstance(answer, Declined):
            return answer
        try:
            waybill = _Waybill.model_validate_json(answer)
        except ValidationError as error:
            raise PortError(f"the carrier's answer is no waybill: {error.errors()[0]['msg']}") from error
        return Booked(waybill.waybill_no, waybill.label)

    def void(self, key: str, carrier: str, waybill_no: str) -> Voided | Declined:
        body = _Void(carrier=carrier, waybill_no=waybill_no).model_dump_json()
        answer = self._post("voids", body, key)
        return answer if isinstance(answer, Declined) else Voided()

    def instruct(self, request: InstructionRequest) -> Accepted | Declined:
        answer = self._post("instructions", request.model_dump_json(exclude={"key"}), request.key)
        return answer if isinstance(answer, Declined) else Accepted()

    def _post(self, path: str, body: str, key: str) -> bytes | Declined:
        headers = {
            "content-type": "application/json",
            "idempotency-key": hashlib.sha256(key.encode()).hexdigest(),
        }

        def call() -> tuple[int, bytes]:
            with self._http.stream("POST", path, content=body, headers=headers) as answer:
                return answer.status_code, read_whole(answer)

        try:
            status, answer = in_time(call, TIMEOUT)
        except (httpx2.HTTPError, PortError) as error:
            raise PortError(f"the carrier can't be reached: {error}") from error
        if status in _REFUSALS:
            return Declined(_detail(status, answer))
        if status in _WRONG_KEY:
            raise Misconfigured(f"the carrier refuses CARRIER_URL's credentials: {status}")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise PortError(f"the carrier answered {status}")
        return answer


class _Void(BaseModel):
    carrier: str
    waybill_no: str


def _detail(status: int, answer: bytes) -> str:
    try:
        return _Problem.model_validate_json(answer).detail
    except ValidationError:
        return f"it answered {status} without a reason"
