from enum import StrEnum

class AccountChangeLanguageType0(StrEnum):
    EN = "en"
    VALUE_0 = ""
    ZH = "zh"

    def __str__(self) -> str:
        return str(self.value)
