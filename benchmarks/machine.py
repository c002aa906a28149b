"""What a benchmark ran on, in a line for its page."""

import platform
from importlib.metadata import version
from os import cpu_count
from pathlib import Path


def machine(*packages: str) -> str:
    """Return processor, cores, system and the versions of Python and some packages."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor() or platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"Machine: {processor}, {cpu_count()} cores, {platform.system()}. "
        f"Python {platform.python_version()}, {versions}."
    )
