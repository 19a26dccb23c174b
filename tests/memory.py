"""Where tests write: a log waits for its disk at each entry, and there are thousands of logs."""

import os
import shutil

FOLDER = "/dev/shm"
ROOM_BYTES = 1 << 30


def memory() -> str | None:
    """A folder in memory, where there is one with room: nobody waits for a disk there."""
    roomy = os.access(FOLDER, os.W_OK) and shutil.disk_usage(FOLDER).free > ROOM_BYTES
    # Tests write programs, too; in a container none may run there.
    return FOLDER if roomy and not os.statvfs(FOLDER).f_flag & os.ST_NOEXEC else None
