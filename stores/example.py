"""`make reference` writes `docs/store.example.toml`: all that a store may set, with what counts unset.

`--check` says whether it is current, and writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.policy import StorePolicy
from settings.calendar import Hours, hours_written
from settings.environment import Settings
from stores.faults import calendar_starts
from workflows import procedures
from workflows.labels import Context, label
from workflows.language.limits import limits_of
from workflows.language.procedure import Procedure
from workflows.registry import registry

WHERE = Path(__file__).resolve().parents[1] / "docs" / "store.example.toml"

_HEAD = """\
# What a store changes without code 店铺自定义设置
#
# Copy what you change to store.toml in the data directory, or name another file in STORE_SETTINGS. A line that begins
# with # and no space is a setting with the value that counts without it. All of it is explained in docs/settings.md.
# `guicheng check` checks your file.
# 把需要修改的行复制到数据目录下的 store.toml,去掉行首的 #。行尾的中文是环节、操作或时限的名称。

# Opening hours on the store's clock 营业时间:客服每天,办公室工作日
"""
_CAMPAIGNS = """
# Campaign days, on which shipping limits don't count 大促日期, like ["2026-06-16/2026-06-20", "2026-11-11"]
"""
_STORES = """
# The stores in which the calendar starts cases 自动发起流程的店铺, like ["tmall"]
"""
_CARTONS = """
# The cartons that packers choose from 可选的纸箱规格, like ["1", "2", "F3"]
"""
_MONEY = """
# From here up the gm decides, in yuan 达到此金额由总经理审批
"""
_APPROVALS = """
# The most that a role may grant alone, in yuan; a role that isn't listed grants nothing 各角色可自行批准的最高金额
"""
_RETURNS = """
# Where customers send goods back 退货地址
"""
_USUAL = """
# How long a stage of people may last for which no document says a limit: then its people hear that it is late, after
# twice the time those above them 文档未规定时限的人工环节的默认时限:到期提醒处理人,再过同样时间提醒其上级
"""
_REMINDERS = """
# How often a stage reminds its people at most 同一环节最多提醒几次
"""
_PROCEDURES = """
# Procedures that the store doesn't run: no new case begins, those that run go on 停用的流程, like ["b2b_contract"]
"""
_PEOPLE = """
# Who may do what: a token's subject, or a key's name. Without `stores`, in every store 人员与角色
#[people."li.na"]
#roles = ["cs_agent", "after_sales"]
#stores = ["tmall"]
"""
_REPLIES = """
# Quick replies: a name, and the text that is copied or put into a comment. In braces stands what the case holds, by its
# field; {headline} says what it is about, {subject} its number. One is offered where the case has all that it names.
# 快捷回复:名称 = 内容。花括号中写单据字段;单据缺少该字段时不显示这条回复。
#[replies]
#"已发货 Shipped" = "您好,订单 {order_no} 已由 {carrier} 发出,运单号 {waybill_no}。"
#"请补充地址 Address" = "您好,订单 {order_no} 的收货地址不完整,请告诉我们门牌号。"
"""
_SCHEDULES = """
# What the calendar starts: cron lines on the store's clock (minute hour day month weekday) 定时发起的流程
# `form` answers what the start form asks and the calendar can't know, like form = { kind = "full" }
"""
_LIMITS = """
# Limits: written as here, with other numbers. PT90M is 90 minutes, P3D three days; `service` counts while customer
# service is open, `office` while the office is 时限:只改数字,service 按客服时间计,office 按办公时间计
"""


def of_the_store() -> list[type[Procedure]]:
    """The procedures that ship; the registry may hold others beside them."""
    return [procedure for procedure in registry() if procedure.__module__.startswith(procedures.__name__)]


def example() -> str:
    """The whole file."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    documented, chosen = StorePolicy(), Settings.model_construct()
    yield from _HEAD.splitlines()
    yield f'#service_hours = "{_hours(chosen.service_hours)}"'
    yield f'#office_hours = "{_hours(chosen.office_hours)}"'
    yield from _CAMPAIGNS.splitlines()
    yield "#campaign_days = []"
    yield from _STORES.splitlines()
    yield "#stores = []"
    yield from _CARTONS.splitlines()
    yield "#cartons = []"
    yield from _USUAL.splitlines()
    yield f'#usual_limit = "{documented.usual_limit}"'
    yield from _REMINDERS.splitlines()
    yield f"#most_reminders = {documented.most_reminders}"
    yield from _MONEY.splitlines()
    yield f"#spending_limit = {documented.spending_limit.amount}"
    yield from _APPROVALS.splitlines()
    yield "#[approval_limits]"
    for role, money in documented.approval_limits.items():
        yield _with_comment(f"#{role} = {money.amount}", _words("role", role))
    yield from _RETURNS.splitlines()
    yield "#[returns_to]"
    for name, text in documented.returns_to.model_dump().items():
        yield f'#{name} = "{text}"'
    yield from _PROCEDURES.splitlines()
    yield "#[procedures]"
    yield "#off = []"
    yield from _PEOPLE.splitlines()
    yield from _REPLIES.splitlines()
    yield from _SCHEDULES.splitlines()
    for procedure in of_the_store():
        yield from _schedules(procedure)
    yield from _LIMITS.splitlines()
    for procedure in of_the_store():
        yield from _limits(procedure)


def _schedules(procedure: type[Procedure]) -> Iterator[str]:
    starts = calendar_starts(procedure)
    for event in starts:
        key = f'"{procedure.key}.{event}"' if len(starts) > 1 else procedure.key
        crons = next(
            move.spec.every.crons
            for move in procedure.declaration.transitions[event]
            if move.spec.every is not None
        )
        yield _with_comment(f"#[schedules.{key}]", _words("procedure", procedure.key, procedure.key))
        yield f"#crons = [{', '.join(_quoted(crons))}]"
        yield "#paused = false"


def _limits(procedure: type[Procedure]) -> Iterator[str]:
    limits = dict(limits_of(procedure.declaration))
    if limits:
        yield ""
        yield _with_comment(f"#[limits.{procedure.key}]", _words("procedure", procedure.key, procedure.key))
    for name, limit in limits.items():
        yield _with_comment(f'#{name} = "{limit}"', _named(procedure, name))


def _named(procedure: type[Procedure], name: str) -> str:
    """The stage, the action that the clock sends in it, or the deadline, as people call it."""
    stage, _, of = name.partition(".")
    if not of:
        return _words("deadline", name, procedure.key)
    title = _words("stage", stage, procedure.key)
    return title if of in ("due", "remind") else f"{title}: {_words('action', of, procedure.key)}"


def _words(context: Context, key: str, procedure: str = "") -> str:
    return label(context, key, "zh", procedure)


def _with_comment(setting: str, comment: str) -> str:
    return f"{setting}  # {comment}"


def _quoted(texts: Iterable[str]) -> Iterator[str]:
    return (f'"{text}"' for text in texts)


def _hours(hours: Hours) -> str:
    return hours_written(hours)


def main(arguments: list[str], where: Path = WHERE) -> int:
    """The command. 1 where `--check` finds that the file is not current."""
    text = example()
    if "--check" in arguments:
        if where.exists() and where.read_text("utf-8") == text:
            return 0
        sys.stdout.write(f"docs/{where.name} is not current: `make reference` writes it.\n")
        return 1
    where.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
