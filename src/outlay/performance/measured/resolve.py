"""Find the model and chip that a measurement names; a like-shape stand-in where shapes are unknown.

Names in published tables vary ("H100-SXM-80GB", "nvidia/DeepSeek-R1-0528-FP4"). The catalogue's
aliases come first; a model it lacks is stood in for by one of like kind and size, scaled to the
parameters that the row gives or that its name states ("235B-A22B").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.core.errors import UnknownNameError, nearest
from outlay.performance.constants.cases import PCIE_LINK
from outlay.results.chips_models import Chip, Model

__all__ = ["Found", "no_chip", "no_model", "resolve_chip", "resolve_model"]

_SIZE = re.compile(r"(?<![a-z0-9.])(\d+x)?(\d+(?:\.\d+)?)([bt])(?![a-z0-9])", re.IGNORECASE)
_ACTIVE = re.compile(r"(?<![a-z0-9])a(\d+(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_DROP = re.compile(
    r"[-_ ](fp8|fp4|nvfp4|mxfp4|bf16|fp16|int8|int4|awq|gptq|w8a8|w4a16|dynamic|instruct|chat|it|"
    r"base|hf|kv|thinking|preview|\d{4})(?=$|[-_ ])",
    re.IGNORECASE,
)
_MEMORY = re.compile(r"[(]?(\d{2,3})(?:g|gb|gib)[),]*", re.IGNORECASE)
_BESIDE = re.compile(  # words beside a chip's name that do not name another one
    r"[(]?(\d{2,3}(g|gb|gib)|sxm\d?|oam|hbm\d?[a-z]?|nvl8|pcie|bse|server|workstation|edition|"
    r"generation|grace|hopper|blackwell|hgx|dgx|sm\d+|x?\d+x?|\d+w)[),]*|[/,]",
    re.IGNORECASE,
)
MAKERS = ("nvidia", "amd", "huawei", "google", "intel", "aws", "amazon", "tesla", "geforce",
          "instinct", "dgx", "hgx", "hopper", "blackwell")  # fmt: skip
SAME_MEMORY = 0.085  # of the logarithm: rounding, or what error correction takes
_MOST_PARAMETERS = 1e15
_SLIP = 0.93  # likeness to a model's name from which another is taken for a slip of it
SPARSE = 0.6  # active below this share of all parameters means a mixture of experts


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved model: `exact` where its shapes are known, else a scaled stand-in (`note`)."""

    model: Model
    exact: bool
    note: str = ""


def no_chip(name: str) -> str:
    """Why a chip is not known, with the nearest that is."""
    if not name.strip():
        return "column chip: an empty cell"
    near = nearest(name, [c.id for c in chips().values() if c.memory_byte_s > 0])
    return f"no chip {name!r} with known peak and bandwidth" + (f"; {near}" if near else "")


def no_model(name: str) -> str:
    """Why a model is not known, with the nearest that is."""
    if not name.strip():
        return "column model: an empty cell"
    near = nearest(name, models())
    hint = near or "give params_total_b and params_active_b"
    return f"no shapes and no size for {name!r}; {hint}"


def resolve_chip(name: str) -> Chip | None:
    """The catalogue's chip for a name that may say its board, memory, maker or number as well.

    None where a word that is left over could mean another chip (Ti, Laptop, MIG), or where the
    memory or board stated is not the chip's.
    """
    text = re.sub(r"^\d+ ?x ?(?=\D)", "", (name or "").strip())  # 8xH100
    parts = [word for word in re.split(r"[-_ ]+", text) if word.strip("()/,")]
    while len(parts) > 1 and parts[0].lower() in MAKERS:
        parts = parts[1:]
    stated = next((float(m.group(1)) for w in parts if (m := _MEMORY.fullmatch(w))), 0.0)
    bare = [w for w in parts if not _MEMORY.fullmatch(w)]
    for words in dict.fromkeys((tuple(parts), tuple(bare))):
        for keep in range(len(words), 0, -1):
            left = words[keep:]
            if not all(_BESIDE.fullmatch(word) for word in left):
                break
            written = "-".join(words[:keep])
            for candidate in (text if keep == len(parts) else written, written, _plain(written)):
                found = _timed(candidate)
                whole = keep == len(parts) and words == tuple(parts)  # a name of the catalogue
                if found and (whole or _is_memory(stated, found)) and _is_board(left, found):
                    return found
    return None


def _is_board(words: Sequence[str], chip: Chip) -> bool:
    """Whether the board that words left over name, if any, is the chip's."""
    named = [w.strip("(),").lower() for w in words]
    card = "pcie" in chip.id or chip.link_byte_s <= PCIE_LINK
    if "pcie" in named:
        return card
    return not (card and any(w.startswith("sxm") for w in named))


def _plain(written: str) -> str:
    """A variant's name without its last mark: a 910B4 is a 910B, a 4090D a 4090."""
    return re.sub(r"(\d[A-Za-z])\d$|(\d{4})[Dd]$", r"\1\2", written)


def _timed(name: str) -> Chip | None:
    try:
        found = find_chip(name)
    except UnknownNameError:
        return None
    return found if found.memory_byte_s > 0 and found.peak_flop_s else None


def _is_memory(stated: float, chip: Chip) -> bool:
    """Whether gigabytes stated in a name (0: none) are the chip's, in units of 1000 or 1024."""
    off = [abs(math.log(stated * unit / chip.memory_bytes)) for unit in (1e9, 2**30) if stated]
    return not off or min(off) < SAME_MEMORY


def sizes_in(name: str) -> tuple[float, float]:
    """Total and active parameters stated in a name, 0 where not, or where no model has so many."""
    active = _ACTIVE.search(name)
    total = 0.0
    for match in _SIZE.finditer(name):
        size = float(match.group(2)) * (1e12 if match.group(3).lower() == "t" else 1e9)
        copies = float(match.group(1)[:-1]) if match.group(1) else 1.0
        total = max(total, size * copies)
    at_work = float(active.group(1)) * 1e9 if active else 0.0
    return _possible(total), _possible(at_work)


def _possible(parameters: float) -> float:
    return parameters if parameters <= _MOST_PARAMETERS else 0.0


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
    if slip := get_close_matches(name.lower(), list(models()), 1, _SLIP):
        note = f"model {name!r} is not known (did you mean {slip[0]!r}?): {note}"
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
