from enum import StrEnum

class EventResultStatus(StrEnum):
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    IGNORED = "ignored"
    MOVED = "moved"
    PENDING = "pending"
    REFUSED = "refused"
    STARTED = "started"

    def __str__(self) -> str:
        return str(self.value)
