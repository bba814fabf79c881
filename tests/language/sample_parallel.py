"""A procedure with branches that go on at once."""

from workflows.vocabulary import *


class Preparation(Procedure):
    """Prepares a sale in two teams at once."""

    key = "preparation"
    case: Case

    new = Entry()

    class preparing(Parallel):  # noqa: N801 - a stage
        class design(Branch):  # noqa: N801
            drawing = Stage(role=DESIGNER, due=hours(2), tell=OPS_MANAGER)
            drawn = Stage(final=True)
            draw = drawing.to(drawn, by=DESIGNER)

        class stock(Branch):  # noqa: N801
            counting = Stage(role=PICKER)
            packing = Stage(role=PACKER)
            packed = Stage(final=True)
            recount = packing.to(counting, by=PACKER)
            count_it = counting.to(packing, by=PICKER)
            pack = packing.to(packed, by=PACKER)

    ready = Stage(role=GM)
    done = Stage(final=True)

    prepare_sale = new.to(preparing, by=GM)  # pyright: ignore[reportArgumentType] - the library makes it a state
    done_state_preparing = preparing.to(ready)  # pyright: ignore[reportUnknownMemberType]
    finish = ready.to(done, by=GM)
