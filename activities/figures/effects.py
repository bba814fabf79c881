"""The effect that reads figures."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.figures.carriers import carrier
from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.figures.people import appraisal, pay
from activities.figures.sales import Figures, SourceMissing, channel, conversion, sales
from activities.figures.suppliers import supplier
from activities.performing import performs, ports_of
from models.effect import EffectRequest, Refused
from models.periods import span

_OF_SOMEONE = {
    FigureSet.SUPPLIER: supplier,
    FigureSet.CARRIER: carrier,
    FigureSet.APPRAISAL: appraisal,
    FigureSet.PAY: pay,
    FigureSet.CHANNEL: channel,
}


@performs(ReadFigures, read_only=True)
def read_figures(effect: ReadFigures, request: EffectRequest, session: Session) -> FiguresRead | Refused:
    days = span(effect.period, request.at, ports_of(session).timezone)
    found: Figures
    try:
        match effect.figures:
            case FigureSet.SALES:
                found = sales(session, request.store, effect.about, days)
            case FigureSet.CONVERSION:
                found = conversion(session, request.store, effect.about, days)
            case whose:
                if effect.about is None:
                    return Refused(reason=f"whose {whose} figures? Nobody is named")
                found = _OF_SOMEONE[whose](session, request.store, effect.about, days)
    except SourceMissing as missing:
        return Refused(reason=str(missing))
    return FiguresRead.model_validate(found.data())
