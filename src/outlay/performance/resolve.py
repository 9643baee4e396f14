"""Find the model and chip that a measurement names; a like-shape stand-in where shapes are unknown.

Names in published tables vary ("H100-SXM-80GB", "nvidia/DeepSeek-R1-0528-FP4"). The catalogue's
aliases come first; a model it lacks is stood in for by one of like kind and size, scaled to the
parameters that the row gives or that its name states ("235B-A22B").
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.catalogue.types import Chip, Model
from outlay.core.errors import UnknownNameError

__all__ = ["Found", "resolve_chip", "resolve_model"]

_SIZE = re.compile(r"(?<![a-z0-9.])(\d+x)?(\d+(?:\.\d+)?)([bt])(?![a-z0-9])", re.IGNORECASE)
_ACTIVE = re.compile(r"(?<![a-z0-9])a(\d+(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_DROP = re.compile(
    r"[-_ ](fp8|fp4|nvfp4|mxfp4|bf16|fp16|int8|int4|awq|gptq|w8a8|w4a16|dynamic|instruct|chat|it|"
    r"base|hf|kv|thinking|preview|\d{4})(?=$|[-_ ])",
    re.IGNORECASE,
)
_VARIANT = re.compile(r"(\d{3,4}[A-Za-z]?)[\dA-Za-z]$")
SPARSE = 0.6  # active below this share of all parameters means a mixture of experts
FAR = math.log(4.0)  # a stand-in more than fourfold off in size says little


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved model: `exact` where its shapes are known, else a scaled stand-in (`note`)."""

    model: Model
    exact: bool
    note: str = ""


def resolve_chip(name: str) -> Chip | None:
    """The catalogue's chip for a name, dropping board and memory words from the end."""
    text = (name or "").strip()
    candidates = [text]
    parts = re.split(r"[-_ /]+", text)
    for keep in range(len(parts) - 1, 0, -1):
        candidates.append("-".join(parts[:keep]))
    if len(parts) > 1 and parts[0].lower() in ("nvidia", "amd", "huawei", "google", "intel"):
        candidates += ["-".join(parts[1:keep]) for keep in range(len(parts), 1, -1)]
    variants = [_VARIANT.sub(r"\1", c) for c in candidates]  # 910B4 is a 910B, 4090D a 4090
    for candidate in dict.fromkeys(candidates + variants):
        try:
            found = find_chip(candidate)
        except UnknownNameError:
            continue
        if found.memory_byte_s > 0 and found.peak_flop_s:
            return found
    return None


def sizes_in(name: str) -> tuple[float, float]:
    """Total and active parameters stated in a name, 0 where not."""
    active = _ACTIVE.search(name)
    total = 0.0
    for match in _SIZE.finditer(name):
        size = float(match.group(2)) * (1e12 if match.group(3).lower() == "t" else 1e9)
        copies = float(match.group(1)[:-1]) if match.group(1) else 1.0
        total = max(total, size * copies)
    return total, float(active.group(1)) * 1e9 if active else 0.0


def resolve_model(
    name: str, family: str = "", total: float = 0.0, active: float = 0.0
) -> Found | None:
    """The model a row names, or a stand-in of like shape scaled to its parameters.

    Parameters in units, 0 where unknown. None where nothing is known of its size.
    """
    for candidate in (name, _DROP.sub("", name or ""), family):
        if not candidate:
            continue
        try:
            found = find_model(candidate)
        except UnknownNameError:
            continue
        if found.layers or found.proxy:
            return Found(found, bool(found.layers), "" if found.layers else f"as {found.proxy}")
    stated_total, stated_active = sizes_in(name or "")
    total, active = total or stated_total, active or stated_active
    if not total and not active:
        return None
    total, active = max(total or active, active), active or total
    base = _nearest(name, total, active)
    size = f"{total / 1e9:.3g}B total, {active / 1e9:.3g}B active"
    note = f"shapes unknown; as {base.id} scaled to {size}"
    stand_in = Model(
        id=(name or family).strip(), name=name, developer="", released="", total_params=total,
        active_params=active, weight_dtype="bf16", attention=base.attention,
        attn_type=base.attn_type, n_moe_layers=base.n_moe_layers, index_topk=base.index_topk,
        n_linear_layers=base.n_linear_layers, proxy=base.id, note=note,
    )  # fmt: skip
    return Found(stand_in, False, note)


def _nearest(name: str, total: float, active: float) -> Model:
    """The catalogue's model of the same kind (dense or mixture) nearest in size and name."""
    words = set(_WORD.findall((name or "").lower()))
    sparse = active < SPARSE * total

    def distance(model: Model) -> float:
        off = abs(math.log(model.total_params / total))
        off += abs(math.log((model.active_params or model.total_params) / active))
        kin = words & set(_WORD.findall(model.id)) - {"b", "a", "x"}
        return off - (0.5 if kin else 0.0)

    known = [m for m in models().values() if m.layers and m.total_params > 0]
    alike = [m for m in known if bool(m.n_moe_layers) == sparse] or known
    return min(alike, key=distance)


def known_chips() -> list[str]:
    """Ids of chips that can be timed."""
    return [c.id for c in chips().values() if c.memory_byte_s > 0]
