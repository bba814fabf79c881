"""What customers say about words that advertise: that they want none, or want them again. It counts for the person, in
all cases and under all numbers; what concerns an order always goes to them.
"""

from __future__ import annotations

from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from models.values import CustomerNo
from workflows.language.forms import Told
from workflows.language.hooks import HookContext


class Unsubscribing(Told):
    """Somebody wants no more of these messages."""

    customer_no: CustomerNo
    """The number of the customer, as a member or of an order."""


class Consent(Told):
    """Whether somebody wants messages that advertise."""

    wants_ads: bool


class KeepsConsent(HookContext):
    """A case in which somebody may say whether they want words that advertise."""

    def keep_consent(self, number: str, form: Told, *, wants: bool) -> None:
        """Written down with who said it and by which way; it stands, whatever becomes of the case."""
        said_by = "platform" if self.actor.is_feed else "account"
        self.do(
            KeepRecord(
                book="consents",
                entry=number,
                data={
                    "wants": wants,
                    "by": self.actor.id,
                    "channel": form.channel or said_by,
                    "since": self.today.isoformat(),
                },
            )
        )
        self.make_permanent(KeepRecord, only=lambda kept: kept.book == "consents")

    def change_consent_of(self, number: str, form: Told, *, wants: bool) -> None:
        """They hear that it counts from now on."""
        self.keep_consent(number, form, wants=wants)
        self.do(Message(to=number, template="ads_wanted" if wants else "ads_stopped"))
