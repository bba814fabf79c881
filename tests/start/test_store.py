"""A store's own settings: what its file may say, what is wrong with it, and when it counts."""

import os
import time
from collections.abc import Callable
from datetime import date
from datetime import time as clock
from pathlib import Path

import pytest

from models.policy import StorePolicy
from models.roles import Role
from models.values import DateRange, yuan
from settings.environment import Hours, SettingsError, load
from stores import check
from stores.current import StoreFile, is_off, read, store_settings
from stores.file import StoreSettings
from stores.policy import store_policy

WHOLE = """
service_hours = "08:30-22:00"
office_hours = "10:00-19:00"
campaign_days = ["2026-06-16/2026-06-20", 2026-11-11]
stores = ["tmall", "jd"]
spending_limit = 20000.50
usual_limit = "P5D"
most_reminders = 5

[approval_limits]
cs_agent = 80
finance = "500.00"

[returns_to]
province = "广东省"
city = "广州市"
district = "天河区"
street = "体育西路 3 号"

[procedures]
off = ["b2b_contract"]

[limits.order_fulfilment]
ship_target = "PT12H"
pending_confirmation.due = "PT1H service"
awaiting_payment.payment_timeout = "PT45M"
first_scan = "PT24H"

[schedules.stocktake]
crons = ["0 8 1 * *"]
form = { kind = "full" }

[schedules."sales_data_report.open_period"]
paused = true

[people."li.na"]
roles = ["cs_agent", "after_sales"]
stores = ["tmall"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "store.toml"
        path.write_text(text, "utf-8")
        return path

    return written


def test_the_whole_file_counts(write: Callable[[str], Path]) -> None:
    policy = store_policy(load(store_settings=write(WHOLE), service_hours=Hours(clock(7), clock(8))))
    assert (policy.service.opens, policy.office.opens) == (clock(8, 30), clock(10))
    assert policy.peaks == (
        DateRange(first=date(2026, 6, 16), last=date(2026, 6, 20)),
        DateRange(first=date(2026, 11, 11), last=date(2026, 11, 11)),
    )
    assert policy.spending_limit == yuan("20000.50")
    assert (policy.usual_limit, policy.most_reminders) == ("P5D", 5)
    assert policy.approval_limits == StorePolicy().approval_limits | {
        Role.CS_AGENT: yuan(80),
        Role.FINANCE: yuan(500),
    }
    assert policy.returns_to.city == "广州市"
    assert policy.limits == {
        "order_fulfilment.ship_target": "PT12H",
        "order_fulfilment.pending_confirmation.due": "PT1H service",
        "order_fulfilment.awaiting_payment.payment_timeout": "PT45M",
    }, "a limit that is the documented one isn't the store's own"


def test_what_the_file_leaves_out_is_as_the_environment_has_it(write: Callable[[str], Path]) -> None:
    chosen = load(store_settings=write("spending_limit = 1"), office_hours=Hours(clock(7), clock(8)))
    assert store_policy(chosen) == store_policy(load(office_hours=Hours(clock(7), clock(8)))).model_copy(
        update={"spending_limit": yuan(1)}
    )


def test_people_schedules_and_procedures(write: Callable[[str], Path]) -> None:
    store = read(write(WHOLE))
    assert store.people["li.na"].roles == {Role.CS_AGENT, Role.AFTER_SALES}
    assert store.people["li.na"].stores == {"tmall"}
    assert store.schedules["stocktake"].crons == ("0 8 1 * *",)
    assert store.schedules["sales_data_report.open_period"].paused
    assert store.procedures.off == {"b2b_contract"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = ", "is not TOML: "),
        ("opening = 1", "opening: there is no such setting"),
        ("servce_hours = 1", "servce_hours: there is no such setting; did you mean service_hours"),
        ('service_hours = "9 to 5"', "service_hours: write opening hours as 09:00-18:00"),
        ('service_hours = "09:00-09:00"', "service_hours: opening hours must begin before they end"),
        ('service_hours = "09:00-25:00"', "service_hours: write opening hours as 09:00-18:00"),
        ("office_hours = 9", "office_hours: write opening hours as"),
        ('campaign_days = "11.11"', "campaign_days: write a list of days"),
        ('campaign_days = ["11.11"]', "campaign_days: write days as 2026-06-16/2026-06-20"),
        ("campaign_days = [1]", "campaign_days: write a list of days"),
        ("spending_limit = 0", "spending_limit: "),
        ('usual_limit = "P3D service"', "usual_limit: it counts by office hours"),
        ('usual_limit = "soon"', "usual_limit: 'soon' is no duration"),
        ("most_reminders = 0", "most_reminders: "),
        ("spending_limit = nan", "spending_limit.amount: "),
        ("[approval_limits]\ncs_agnt = 1", "approval_limits.cs_agnt: there is no role .*mean cs_agent"),
        ("[approval_limits]\ngm = 1", "approval_limits.gm: the gm grants without a limit"),
        ("[approval_limits]\ncustomer = 1", "approval_limits.customer: customer is not staff"),
        ("[approval_limits]\ncs_agent = -1", "approval_limits.cs_agent: "),
        ('[returns_to]\ncity = "x"', "returns_to.province: it is missing"),
        ('[procedures]\noff = ["oder"]', "procedures.off: there is no procedure oder"),
        ('[procedures]\noff = "campaign"', "procedures.off: "),
        ("[limits]\nship_target = 1", "limits.ship_target: there is no procedure ship_target"),
        ("[limits]\ncampaign = 1", "limits.campaign: write one line for each limit"),
        ("limits = 1", "limits: write a table for each procedure"),
        ('[limits.campain]\nx = "PT1H"', "limits.campain: there is no procedure campain; .*campaign"),
        ('[limits.campaign]\nx = "PT1H"', "limits.campaign.x: there is no such limit"),
        ('[limits.campaign]\nlve.remind = "PT1H"', "there is no such limit; did you mean live.remind"),
        ('[limits.campaign]\nlive = "PT1H"', "limits of this stage are live.finish, live.remind"),
        ('[limits.campaign]\napproval.due = "soon"', "approval.due: 'soon' is no duration.*documented: P2D"),
        ("[limits.campaign]\napproval.due = 2", 'approval.due: write it in quotes, like "P2D office"'),
        ('[limits.campaign]\napproval.due = "PT2H service"', "approval.due: it counts by office hours"),
        ('[limits.order_fulfilment]\nship_target = "PT2H office"', "all hours of the day: name no clock"),
        ("[schedules.stocktak]", "there is no procedure stocktak; did you mean stocktake"),
        ("[schedules.refund_only]", "the calendar does not start refund_only"),
        ('[schedules."stocktake.x"]', "the calendar starts it by "),
        ("[schedules.stocktake]\npause = true", "schedules.stocktake.pause: "),
        ('[schedules.stocktake]\ncrons = ["daily"]', "crons: 'daily' has not five parts"),
        ('[schedules.stocktake]\ncrons = ["0 25 * * *"]', "has no hour 25"),
        ('[schedules.stocktake]\ncrons = ["*/5 8 * * *"]', r"has no minute \*/5"),
        ('[schedules.stocktake]\ncrons = ["0 * * * *"]', "comes more than once a day"),
        ("[schedules.stocktake]\nform = {knd = 1}", "form.knd: the start form has no such field"),
        ('[people.x]\nroles = ["picke"]', "there is no role 'picke'; did you mean picker"),
        ('[people.x]\nroles = ["system"]', "there is no role 'system'"),
        ('[people.x]\nstores = ["tmall"]', "people.x.roles: it is missing"),
        ('[people.x]\nroles = []\nstores = ["a b"]', "people.x.stores"),
        ('[people."a b"]\nroles = []', "a person is named by up to 64 letters"),
    ],
)
def test_a_fault_is_reported_in_a_sentence(write: Callable[[str], Path], text: str, says: str) -> None:
    path = write(text)
    with pytest.raises(SettingsError, match=says) as refused:
        store_settings(load(store_settings=path))
    assert str(refused.value).startswith(str(path))
    assert str(refused.value).endswith(".")


def test_all_faults_are_reported_together(write: Callable[[str], Path]) -> None:
    path = write('service_hours = "x"\n[limits.campaign]\nx = "PT1H"\n[procedures]\noff = ["y"]')
    with pytest.raises(SettingsError) as refused:
        read(path)
    assert len(str(refused.value).splitlines()) == 3


def test_only_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    assert store_settings(load(data_dir=tmp_path)) == StoreSettings()
    with pytest.raises(SettingsError, match=r"STORE_SETTINGS: there is no file .*nothing\.toml"):
        store_settings(load(store_settings=tmp_path / "nothing.toml"))


def test_the_check_of_a_store_without_a_file_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "settings", lambda: load(data_dir=data_dir))
    assert check.main() == 0
    assert "There is no " in capsys.readouterr().out
    assert check.main(data_dir / "named.toml") == 1


# --- read again


class Kept:
    """A file that is read again and again, by a clock that passes when told to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = time.time()
        self.file = StoreFile(path, clock=lambda: self.time)

    def write(self, text: str, seconds_ago: float) -> None:
        self.path.write_text(text, "utf-8")
        then = self.time - seconds_ago
        os.utime(self.path, (then, then))

    def limit(self, *, later: float = 1) -> str | None:
        self.time += later
        return self.file.now().limits.get("order_fulfilment.ship_target")


