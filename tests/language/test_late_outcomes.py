"""An outcome whose event the case can't take now is a record, and nothing else."""

from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from tests.scenario import Answer, Scenario, yes
from workflows.vocabulary import GM, STAFF, Deadline, Entry, Procedure, Role, Stage, days


class Recovery(Procedure):
    """Waits for a figure to be good."""

    key = "recovery"

    new = Entry()
    watching = Stage(role=STAFF)
    well = Stage(final=True)

    watch = new.to(watching, by=STAFF)
    look = watching.stay(by=STAFF)
    recover = watching.to(well, when="is_good")

    in_time = Deadline(days(3), since=watch, until=recover, tell=GM)

    def is_good(self, outcome: FiguresRead | None) -> bool:
        """The figure is good."""
        return outcome is not None and outcome.figures.get("good") is True

    @look.on
    def read(self) -> None:
        self.do(ReadFigures(figures=FigureSet.SALES), then=self.recover)


def looked(answer: Answer) -> Scenario:
    return Scenario(Recovery, answers={ReadFigures: answer}).act("watch", Role.STAFF).act("look", Role.STAFF)


def test_it_says_why() -> None:
    case = looked(yes(good=False))
    assert (case.stage, case.steps[-1].note) == (
        "watching",
        "recover is only possible when: The figure is good.",
    )
    assert looked(yes(good=True)).stage == "well"


def test_it_ends_no_deadline() -> None:
    assert looked(yes(good=False)).wait(days(3)).missed == ["in_time"]
