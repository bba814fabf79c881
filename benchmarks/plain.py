"""Six actions of people, each with a limit, and no effects: what the engine itself costs."""

from workflows.vocabulary import *

WEIGHT = "0.5"


class Wanted(Form):
    order_no: Code
    note: Remark = ""


class Parcel(Form):
    weight_kg: Keep[Weight]


class Plainly(Case):
    order_no: Code
    note: Remark = ""
    weight_kg: Weight | None = None


class Plain(Procedure):
    """Confirm, pick, pack, ship, deliver, complete."""

    key = "plain"
    case: Plainly

    new = Entry()
    received = Stage(role=CS_AGENT, due=hours(24), tell=CS_SUPERVISOR)
    confirmed = Stage(role=PICKER, due=hours(48), tell=WAREHOUSE_SUPERVISOR)
    picked = Stage(role=PACKER, due=hours(48), tell=WAREHOUSE_SUPERVISOR)
    packed = Stage(role=LOGISTICS, due=hours(48), tell=WAREHOUSE_SUPERVISOR)
    shipped = Stage(role=LOGISTICS, due=hours(72), tell=LOGISTICS)
    delivered = Stage(role=CS_AGENT, due=hours(72), tell=CS_SUPERVISOR)
    done = Stage(final=True)

    place = new.to(received, by=CUSTOMER | CS_AGENT, form=Wanted)
    confirm = received.to(confirmed, by=CS_AGENT)
    pick = confirmed.to(picked, by=PICKER)
    pack = picked.to(packed, by=PACKER, form=Parcel)
    ship = packed.to(shipped, by=LOGISTICS)
    deliver = shipped.to(delivered, by=LOGISTICS)
    complete = delivered.to(done, by=CS_AGENT)

    shipped_in_time = Deadline(hours(48), since=place, until=ship, tell=OPS_MANAGER)


ACTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("confirm", {}),
    ("pick", {}),
    ("pack", {"weight_kg": WEIGHT}),
    ("ship", {}),
    ("deliver", {}),
    ("complete", {}),
)
"""The six, with what each is told."""