def shipping(within: str) -> str:
    return f'[limits.order_fulfilment]\nship_target = "{within}"'


@pytest.fixture
def kept(write: Callable[[str], Path]) -> Kept:
    return Kept(write(shipping("PT12H")))


def test_a_changed_file_is_read_again(kept: Kept) -> None:
    assert kept.limit() == "PT12H"
    kept.write(shipping("PT6H"), seconds_ago=5)
    assert kept.limit(later=0.5) == "PT12H", "the file is looked at once a second"
    assert kept.limit(later=0.5) == "PT6H"


def test_a_file_that_is_being_written_waits(kept: Kept) -> None:
    kept.limit()
    kept.write("", seconds_ago=-0.5)
    assert kept.limit() == "PT12H"
    kept.write(shipping("PT6H"), seconds_ago=0)
    assert kept.limit() == "PT6H"


def test_a_slip_does_not_stop_the_store(kept: Kept, caplog: pytest.LogCaptureFixture) -> None:
    kept.write(shipping("PT6"), seconds_ago=5)
    assert kept.limit() == "PT12H"
    assert "limits.order_fulfilment.ship_target: 'PT6' is no duration" in caplog.text
    kept.path.unlink()
    assert kept.limit() == "PT12H"
    assert "is gone" in caplog.text
    kept.write(shipping("PT6H"), seconds_ago=5)
    assert kept.limit() == "PT6H"


def test_a_file_may_come_later(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "store.toml")
    assert kept.limit() is None
    kept.write(shipping("PT12H"), seconds_ago=5)
    assert kept.limit() == "PT12H"


def test_a_procedure_is_off_as_long_as_the_file_says_so(write: Callable[[str], Path]) -> None:
    chosen = load(store_settings=write(WHOLE))
    assert is_off(chosen, "b2b_contract")
    assert not is_off(chosen, "order_fulfilment")
