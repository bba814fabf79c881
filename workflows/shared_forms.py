"""Forms that several procedures share."""

from models.values import File, Price, Remark, Text, User
from workflows.language.forms import Form, Keep


class Withdrawal(Form):
    """Whoever asked for something doesn't want it any more."""

    reason: Remark = ""


class DecisionNote(Form):
    decision_note: Text


class Agent(Form):
    """Who takes the case on."""

    agent: User


class Inspector(Form):
    """Who inspects the goods."""

    inspector: User


class LostReturn(Form):
    """Goods were lost on their way back, under a label that the shop paid."""

    carrier_statement: File
    declared_value: Keep[Price]
