"""What a Temporal namespace must have before the first case starts."""

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from cases.connection import connect
from settings.environment import Settings
from start.temporal_server import TemporalUnusable
from workflows.runner.search_attributes import SEARCH_ATTRIBUTES

_TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
}


async def prepare_namespace(chosen: Settings) -> None:
    """Search attributes, and how long histories are kept where the server is ours.

    Raises TemporalAway, TemporalUnusable, RPCError.
    """
    client = await connect(chosen)
    added = await register_search_attributes(client)
    if added:
        print(f"Added search attributes: {', '.join(added)}", flush=True)
    if chosen.is_embedded:
        await keep_histories(client, chosen.history_days)


async def register_search_attributes(client: Client) -> list[str]:
    """Add the search attributes that the namespace lacks; returns their names.

    Raises TemporalUnusable where we may not, with the command for someone who may.
    """
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in listed.custom_attributes}
    if missing:
        try:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(
                    namespace=client.namespace,
                    search_attributes={name: _TYPES[kind] for name, kind in missing.items()},
                )
            )
        except RPCError as error:
            options = " ".join(f"--name {name} --type {kind}" for name, kind in missing.items())
            raise TemporalUnusable(
                f"The namespace {client.namespace!r} lacks search attributes, and we may not add them "
                f"({error.message}). Its owner runs: temporal operator search-attribute create {options}"
            ) from error
    return list(missing)


async def keep_histories(client: Client, days: int) -> None:
    """Have the namespace keep the histories of closed cases this long."""
    namespace = client.namespace
    wanted = timedelta(days=days)
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=namespace)
    )
    if described.config.workflow_execution_retention_ttl.ToTimedelta() != wanted:
        duration = Duration()
        duration.FromTimedelta(wanted)
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=namespace, config=NamespaceConfig(workflow_execution_retention_ttl=duration)
            )
        )
