from enum import StrEnum

class ListEventsStatusType0(StrEnum):
    EXPIRED = "expired"
    IGNORED = "ignored"
    MOVED = "moved"
    PENDING = "pending"
    REFUSED = "refused"
    SETTLED = "settled"
    STARTED = "started"

    def __str__(self) -> str:
        return str(self.value)
