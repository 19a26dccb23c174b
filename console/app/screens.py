"""The screens, each read when it is first opened: `screens.room.RoomScreen(…)`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.app.drill import screen as drill
    from console.app.history import screen as history
    from console.app.metrics import screen as metrics
    from console.app.outbox import screen as outbox
    from console.app.postmortem import screen as postmortem
    from console.app.replay import screen as replay
    from console.app.room import screen as room
    from console.app.search import screen as search
    from console.app.similar import screen as similar
    from console.app.targets import screen as targets

    __all__ = [
        "drill", "history", "metrics", "outbox", "postmortem", "replay", "room", "search", "similar",
        "targets",
    ]  # fmt: skip
else:
    from console.app.lazy import module_getter

    __getattr__ = module_getter("console.app", "screen")
