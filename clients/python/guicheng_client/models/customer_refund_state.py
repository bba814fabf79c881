from enum import StrEnum

class CustomerRefundState(StrEnum):
    ASKED = "asked"
    DECLINED = "declined"
    PAID = "paid"

    def __str__(self) -> str:
        return str(self.value)
