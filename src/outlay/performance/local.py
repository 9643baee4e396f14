"""Measure the GPU of this machine with PyTorch into a chip profile; says so where none is.

Matrix products, attention, copy bandwidth and a small decode step. Never imported by the rest:
PyTorch is optional and no test needs it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.written import write_atomic
from outlay.performance.torch_types import Device, Format, Tensor, Torch
from outlay.results.models.calibration import Calibration

__all__ = ["Profile", "measure_local", "profile_document"]

REPEATS = 20
LARGE = 8192  # side of the largest square product
COPY_BYTES = 2**30
SEQUENCE, HEADS, HEAD_DIM = 4096, 32, 128
DECODE_BATCHES = (1, 8, 64)


@dataclass(frozen=True)
class Profile:
    """What a GPU reached: FLOP/s of products by format, byte/s of copies, seconds of kernels."""

    name: str
    memory_bytes: int
    matmul_flop_s: dict[str, float]
    copy_byte_s: float
    attention_flop_s: float
    launch_s: float
    decode_step_s: dict[str, float]  # by batch: one layer of 4096 × 4096 projections


def _torch() -> Torch:
    try:
        import torch as found
    except ImportError as error:
        raise InputError(
            Problem(
                "PyTorch is not installed",
                where="outlay calibrate --local",
                hint="install torch for your GPU, or calibrate from measurements",
            )
        ) from error
    torch: Torch = found
    if not torch.cuda.is_available():
        raise InputError(
            Problem(
                "no GPU that PyTorch can use on this machine",
                where="outlay calibrate --local",
                hint="run it on the machine to be measured",
            )
        )
    return torch


def _seconds(torch: Torch, work: Callable[[], Tensor]) -> float:
    """Median seconds of one call on the device."""
    for _ in range(3):
        work()
    torch.cuda.synchronize()
    times = []
    for _ in range(REPEATS):
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        stop.record()
        torch.cuda.synchronize()
        times.append(start.elapsed_time(stop) * 1e-3)
    return float(sorted(times)[len(times) // 2])


def measure_local() -> Profile:
    """Run the measurements on device 0. Raises InputError without PyTorch or a GPU."""
    torch = _torch()
    device = torch.device("cuda", 0)
    about = torch.cuda.get_device_properties(device)
    products = {"bf16": _product(torch, device, torch.bfloat16)}
    if hasattr(torch, "_scaled_mm") and torch.cuda.get_device_capability(device) >= (8, 9):
        products["fp8"] = _product8(torch, device)
    a = torch.empty(COPY_BYTES, dtype=torch.uint8, device=device)
    b = torch.empty_like(a)
    copy = 2.0 * COPY_BYTES / _seconds(torch, lambda: b.copy_(a))
    q = torch.randn(1, HEADS, SEQUENCE, HEAD_DIM, device=device, dtype=torch.bfloat16)
    attend = torch.nn.functional.scaled_dot_product_attention
    work = 2.0 * 2.0 * HEADS * SEQUENCE * SEQUENCE * HEAD_DIM / 2.0  # causal half
    attention = work / _seconds(torch, lambda: attend(q, q, q, is_causal=True))
    one = torch.zeros(1, device=device)
    launch = _seconds(torch, lambda: one.add_(1.0))
    steps = {str(n): _decode(torch, device, n) for n in DECODE_BATCHES}
    return Profile(about.name, int(about.total_memory), products, copy, attention, launch, steps)


def _product(torch: Torch, device: Device, dtype: Format) -> float:
    a = torch.randn(LARGE, LARGE, device=device, dtype=dtype)
    return 2.0 * LARGE**3 / _seconds(torch, lambda: a @ a)


def _product8(torch: Torch, device: Device) -> float:
    a = torch.randn(LARGE, LARGE, device=device).to(torch.float8_e4m3fn)
    scale = torch.ones((), device=device)
    b = a.t().contiguous().t()

    def run() -> Tensor:
        return torch._scaled_mm(a, b, scale_a=scale, scale_b=scale, out_dtype=torch.bfloat16)

    return 2.0 * LARGE**3 / _seconds(torch, run)


def _decode(torch: Torch, device: Device, batch: int) -> float:
    width = HEADS * HEAD_DIM
    w = [torch.randn(width, width, device=device, dtype=torch.bfloat16) for _ in range(4)]
    x = torch.randn(batch, width, device=device, dtype=torch.bfloat16)
    keys = torch.randn(batch, HEADS, 1024, HEAD_DIM, device=device, dtype=torch.bfloat16)
    attend = torch.nn.functional.scaled_dot_product_attention

    def run() -> Tensor:
        y = x @ w[0]
        z = attend(y.view(batch, HEADS, 1, HEAD_DIM), keys, keys).reshape(batch, width)
        return ((z @ w[1]) @ w[2]) @ w[3]

    return _seconds(torch, run)


def profile_document(profile: Profile, folder: Path) -> Calibration:
    """Write the profile as JSON into `folder`; the same as a document of kind `calibration`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "chip_profile.json"
    write_atomic(path, json.dumps(asdict(profile), indent=1))
    return Calibration(
        name=profile.name,
        memory_bytes=profile.memory_bytes,
        matmul_flop_s=profile.matmul_flop_s,
        copy_byte_s=profile.copy_byte_s,
        attention_flop_s=profile.attention_flop_s,
        launch_s=profile.launch_s,
        decode_step_s=profile.decode_step_s,
        files=(str(path),),
    )
