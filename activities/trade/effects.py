"""Effects on contracts and their papers, and on deliveries of brokered trades."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.money.accounts import number
from activities.performing import performs
from activities.trade.contract import (
    CallDeliveryOff,
    ContractEntered,
    ContractSealed,
    DeliveryOrdered,
    EndContract,
    EnterContract,
    FilePaper,
    OrderDelivery,
    PaperFiled,
    SealContract,
)
from models.amounts import ten_thousandths
from models.effect import EffectRequest, Refused, Success
from models.tables.trade import ContractText, Delivery, TradePaper


@performs(SealContract)
def seal(effect: SealContract, request: EffectRequest, session: Session) -> ContractSealed:
    text = json.dumps(effect.terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row = ContractText(
        store=request.store,
        contract=effect.contract,
        edition=len(_editions(session, request.store, effect.contract)) + 1,
        terms=effect.terms,
        seal=hashlib.sha256(text.encode()).hexdigest(),
        at=request.at,
    )
    session.add(row)
    return ContractSealed(seal=row.seal, edition=row.edition)


@performs(EnterContract)
def enter_contract(
    effect: EnterContract, request: EffectRequest, session: Session
) -> ContractEntered | Refused:
    editions = _editions(session, request.store, effect.contract)
    if not editions or editions[-1].seal != effect.seal:
        return Refused(reason=f"what was signed isn't the text that was fixed for {effect.contract}")
    for row in editions[:-1]:
        if row.state == "in_force":
            row.state = "replaced"
    text = editions[-1]
    text.state, text.key, text.party = "in_force", request.key, effect.party
    text.signed_file, text.signed_at, text.until = effect.signed_file, effect.signed_at, effect.until
    text.signer_ours, text.signer_theirs = effect.signer_ours, effect.signer_theirs
    return ContractEntered(edition=text.edition)


@performs(EndContract)
def end_contract(_effect: EndContract, request: EffectRequest, session: Session) -> Success:
    entered = select(ContractText).where(col(ContractText.key) == request.of).with_for_update()
    for text in session.scalars(entered):
        text.state = "ended"
    return Success()


@performs(FilePaper)
def file_paper(effect: FilePaper, request: EffectRequest, session: Session) -> PaperFiled | Refused:
    if session.get(TradePaper, (request.store, effect.contract, effect.number)) is not None:
        return Refused(reason=f"contract {effect.contract} has another paper {effect.number}")
    session.add(
        TradePaper(
            store=request.store,
            contract=effect.contract,
            number=effect.number,
            kind=effect.document_kind,
            file=effect.file,
            amount=ten_thousandths(effect.amount) if effect.amount else None,
            currency=effect.amount.currency if effect.amount else None,
            correction_of=effect.correction_of,
            key=request.key,
            at=request.at,
        )
    )
    return PaperFiled(paper=effect.number)


@performs(OrderDelivery)
def order_delivery(effect: OrderDelivery, request: EffectRequest, session: Session) -> DeliveryOrdered:
    delivery = number("DL", request.key)
    session.add(
        Delivery(
            delivery_no=delivery,
            key=request.key,
            store=request.store,
            trade=effect.trade,
            unit=effect.unit,
            pickup=effect.pickup,
            note=effect.note,
            at=request.at,
        )
    )
    return DeliveryOrdered(delivery_no=delivery)


@performs(CallDeliveryOff)
def call_delivery_off(
    _effect: CallDeliveryOff, request: EffectRequest, session: Session
) -> Success | Refused:
    ordered = select(Delivery).where(col(Delivery.key) == request.of).with_for_update()
    delivery = session.scalars(ordered).one()
    if delivery.state == "collected":
        return Refused(reason=f"{delivery.unit} has the goods of {delivery.trade} already")
    delivery.state = "off"
    return Success()


def _editions(session: Session, store: str, contract: str) -> list[ContractText]:
    mine = select(ContractText).where(
        col(ContractText.store) == store, col(ContractText.contract) == contract
    )
    return list(session.scalars(mine.order_by(col(ContractText.edition)).with_for_update()))
