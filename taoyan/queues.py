"""Which task waits in which queue, so that what people wait for never stands behind what takes long.

A worker that is told nothing takes from all of them; `-Q doorbell` gives one to what people wait for alone.
"""

from typing import Any

from kombu import Exchange, Queue

DOORBELL, RECOMPUTE, DOCUMENTS, MAIL = NAMES = ("doorbell", "recompute", "documents", "mail")
# Nightly clearing and whatever has no place of its own waits behind the pieces of a recompute.
DEFAULT = RECOMPUTE
# Each with an exchange of its own: bound to one, all four would get every message.
QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in NAMES]
_ROUTED = {
    # An approval on its way to the figures, and what the doorbell missed.
    DOORBELL: ("goals.tasks.recompute_targets", "goals.tasks.sweep"),
    RECOMPUTE: ("goals.tasks.recompute_chunk", "goals.tasks.check_stored", "goals.tasks.renew"),
    DOCUMENTS: ("goals.tasks.read_import", "dashboard.tasks.make_bulletin"),
    # What waits for somebody else's server.
    MAIL: ("goals.tasks.remind", "goals.tasks.deliver", "goals.tasks.deliver_due"),
}
ROUTES: dict[str, Any] = {task: {"queue": queue} for queue, tasks in _ROUTED.items() for task in tasks}
