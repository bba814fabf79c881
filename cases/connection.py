"""The one way to a Temporal client: address or profile, data converter, codec."""

import dataclasses
import os
import sys
from typing import ClassVar, NoReturn, Self

from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

from cases.codec import EncryptionCodec
from settings.environment import Settings, SettingsError


class TemporalAway(Exception):
    """No Temporal server answers. The message says where it was looked for and what to do."""


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic's JSON. The SDK asks for a converter for each case and each of its tasks: all get the same."""

    _only: ClassVar[Self | None] = None

    def __new__(cls) -> Self:
        if cls._only is None:
            cls._only = super().__new__(cls)
            CompositePayloadConverter.__init__(cls._only, *PydanticPayloadConverter().converters.values())
        return cls._only

    def __init__(self) -> None:
        """As it was made."""


_CONVERTER = DataConverter(payload_converter_class=SharedPayloadConverter)


def data_converter(settings: Settings) -> DataConverter:
    """How values travel: pydantic's JSON, encrypted when a key is set."""
    if not settings.encryption_keys:
        return _CONVERTER
    return dataclasses.replace(_CONVERTER, payload_codec=EncryptionCodec(settings.encryption_keys))


async def connect(settings: Settings, *, lazy: bool = False, runtime: Runtime | None = None) -> Client:
    """A client of the Temporal server that the settings name; with `lazy` the first call connects. runtime: of the SDK,
    where it isn't the process's usual one.

    Raises TemporalAway when nothing answers, SettingsError for a profile that can't be read.
    """
    config = _where(settings)
    # between two processes of one machine nothing is gained by packing
    compression = GrpcCompression.NONE if settings.is_embedded else GrpcCompression.GZIP
    try:
        return await Client.connect(
            **config,
            data_converter=data_converter(settings),
            grpc_compression=compression,
            lazy=lazy,
            runtime=runtime,
        )
    except RuntimeError as error:
        hint = (
            "`make run` starts one; or name another with TEMPORAL_ADDRESS."
            if settings.is_embedded
            else "Check TEMPORAL_ADDRESS or the profile, or unset them to start one here."
        )
        raise TemporalAway(
            f"No Temporal server answers at {config.get('target_host')}. {hint} ({error})"
        ) from error


def end_process(code: int, sentence: str = "") -> NoReturn:
    """End this process at once with this exit code, and say why on standard error.

    For a process that has connected, or has tried to: where a thread of the SDK is still at work when Python finalizes,
    Python aborts (seen in one of three failed connections), and the exit code is lost.
    """
    if sentence:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _where(settings: Settings) -> ClientConnectConfig:
    if settings.is_embedded:
        return {
            "target_host": f"127.0.0.1:{settings.temporal_port}",
            "namespace": settings.temporal_namespace,
        }
    try:
        config = ClientConfig.load_client_connect_config(
            settings.temporal_profile or None,
            config_file=settings.temporal_config_file or None,
            disable_file=not settings.has_profile,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(f"Temporal's profile can't be read: {error}") from error
    if settings.temporal_address:
        config["target_host"] = settings.temporal_address
    config.setdefault("target_host", "localhost:7233")
    config.setdefault("namespace", settings.temporal_namespace)
    return config
