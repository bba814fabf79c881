"""Whether work can be done now: what `/readyz` asks."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

# A worker's long poll ends, and is counted again, within a minute; Temporal forgets a poller after five.
_ALIVE_WITHIN = timedelta(seconds=90)
_ANSWER_WITHIN = timedelta(seconds=2)


async def worker_polling(client: Client, queue: str) -> bool:
    """Whether a worker asked this queue for workflow tasks lately. Raises RPCError when Temporal is away."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=_ANSWER_WITHIN)
    oldest = datetime.now(UTC) - _ALIVE_WITHIN
    return any(poller.last_access_time.ToDatetime(tzinfo=UTC) >= oldest for poller in answer.pollers)
