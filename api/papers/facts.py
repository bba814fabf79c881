"""What stands on a paper: read from the books and the case, as far as its reader may see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.stock.bins import pick_round
from api.access import Caller
from api.labels import Language, label
from api.papers.saying import Sayer
from api.papers.words import paper_words
from api.privacy import case_seen_by, masked_part, papers_of
from api.problems import Problem
from api.reading import reads_all
from api.rendering import case_of, declared, machine_of
from models.amounts import money
from models.papers import Paper
from models.tables.carriers import Waybill
from models.tables.cases import CaseRow
from models.tables.catalogue import Product, ProductCode
from models.tables.orders import OrderLine, OrderRow, ReturnLine
from models.tables.partners import Partner
from models.tables.requests import StoredFile
from models.tables.settlement import OpenLine
from models.values import Personal
from workflows.runner.policies import policy_of

Json = dict[str, Any]

_MOST_PARCELS = 50
_NO_PARCEL = ("refused", "void", "voiding")


@dataclass(frozen=True)
class Parcel:
    """A parcel's paper at its carrier."""

    waybill_no: str
    carrier: str
    number: int = 1
    of: int = 1
    label_file: str = ""
    """The carrier's own label, where it is a file here."""
    media_type: str = ""
    sha256: str = ""
    label_at: str = ""
    """Where it can be printed, where it isn't."""


@dataclass(frozen=True)
class Sheet:
    """One case's part of a paper."""

    case: str
    store: str
    number: str
    facts: Json
    """What the template shows."""
    parcels: tuple[Parcel, ...] = field(default=())


