"""Forms, and rows of forms, that several procedures share."""

from models.values import Count, Day, File, FormRow, Number, Pct, Price, Qty, Remark, Text, User
from workflows.language.forms import Form, Keep


class Withdrawal(Form):
    """Whoever asked for something doesn't want it any more."""

    reason: Remark = ""


class DecisionNote(Form):
    decision_note: Text


class Checks(Form):
    """What was looked at: an answer of yes or no to each question."""

    @property
    def all_ok(self) -> bool:
        """Whether every answer of yes or no is yes."""
        return all(answer for _, answer in self if isinstance(answer, bool))


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


class MetricValue(FormRow):
    """A figure, as it was read."""

    metric: Text
    value: Number


class Actual(FormRow):
    """A figure beside its target."""

    metric: Text
    target: Number
    actual: Number


class ActionItem(FormRow):
    """Who does what by when."""

    action: Text
    owner: User
    due: Day


class KeywordRank(FormRow):
    """Where a search for the keyword shows the store."""

    keyword: Text
    rank: Qty


class TrafficSource(FormRow):
    """Where visitors come from, and how many of them buy."""

    source: Text
    visitors: Count
    conversion: Pct
