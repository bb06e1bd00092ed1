"""The memory that a process needed at most."""

from pathlib import Path


def megabytes() -> float:
    """Peak of the resident memory since the program began.

    `getrusage` would give that of the process by which it was started, where that is more.
    """
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status does not tell VmHWM")
