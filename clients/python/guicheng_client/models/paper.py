from enum import StrEnum

class Paper(StrEnum):
    DELIVERY_NOTE = "delivery_note"
    LABEL = "label"
    PICK_LIST = "pick_list"
    RETURN_SLIP = "return_slip"
    STATEMENT = "statement"

    def __str__(self) -> str:
        return str(self.value)
