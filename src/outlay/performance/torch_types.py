"""PyTorch by its types: what measuring a GPU asks of it, which is not installed with Outlay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["Device", "Format", "Tensor", "Torch"]


class Device(Protocol): ...


class Format(Protocol):
    """A number format, `torch.dtype`."""


class Tensor(Protocol):
    def __matmul__(self, other: Tensor) -> Tensor: ...
    def copy_(self, source: Tensor) -> Tensor: ...
    def add_(self, other: float) -> Tensor: ...
    def to(self, dtype: Format) -> Tensor: ...
    def t(self) -> Tensor: ...
    def contiguous(self) -> Tensor: ...
    def view(self, *shape: int) -> Tensor: ...
    def reshape(self, *shape: int) -> Tensor: ...


class Event(Protocol):
    def record(self) -> None: ...
    def elapsed_time(self, end: Event) -> float: ...


class Properties(Protocol):
    name: str
    total_memory: int


class Cuda(Protocol):
    def is_available(self) -> bool: ...
    def synchronize(self) -> None: ...
    def Event(self, *, enable_timing: bool) -> Event: ...  # noqa: N802 - PyTorch's name
    def get_device_properties(self, device: Device) -> Properties: ...
    def get_device_capability(self, device: Device) -> tuple[int, int]: ...


class Functional(Protocol):
    scaled_dot_product_attention: Callable[..., Tensor]


class Layers(Protocol):
    functional: Functional


class Torch(Protocol):
    """The module."""

    cuda: Cuda
    nn: Layers
    bfloat16: Format
    uint8: Format
    float8_e4m3fn: Format
    _scaled_mm: Callable[..., Tensor]
    empty: Callable[..., Tensor]
    empty_like: Callable[[Tensor], Tensor]
    randn: Callable[..., Tensor]
    zeros: Callable[..., Tensor]
    ones: Callable[..., Tensor]
    device: Callable[[str, int], Device]
