"""The walks through a task's payloads: needless ones are spared, needed ones taken."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.bridge import worker as bridge
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import DataConverter, PayloadCodec

from cases.payload_walks import spare_needless_walks

SDKS_OWN = {
    "decode_activation": inspect.unwrap(bridge.decode_activation),
    "encode_completion": inspect.unwrap(bridge.encode_completion),
}
DECODING: dict[str, Any] = {"decode_headers": True, "storage_concurrency_limit": 1}
ENCODING: dict[str, Any] = {"encode_headers": True, "storage_concurrency_limit": 1}


class Reversed(PayloadCodec):
    """A codec that one can see at work."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata=payload.metadata, data=payload.data[::-1]) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return await self.encode(payloads)


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, own in SDKS_OWN.items():
        monkeypatch.setattr(bridge, name, own)
    spare_needless_walks()


def activation() -> WorkflowActivation:
    update = WorkflowActivation(run_id="a run")
    job = update.jobs.add().do_update
    job.name = "act"
    job.input.add(data=b'"a form"', metadata={"encoding": b"json/plain"})
    job.headers["who"].CopyFrom(Payload(data=b'"me"'))
    return update


def completion() -> WorkflowActivationCompletion:
    done = WorkflowActivationCompletion(run_id="a run")
    answer = done.successful.commands.add().update_response
    answer.completed.CopyFrom(Payload(data=b'"an answer"'))
    done.successful.commands.add().schedule_local_activity.arguments.add(data=b'"a commit"')
    return done


async def test_the_walks_that_are_spared_would_have_changed_nothing() -> None:
    converter = DataConverter.default
    for walk, message, how in (
        (SDKS_OWN["decode_activation"], activation(), DECODING),
        (SDKS_OWN["encode_completion"], completion(), ENCODING),
    ):
        before = message.SerializeToString(deterministic=True)
        assert (await walk(message, converter, **how)).payload_count == 0
        assert message.SerializeToString(deterministic=True) == before


async def test_nothing_is_visited_without_a_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    def visits(*_: object, **__: object) -> None:
        pytest.fail("it walked")

    monkeypatch.setattr(bridge, "CommandAwarePayloadVisitor", visits)
    assert (
        await bridge.decode_activation(activation(), DataConverter.default, **DECODING)
    ).payload_count == 0
    assert (
        await bridge.encode_completion(completion(), DataConverter.default, **ENCODING)
    ).payload_count == 0


async def test_a_codec_still_sees_every_payload() -> None:
    converter = dataclasses.replace(DataConverter.default, payload_codec=Reversed())
    received, sent = activation(), completion()
    await bridge.decode_activation(received, converter, **DECODING)
    await bridge.encode_completion(sent, converter, **ENCODING)
    assert received.jobs[0].do_update.input[0].data == b'"a form"'[::-1]
    assert received.jobs[0].do_update.headers["who"].data == b'"me"'[::-1]
    answer, commit = sent.successful.commands
    assert answer.update_response.completed.data == b'"an answer"'[::-1]
    assert commit.schedule_local_activity.arguments[0].data == b'"a commit"'[::-1]


def test_sparing_again_wraps_no_second_time() -> None:
    once = bridge.decode_activation
    spare_needless_walks()
    assert bridge.decode_activation is once


def test_the_sdk_still_walks_by_these_functions() -> None:
    """A newer SDK that doesn't is no fault: then this module may go."""
    from temporalio.worker import _workflow

    source = inspect.getsource(_workflow)
    assert "temporalio.bridge.worker.decode_activation(" in source
    assert "temporalio.bridge.worker.encode_completion(" in source
