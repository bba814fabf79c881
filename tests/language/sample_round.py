"""A procedure that asks several others, in rounds."""

from activities.cases.contract import OpenCase
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *


class Ask(Form):
    about: Some[Code]
    until: Keep[Moment | None] = None


class Drop(Form):
    about: Code


class Survey(Case):
    until: Moment | None = None
    looks: Count = 0


class Round(Procedure):
    """Asks several others, and goes on when all have answered."""

    key = "round"
    case: Survey

    new = Entry()
    thinking = Stage(role=STAFF, due=first_known(at("until"), hours(5)), tell=GM)
    asking = Stage()
    known = Stage(final=True)

    think = new.to(thinking, by=STAFF)
    ask = thinking.to(asking, by=STAFF, form=Ask)
    plain = thinking.to(known, as_soon_as="is_settled") | thinking.to(known, by=STAFF, when="is_notified")
    again = asking.to(thinking, when="has_all_reports and has_doubt")
    done = asking.to(known, when="has_all_reports and not has_doubt")
    nag = asking.stay(by=STAFF)
    drop = asking.stay(by=STAFF, form=Drop)
    escalate = asking.to(thinking, by=STAFF)

    answered = Deadline(hours(3), since=nag, until=done, unless="has_a_report", sends=again, tell=GM)

    def is_settled(self) -> bool:
        """It is settled."""
        return False

    def is_notified(self, form: Note | None) -> bool:
        """Somebody was notified."""
        raise AssertionError("a rule asks only its own row's guard")

    def has_all_reports(self) -> bool:
        """All have answered."""
        return self.children(self.others).all_reported

    def has_doubt(self) -> bool:
        """One of the answers is a doubt."""
        return any(report.result.get("doubt") for report in self.children(self.others).reports)

    def has_a_report(self) -> bool:
        """One has answered."""
        return bool(self.children(self.others).reports)

    @ask.on
    def keep(self) -> None:
        self.tell(HR, "please_ship", when=self.today)
        self.do(KeepRecord(book="visitors", entry="R", data={}))

    @drop.on
    def call_off(self, form: Drop) -> None:
        self.undo(OpenCase, only=lambda one: one.subject.endswith(form.about))

    @(asking | known).enter
    def look(self) -> None:
        self.case.looks += 1

    @starts("round", on=ask, ends={"thinking": again | done, "known": again | done})
    def others(self, form: Ask) -> list[Opening]:
        return [opening(f"{self.next_subject}-{about}") for about in form.about]
