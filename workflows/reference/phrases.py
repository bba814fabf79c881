"""The reference's own words, in the languages that it is written in."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.labels import Language

_PHRASES: dict[str, tuple[str, str]] = {
    "title": ("Procedures", "流程手册"),
    "generated": (
        "Written by `make reference` from the declarations: change those, not this page.",
        "本页由 `make reference` 根据流程声明生成，请修改声明而不是本页。",
    ),
    "how_to_read": (
        "A solid arrow is sent by people; a dotted one by the system, the clock or a message from outside.",
        "实线由人推动，虚线由系统、时钟或外部消息推动。",
    ),
    "sentence": ("{text}.", "{text}。"),
    "rights": ("Who reads, who acts", "谁能看，谁能办"),
    "rights_text": (
        (
            "Whoever holds a role of the second column in a store reads every case of the procedure there. Whoever "
            "is named in the third reads the cases that are theirs, and of these what their own actions ask. Nobody "
            "else is told that a case is there. Who acts, reads; a role that is no reader acts on its own cases alone."
        ),
        (
            "在店铺中担任第二列角色的人可查看该流程的全部案例。第三列中的当事人只能查看属于自己的案例，"
            "且只看到自己办理时所填的内容。其他人查不到案例是否存在。能办即能看；不在第二列的角色只能办理属于自己的案例。"
        ),
    ),
    "exceptions": ("What is left out, and why", "例外与理由"),
    "exceptions_text": (
        "What every procedure has is checked when its file is imported. Here is where one hasn't, with the reason.",
        "每个流程都应具备的内容在导入声明时检查。下表列出例外之处及理由。",
    ),
    "not_asked": ("What it hasn't", "不具备"),
    "where": ("Where", "位置"),
    "why": ("Why", "理由"),
    "lead_limit": ("a limit", "时限"),
    "lead_way_back": ("stopping it, with a reason", "说明理由后终止"),
    "lead_second_person": ("a second person", "须由另一人"),
    "lead_approval_again": ("an approval again after a change", "更改后须重新审批"),
    "lead_by_hand": ("a start by people", "人工发起"),
    "all_of_it": ("wherever its table has no way back", "表中没有退路的各环节"),
    "stops_at": (
        "{action} `{event}`, with a reason, at: {stages}. What was done and still stands is taken back.",
        "{action} `{event}`（须说明理由），可在以下环节：{stages}。已做且仍有效的事项随之撤销。",
    ),
    "usual": ("{span} (usual)", "{span}（默认）"),
    "registers": ("Registers, and who reads them", "登记簿及其用途"),
    "registers_text": (
        (
            "What procedures write down, and what takes part in what comes after because of it. Nothing is written "
            "down that nobody reads: a case's own history has it."
        ),
        "各流程登记的内容，以及之后由谁读取。没有人读取的内容不另行登记，案例自身的历史中已有记录。",
    ),
    "register": ("Register", "登记簿"),
    "written_by": ("Written by", "由谁登记"),
    "read_by": ("Read by", "由谁读取"),
    "reads_all": ("Reads every case", "可看全部案例"),
    "reads_own": ("Reads what is theirs", "只看属于自己的"),
    "acts": ("Acts", "可办"),
    "all_staff": ("all of the store's people", "店铺全体员工"),
    "acts_as": ("{role}: {actions}", "{role}：{actions}"),
    "party_in": ("{who} ({fields})", "{who}（{fields}）"),
    "party_of_parent": ("{who} of the case that it comes from", "来源案例的{who}"),
    "party_customer": ("the customer", "客户"),
    "party_supplier": ("the supplier", "供应商"),
    "party_distributor": ("the distributor", "分销商"),
    "party_buyer": ("the buyer", "采购方"),
    "party_seller": ("the seller", "销售方"),
    "party_person": ("whom it is about", "当事员工"),
    "other_language": ("中文", "English"),
    "by_case": ("another procedure", "其他流程"),
    "quoted": ("“{text}”", "“{text}”"),
    "at_most_items": ("at most {high}", "最多 {high} 项"),
    "procedure": ("Procedure", "流程"),
    "summary": ("What for", "用途"),
    "starts_on": ("Started by", "启动方式"),
    "identity": ("Key `{key}`, version {version}", "键 `{key}`，版本 {version}"),
    "declared_in": ("Declared in {path}", "声明文件 {path}"),
    "at_limit": ("{when}: {who}", "{when}：{who}"),
    "diagram": ("Diagram", "状态图"),
    "stages": ("Stages", "环节"),
    "stage": ("Stage", "环节"),
    "turn": ("Whose turn", "处理人"),
    "limit": ("Limit", "时限"),
    "told": ("Who is told", "提醒对象"),
    "end": ("end", "结束"),
    "undoes": ("end; takes back what was done and still stands", "结束，撤销已做且仍有效的事项"),
    "remind": ("reminder {when}", "{when}提醒"),
    "lapses": ("left out after {when}", "{when}后不再办理"),
    "actions": ("Actions", "操作"),
    "action": ("Action", "操作"),
    "from": ("From", "从"),
    "to": ("To", "到"),
    "who": ("Who or what sends it", "由谁触发"),
    "only_if": ("Only if", "条件"),
    "form": ("Form", "表单"),
    "start": ("start", "启动"),
    "stays": ("stays", "不变"),
    "as_soon_as": ("by itself, as soon as that holds", "条件成立时自动"),
    "at_once": ("by itself, at once", "立即自动"),
    "outcome": ("what came of an effect, or of another case", "外部事项或其他流程的结果"),
    "clock": ("{when}", "{when}"),
    "cron": ("the calendar, `{cron}`", "日历 `{cron}`"),
    "message": ("message `{topic}`", "消息 `{topic}`"),
    "message_by": ("message `{topic}`, found by `{about}`", "消息 `{topic}`，按 `{about}` 查找"),
    "other_than": ("another person than who sent {what}", "不能与“{what}”是同一人"),
    "needs": ("after {what}", "须先完成 {what}"),
    "approves": ("judges {what}", "审阅：{what}"),
    "once": ("once while the stage lasts", "该环节内仅一次"),
    "forms": ("Forms", "表单"),
    "field": ("Field", "字段"),
    "type": ("Type", "类型"),
    "required": ("Required", "必填"),
    "bounds": ("Bounds", "限制"),
    "yes": ("yes", "是"),
    "default": ("default {value}", "默认 {value}"),
    "in_case": ("kept in the case", "保存在单据中"),
    "deadlines": ("Deadlines", "跨环节时限"),
    "deadline": ("Deadline", "时限"),
    "since": ("Since", "起算"),
    "until": ("Until", "截止于"),
    "paused_in": ("Paused in", "暂停于"),
    "unless": ("Unless", "除非"),
    "sends": ("Sends", "触发"),
    "effects": ("Effects", "外部事项"),
    "effect": ("Effect", "外部事项"),
    "when": ("When", "何时"),
    "then": ("Then", "成功后"),
    "otherwise": ("Otherwise", "被拒后"),
    "undone_by": ("Taken back by", "撤销方式"),
    "undo": ("takes back: {what}", "撤销：{what}"),
    "make_permanent": ("lets stand for good: {what}", "不再撤销：{what}"),
    "links": ("Other procedures", "关联流程"),
    "link": ("Link", "关联"),
    "starts": ("Starts", "启动"),
    "comes_back": ("What comes back", "返回结果"),
    "waits": ("this case waits for its end", "等待其结束"),
    "ends_with": ("ends with this case when that is taken back", "本单撤销时一并结束"),
    "all_ended": ("when all have ended: {what}", "全部结束后：{what}"),
    "started_by": ("Started by: {what}.", "由以下流程启动：{what}。"),
    "kpis": ("Key figures", "指标"),
    "count": ("How often: {of}", "次数：{of}"),
    "elapsed": ("How long: from {of} to {to}", "用时：从 {of} 到 {to}"),
    "share": ("Share: {of} of {to}", "占比：{of} / {to}"),
    "sources": ("Sources and notes", "来源与说明"),
    "none": ("–", "–"),
    "everywhere": ("In every procedure", "所有流程通用"),
    # spans and moments
    "minutes": ("{n} min", "{n} 分钟"),
    "hours": ("{n} h", "{n} 小时"),
    "days": ("{n} d", "{n} 天"),
    "working_days": ("{n} working days", "{n} 个工作日"),
    "service": ("{span} of service hours", "{span}（客服营业时间）"),
    "office": ("{span} of office hours", "{span}（办公时间）"),
    "as_case_says": ("as `{field}` says, in {unit}", "按 `{field}`（{unit}）"),
    "unit_hours": ("hours", "小时"),
    "unit_days": ("days", "天"),
    "moment": ("at `{field}`", "`{field}` 时"),
    "before": ("{span} before `{field}`", "`{field}` 前 {span}"),
    "after": ("{span} after `{field}`", "`{field}` 后 {span}"),
    "of_day": ("at {time} that day", "当日 {time}"),
    "earliest": ("the earliest of: {parts}", "以最早者为准：{parts}"),
    "first_known": ("{parts}", "{parts}"),
    "or_else": ("; if unknown, ", "；若未知，"),
    "every": ("every {span}", "每 {span}"),
    "for_so_long": ("{text} for {span}", "{span}内{text}"),
    "from_then": ("{text}, then every {span}", "{text}，此后每 {span}"),
    "after_span": ("after {span}", "{span}后"),
    # types of answers
    "text": ("text", "文本"),
    "code": ("code", "编号"),
    "points_to": ("reference: {what}", "引用：{what}"),
    "choice": ("choice", "选项"),
    "tick": ("yes or no", "是/否"),
    "whole": ("whole number", "整数"),
    "decimal": ("decimal", "小数"),
    "date": ("date", "日期"),
    "date-time": ("moment", "时刻"),
    "file": ("file", "文件"),
    "sign": ("signature", "签名"),
    "money": ("money", "金额"),
    "list": ("list of: {what}", "列表：{what}"),
    "rows": ("rows", "多行"),
    "group": ("group", "组"),
    "anything": ("any JSON", "任意 JSON"),
    "length": ("{low} to {high} characters", "{low}–{high} 个字符"),
    "at_most_characters": ("at most {high} characters", "最多 {high} 个字符"),
    "items": ("{low} to {high}", "{low}–{high} 项"),
    "from_to": ("{low} to {high}", "{low} 至 {high}"),
    "above": ("above {low}, at most {high}", "大于 {low}，最多 {high}"),
    "pattern": ("like `{pattern}`", "格式 `{pattern}`"),
}
_JOIN = {"en": ", ", "zh": "、"}
_JOIN_CLAUSES = {"en": "; ", "zh": "；"}
GROUPS: dict[str, tuple[str, str]] = {
    "orders_and_logistics": ("Orders and logistics", "订单与物流"),
    "after_sales": ("After-sales", "售后"),
    "customers": ("Customers", "客户"),
    "products": ("Products", "商品"),
    "supply_and_stock": ("Supply and stock", "供应与库存"),
    "marketing_and_content": ("Marketing and content", "营销与内容"),
    "management": ("Management", "管理"),
    "trade_and_money": ("Trade and money", "交易与资金"),
}
"""Folders of procedures, in the order of the index."""


def phrase(language: Language, name: str, **parts: object) -> str:
    """One of the reference's own phrases."""
    english, chinese = _PHRASES[name]
    return (english if language == "en" else chinese).format(**parts)


def group_title(language: Language, group: str) -> str:
    """A folder of procedures by name; one that has none goes by its own."""
    english, chinese = GROUPS.get(group, (group, group))
    return english if language == "en" else chinese


def listed(language: Language, parts: Iterable[str]) -> str:
    """Each part once, joined as the language joins."""
    return _JOIN[language].join(dict.fromkeys(part for part in parts if part))


def clauses(language: Language, parts: Iterable[str]) -> str:
    """Parts that may hold lists of their own."""
    return _JOIN_CLAUSES[language].join(part for part in parts if part)
