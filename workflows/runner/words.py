"""Keys as words, for those who read Temporal's UI. All of it is in one language, the store's."""

from __future__ import annotations

from functools import lru_cache

from workflows.labels import Context, Language, label

_SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "stage": "**{stage}** `{key}` since {since}",
        "waits": ", waits for **{roles}**",
        "alarm": "by {at}: {what}",
        "sends": "by {at}: {what} → {event}",
        "missed": "missed: {what}, {at}",
        "failed": "⚠ **{effect}** `{key}` failed: {error}",
        "running": "under way: {effect} `{key}`",
        "sending": "under way: {effect} `{key}` → {events}",
        "parent": "started by `{case}` ({link})",
        "child": "waits for the case `{case}`",
        "revision": "Revision {revision}, version {version}.",
        "reading": "read the closed case",
        "commit": "revision {revision}",
        "attributes": "brings the search attributes up to date",
        "timer": "looks at the limits at {at}; first: {what}",
        "undo": "takes back {of}",
        "one": "1 line",
        "several": "{count} lines",
    },
    "zh": {
        "stage": "**{stage}** `{key}`,自 {since}",
        "waits": ",等待 **{roles}** 处理",
        "alarm": "{at} 到期:{what}",
        "sends": "{at} 到期:{what} → {event}",
        "missed": "已逾期:{what},{at}",
        "failed": "⚠ **{effect}** `{key}` 失败:{error}",
        "running": "进行中:{effect} `{key}`",
        "sending": "进行中:{effect} `{key}` → {events}",
        "parent": "由 `{case}` 发起({link})",
        "child": "等待 `{case}`",
        "revision": "第 {revision} 步,流程版本 {version}。",
        "reading": "读取已结束的单据",
        "commit": "第 {revision} 步",
        "attributes": "更新检索属性",
        "timer": "{at} 检查时限;最先到期:{what}",
        "undo": "撤销 {of}",
        "one": "1 行",
        "several": "{count} 行",
    },
}


class _Speaking:
    """The language of this process."""

    language: Language = "zh"


def speak(locale: str) -> None:
    """Set in which language this process writes summaries and details: the store's, as `Settings.locale` names it."""
    _Speaking.language = "zh" if locale.startswith("zh") else "en"
    words("role", "gm")  # reads the catalogues now, not under the first case


def words(context: Context, key: str, procedure: str = "") -> str:
    """What people call it."""
    return _label(context, key, _Speaking.language, procedure)


def is_english() -> bool:
    """Whether the language is the one that keys are words of."""
    return _Speaking.language == "en"


def sentence(name: str, **parts: object) -> str:
    """One of the engine's own sentences."""
    return _SENTENCES[_Speaking.language][name].format(**parts)


@lru_cache(maxsize=10_000)
def _label(context: Context, key: str, language: Language, procedure: str) -> str:
    return label(context, key, language, procedure)
