"""Where the network is trained, and, when that is the processor, why and what would change it on this system."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

_DRIVER = Path("/proc/driver/nvidia/version")


def device() -> tuple[str, str]:
    """The device that Keras's backend uses, such as "CPU, 2 cores", and a sentence on why it is no GPU ("" on one).

    `engine.backend.prepare` has settled the backend before; this imports it. Keras's thread only.
    """
    from keras import backend

    name = backend.backend()
    gpu = _jax_gpu() if name == "jax" else _tensorflow_gpu()
    if gpu:
        return f"GPU {gpu}", ""
    return f"CPU, {_cores(cores())}", why_no_gpu(name)


def cores() -> int:
    """How many processor cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cores(number: int) -> str:
    return "1 core" if number == 1 else f"{number} cores"


def _tensorflow_gpu() -> str:
    """The name of TensorFlow's first GPU; "" without one."""
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    if not found:
        return ""
    return str(tf.config.experimental.get_device_details(found[0]).get("device_name", "unknown"))


def _jax_gpu() -> str:
    """The name of JAX's first device, where it is no processor; "" otherwise."""
    import jax

    first = jax.devices()[0]
    return "" if first.platform == "cpu" else str(first.device_kind)


def why_no_gpu(backend: str) -> str:
    """Why a backend computes on the processor here, and what would change that."""
    title = {"jax": "JAX", "tensorflow": "TensorFlow"}.get(backend, backend)
    system = platform.system()
    if system == "Darwin":
        return f"{title} has no GPU support on macOS, so Lamina computes on the processor."
    if system == "Windows":
        return (
            f"{title} has no GPU support on Windows itself. Inside WSL 2, which is a Linux, Lamina can use an NVIDIA "
            "GPU."
        )
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "The GPU is hidden by the environment variable CUDA_VISIBLE_DEVICES. Unset it to use the GPU."
    card = _nvidia_card()
    if not card:
        return "No NVIDIA driver was found. With an NVIDIA GPU, install its driver, then: uv sync --extra cuda"
    return (
        f"There is an NVIDIA GPU ({card}), but {title} cannot use it: its CUDA libraries are missing or do not fit the "
        "driver. Install them with: uv sync --extra cuda"
    )


def _nvidia_card() -> str:
    """What the NVIDIA driver says of the first card; "" without a driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "driver found" if _DRIVER.exists() else ""
    try:
        asked = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "driver found" if _DRIVER.exists() else ""
    lines = asked.stdout.strip().splitlines()
    return lines[0].strip() if asked.returncode == 0 and lines else ""