class Reader:
    """Reads what stands on papers for one caller."""

    def __init__(self, session: Session, caller: Caller, language: Language) -> None:
        self._session, self._caller = session, caller
        self._language: Language = language

    def sheets(self, paper: Paper, cases: Sequence[str]) -> list[Sheet]:
        """A sheet for each case; of a pick list one for all. Raises Problem `not_found`, `not_possible_now` where the
        books have nothing to print yet, `invalid_form` where a pick list is of several stores.
        """
        rows = [self._row(case, paper, place) for place, case in enumerate(cases)]
        if paper is Paper.PICK_LIST:
            return [self._pick_list(rows)]
        of = {
            Paper.DELIVERY_NOTE: self._delivery_note,
            Paper.LABEL: self._label,
            Paper.RETURN_SLIP: self._return_slip,
            Paper.STATEMENT: self._statement,
        }[paper]
        return [of(row) for row in rows]

    def _row(self, case: str, paper: Paper, place: int) -> CaseRow:
        row = case_of(self._session, case, self._caller)
        procedure = declared(row) if row is not None else None
        if row is None or paper not in papers_of(procedure, self._caller, row.store):
            raise Problem(
                "not_found",
                f"There is no such case, it has no {paper.value}, or you may not see it: {case}.",
                errors=[(f"/cases/{place}", "is not there, or has no such paper")],
            )
        return row

    # --- what is picked

    def _pick_list(self, rows: list[CaseRow]) -> Sheet:
        stores = {row.store for row in rows}
        if len(stores) > 1:
            fault = ("/cases", "are of several stores")
            raise Problem("invalid_form", "A pick list is of one store.", errors=[fault])
        (store,) = stores
        orders = [self._order(row).order for row in rows]
        picks = pick_round(self._session, store, orders)
        if not picks:
            raise Problem("not_possible_now", "Nothing is reserved for it in the stock book.")
        titles = self._titles(pick.sku for _, pick in picks)
        codes = self._codes(store, (pick.sku for _, pick in picks))
        place = {order: number for number, order in enumerate(orders, 1)}
        gathered: dict[tuple[str, str, str], Counter[int]] = {}
        for order, pick in picks:
            gathered.setdefault((pick.location, pick.bin, pick.sku), Counter())[place[order]] += pick.qty
        pieces = Counter[str]()
        for order, pick in picks:
            pieces[order] += pick.qty
        facts: Json = {
            "orders": [{"place": place[order], "number": order, "pieces": pieces[order]} for order in orders],
            "picks": [
                {
                    "location": location,
                    "bin": bin_,
                    "sku": sku,
                    "title": titles.get(sku, ""),
                    "code": codes.get(sku, ""),
                    "qty": of.total(),
                    "split": [{"place": number, "qty": qty} for number, qty in sorted(of.items())],
                }
                for (location, bin_, sku), of in gathered.items()
            ],
            "pieces": pieces.total(),
            "printed_at": self._sayer(rows[0]).moment(datetime.now(UTC)),
        }
        number = orders[0] if len(orders) == 1 else f"{orders[0]} … {orders[-1]}"
        return Sheet(rows[0].id, store, number, facts)

    # --- what is sent

    def _delivery_note(self, row: CaseRow) -> Sheet:
        order = self._order(row)
        goods = self._goods_of(order)
        facts: Json = {
            **self._receiver(order, row),
            "placed_at": self._sayer(row).moment(order.placed_at),
            "placed_as": order.placed_as,
            "goods": goods,
            "pieces": sum(one["qty"] for one in goods),
            "returns_to": self._returns_to(row),
            "shown": self._declared_facts(row, Paper.DELIVERY_NOTE),
        }
        parcels = self._parcels(row, Waybill.order, order.order, returned=False)
        return Sheet(row.id, row.store, order.order, facts, parcels)

    def _label(self, row: CaseRow) -> Sheet:
        coming_back = self._parcels(row, Waybill.return_no, row.subject, returned=True)
        if coming_back:
            to = {"receiver_name": row.store, "phone": "", "address": self._returns_to(row)}
            return Sheet(row.id, row.store, row.subject, {**to, "is_return": True, "sender": ""}, coming_back)
        order = self._order(row)
        facts = {
            **self._receiver(order, row),
            "is_return": False,
            "sender": self._returns_to(row),
        }
        parcels = self._parcels(row, Waybill.order, order.order, returned=False)
        return Sheet(row.id, row.store, order.order, facts, parcels or (Parcel("", ""),))

    def _return_slip(self, row: CaseRow) -> Sheet:
        lines = (
            select(ReturnLine, col(OrderLine.sku))
            .join(
                OrderLine,
                (col(OrderLine.store) == col(ReturnLine.store))
                & (col(OrderLine.order) == col(ReturnLine.order))
                & (col(OrderLine.line) == col(ReturnLine.line)),
            )
            .where(col(ReturnLine.case) == row.id)
            .order_by(col(ReturnLine.line))
        )
        found = [(line, sku) for line, sku in self._session.execute(lines)]
        titles = self._titles(sku for _, sku in found)
        facts: Json = {
            "order": found[0][0].order if found else "",
            "goods": [
                {"line": line.line, "sku": sku, "title": titles.get(sku, ""), "qty": line.qty}
                for line, sku in found
            ],
            "returns_to": self._returns_to(row),
            "opened_at": self._sayer(row).moment(row.opened_at),
            "shown": self._declared_facts(row, Paper.RETURN_SLIP),
        }
        parcels = self._parcels(row, Waybill.return_no, row.subject, returned=True)
        return Sheet(row.id, row.store, row.subject, facts, parcels)

    # --- what was settled

    def _statement(self, row: CaseRow) -> Sheet:
        open_lines = (
            select(OpenLine)
            .where(col(OpenLine.store) == row.store, col(OpenLine.batch) == row.subject)
            .order_by(col(OpenLine.id))
        )
        lines = [
            {
                "line": one.line,
                "ours": money(one.ours, one.currency).read,
                "theirs": money(one.theirs, one.currency).read,
                "difference": money(one.theirs - one.ours, one.currency).read,
                "state": paper_words(self._language).get(f"state_{one.state}", one.state),
            }
            for one in self._session.scalars(open_lines)
        ]
        facts: Json = {
            "title": label("procedure", row.procedure, self._language, row.procedure),
            "shown": self._declared_facts(row, Paper.STATEMENT),
            "lines": lines,
            "printed_at": self._sayer(row).moment(datetime.now(UTC)),
            "ended_at": self._sayer(row).moment(row.closed_at),
        }
        return Sheet(row.id, row.store, row.subject, facts)

    # --- what several papers show

    def _order(self, row: CaseRow) -> OrderRow:
        """The order that the case enters into the orders' book."""
        order = self._session.get(OrderRow, (row.store, row.subject))
        if order is None or order.case != row.id:
            raise Problem("not_possible_now", f"The orders' book has no order of {row.id}.")
        return order

    def _receiver(self, order: OrderRow, row: CaseRow) -> Json:
        is_own = not reads_all(self._caller, row.procedure, row.store)

        def masked(value: Any, mark: Personal) -> Any:
            return masked_part(value, mark.value, self._caller, row.store, is_own=is_own)

        return {
            "receiver_name": order.receiver_name,
            "phone": masked(order.phone, Personal.PHONE),
            "address": _one_line(masked(dict(order.address), Personal.ADDRESS)),
        }

    def _goods_of(self, order: OrderRow) -> list[Json]:
        query = (
            select(OrderLine)
            .where(col(OrderLine.store) == order.store, col(OrderLine.order) == order.order)
            .order_by(col(OrderLine.line))
        )
        lines = list(self._session.scalars(query))
        titles = self._titles(line.sku for line in lines)
        return [
            {"line": line.line, "sku": line.sku, "title": titles.get(line.sku, ""), "qty": line.qty}
            for line in lines
        ]

    def _parcels(self, row: CaseRow, by: Any, number: str, *, returned: bool) -> tuple[Parcel, ...]:
        query = (
            select(Waybill, col(Partner.name))
            .outerjoin(
                Partner, (col(Partner.kind) == "carrier") & (col(Partner.partner) == col(Waybill.carrier))
            )
            .where(
                col(Waybill.store) == row.store,
                col(by) == number,
                col(Waybill.waybill_no) != "",
                col(Waybill.return_no) != "" if returned else col(Waybill.return_no) == "",
                col(Waybill.state).not_in(_NO_PARCEL),
            )
            .order_by(col(Waybill.at), col(Waybill.key))
        )
        found: list[Parcel] = []
        for one, name in self._session.execute(query):
            file = self._label_file(row, one.label)
            many = 1 if file is not None else min(one.parcels, _MOST_PARCELS)
            found += [
                Parcel(
                    one.waybill_no,
                    name or one.carrier,
                    number=place,
                    of=many,
                    label_file=file.id if file is not None else "",
                    media_type=file.media_type if file is not None else "",
                    sha256=file.sha256 if file is not None else "",
                    label_at=one.label if file is None and one.label.startswith("https://") else "",
                )
                for place in range(1, many + 1)
            ]
        return tuple(found)

    def _label_file(self, row: CaseRow, named: str) -> StoredFile | None:
        """The file that a waybill names as its label, if it is this case's or of another that the caller reads."""
        file = self._session.get(StoredFile, named) if named.startswith("file:") else None
        if file is None:
            return None
        is_seen = file.case == row.id or case_of(self._session, file.case, self._caller) is not None
        return file if is_seen else None

    def _declared_facts(self, row: CaseRow, paper: Paper) -> Json:
        """What the procedure has the paper show of the case, in words: `lines`, and `tables` of what has rows."""
        machine = machine_of(row, datetime.now(UTC))
        if machine is None:
            return {"lines": [], "tables": []}
        procedure = machine.procedure
        values = {
            name: to_jsonable_python(getattr(machine.case, name, None))
            for name in procedure.declaration.papers[paper]
        }
        sayer = self._sayer(row, self._titles(_skus_in(values)))
        lines, tables = sayer.facts(case_seen_by(procedure, row, values, self._caller))
        return {"lines": lines, "tables": tables}

    def _sayer(self, row: CaseRow, titles: Mapping[str, str] | None = None) -> Sayer:
        procedure = declared(row)
        assert procedure is not None, "looked at when the case was"
        return Sayer(procedure, self._language, policy_of(row.policy).zone, titles)

    def _returns_to(self, row: CaseRow) -> str:
        """The store's own address."""
        address = policy_of(row.policy).returns_to
        return _one_line(address.model_dump(mode="json"))

    def _titles(self, skus: Iterable[str]) -> dict[str, str]:
        query = select(col(Product.sku), col(Product.title)).where(col(Product.sku).in_(sorted(set(skus))))
        return dict(iter(self._session.execute(query)))

    def _codes(self, store: str, skus: Iterable[str]) -> dict[str, str]:
        """The code that stands on a piece of each, where the catalogue knows one."""
        query = (
            select(col(ProductCode.sku), col(ProductCode.code))
            .where(
                col(ProductCode.store) == store,
                col(ProductCode.qty) == 1,
                col(ProductCode.sku).in_(sorted(set(skus))),
            )
            .order_by(col(ProductCode.code).desc())
        )
        return dict(iter(self._session.execute(query)))


def _skus_in(value: Any) -> set[str]:
    match value:
        case {"sku": str(sku)}:
            return {sku}
        case dict():
            return set[str]().union(*(_skus_in(part) for part in value.values()))  # pyright: ignore[reportUnknownVariableType]
        case list():
            return set[str]().union(*(_skus_in(part) for part in value))  # pyright: ignore[reportUnknownVariableType]
        case _:
            return set()


def _one_line(address: Mapping[str, Any]) -> str:
    parts = (str(address.get(part) or "") for part in ("province", "city", "district", "street"))
    return " ".join(part for part in parts if part)
