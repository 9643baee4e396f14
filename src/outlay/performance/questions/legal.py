"""Say whether a layout can be at all: which degrees a model's heads, layers and experts allow.

The one check of a layout, whoever wrote it: an option, a Python call, a row of a table. The
searches list what it allows and nothing else. Memory is another question: a layout may be legal
and too small (`step_table`, `sequence_capacity`).

Rules and who has them:

- Degrees are whole numbers of at least 1, and TP × PP × DP (× CP) is the number of chips.
- TP divides the attention heads: vLLM, SGLang and Megatron-Core refuse other degrees
  (github.com/vllm-project/vllm/issues/11797). Of heads of keys and values, TP divides them, or
  they divide TP and are copied; the latent of MLA is copied to every rank. Vocabularies are padded.
- TP divides the value heads of recurrent layers; their key heads (groups) are divided or copied.
- PP is at most the layers, which need not divide evenly (vLLM gives some stages one more). In
  training embedding and head may take the place of a layer each (Megatron-Core,
  `account_for_embedding_in_pipeline_split`).
- Attention data parallelism (DP) is for mixtures: of a dense model each rank is a replica of its
  own (docs.vllm.ai, data parallel deployment).
- EP is 1, each expert sliced over all ranks of a stage, or all of those ranks, TP × DP
  (docs.vllm.ai, expert parallel deployment), or a part that divides them, with experts sliced over
  the rest (TensorRT-LLM, `moe_tensor_parallel_size`). In training they are TP × DP × CP.
- EP is at most the routed experts and divides them: Megatron-Core refuses other degrees, and so do
  SGLang and TensorRT-LLM unless redundant experts fill the last places (vLLM leaves these empty).
  In serving that is taken for granted of replicas that are whole domains or boards of eight, an
  even share of a rack, or a power of two, as the published ones are (144 ranks of 256 + 32 experts,
  DeepSeek, open-infra-index; 36 and 48 ranks of a rack of 72, TensorRT-LLM).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

from outlay.core.errors import Problem
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.results.chips_models import Chip, Model

__all__ = [
    "MOST_CHIPS",
    "Limits",
    "divisors",
    "fills",
    "is_whole",
    "layout_problems",
    "limits_of",
    "listed",
    "nearest_to",
]

MOST_CHIPS = 4096  # of one replica
MOST_RUN_CHIPS = 1_000_000  # of one training run
BOARD = 8  # chips that large replicas take whole
RACK = 144  # chips: a domain beyond is a network whose even shares are any number
ENDS = 2  # embedding and head, each a layer's place in a training pipeline
SHOWN = 12  # degrees that a message lists


@dataclass(frozen=True, slots=True)
class Limits:
    """What of a model a layout has to fit; 0: has none, or is not known."""

    model: str
    heads: int = 0
    kv_heads: int = 0
    state_heads: int = 0  # of recurrent layers: values
    state_keys: int = 0  # and keys
    layers: int = 0
    experts: int = 0
    counted: bool = True  # the experts are known, not scaled from another model's

    def divides(self, tp: int) -> bool:
        """Whether tensor parallel ranks of this number get whole heads each."""
        return (
            self.heads % tp == 0
            and self.state_heads % tp == 0
            and _shared(self.kv_heads, tp)
            and _shared(self.state_keys, tp)
        )

    def spreads(self, ep: int, filled: bool) -> bool:
        """Whether experts can be spread over this number of ranks.

        filled: whether redundant experts may make up what is left (`fills`).
        """
        if ep == 1 or ep > self.experts:
            return ep == 1
        return self.experts % ep == 0 or filled or not self.counted


def fills(chip: Chip, n_chips: int) -> bool:
    """Whether a replica of this many chips is a power of two, boards, or even shares of a rack."""
    domain = max(chip.domain_chips, 1)
    return (
        n_chips & (n_chips - 1) == 0
        or n_chips % _board(chip) == 0
        or n_chips % domain == 0
        or (domain <= RACK and domain % n_chips == 0)
    )


def _board(chip: Chip) -> int:
    """Chips that no replica of several domains or boards splits."""
    return min(max(chip.domain_chips, 1), BOARD)


def _shared(heads: int, tp: int) -> bool:
    """Whether heads are divided over ranks, or ranks over heads."""
    return not heads or heads % tp == 0 or tp % heads == 0


def limits_of(model: Model, shape: Shape | None = None) -> Limits:
    """The limits of a model; of one whose shapes are not published, those of its stand-in."""
    shape = shape or shape_of(model)
    extra = model.extra or {}
    mixture = float(shape.moe_layers) > 0
    latent = model.attention == "mla" or model.attn_type == "csa_hca"
    return Limits(
        model=model.id,
        heads=model.heads,
        kv_heads=0 if latent else model.kv_heads,
        state_heads=int(extra.get("linear_value_heads", 0)),
        state_keys=int(extra.get("linear_key_heads", 0)),
        layers=int(float(shape.layers)),
        experts=int(float(shape.experts)) if mixture else 0,
        counted=model.layers > 0,
    )


def _option(degree: str) -> str:
    return f"--{degree.replace('_', '-')}"


def layout_problems(
    limits: Limits,
    chip: Chip,
    *,
    tp: int = 1,
    pp: int = 1,
    dp: int = 1,
    ep: int = 1,
    cp: int = 1,
    n_chips: int | None = None,
    training: bool = False,
    where: Callable[[str], str] = _option,
) -> tuple[Problem, ...]:
    """Everything that keeps a layout from being one; none where it can be.

    n_chips: of the whole layout, where stated. where: how a degree is named to who wrote it.
    """
    degrees = {"tp": tp, "pp": pp, "dp": dp, "ep": ep, "cp": cp}
    if n_chips is not None:
        degrees["n_chips"] = n_chips
    bad = {name for name, value in degrees.items() if not is_whole(value)}
    what = "not a whole number of chips or ranks"
    found = [
        Problem(what, where(name), repr(value), "1 or more")
        for name, value in degrees.items()
        if name in bad
    ]
    asked = _Asked(limits, chip, degrees, training, where)
    for rule, needs in (
        (_of_heads, {"tp"}), (_of_layers, {"pp"}), (_of_mixture, {"dp"}),
        (_of_experts, set(degrees)), (_of_chips, set(degrees)),
    ):  # fmt: skip
        if not needs & bad:
            found += rule(asked)
    return tuple(found)


def is_whole(value: object) -> bool:
    """Whether a value is a whole number of at least 1."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1


@dataclass(frozen=True, slots=True)
class _Asked:
    """A layout of whole degrees, and what it has to fit."""

    limits: Limits
    chip: Chip
    degrees: Mapping[str, int]
    training: bool
    where: Callable[[str], str]

    def problem(self, name: str, what: str, allowed: str, hint: str = "") -> Problem:
        return Problem(what, self.where(name), str(self.degrees[name]), allowed, hint)


def _of_heads(asked: _Asked) -> list[Problem]:
    limits, tp = asked.limits, asked.degrees["tp"]
    if limits.divides(tp):
        return []
    most = limits.heads or limits.state_heads
    heads = f"{limits.heads} attention heads" if limits.heads else f"{most} heads of its states"
    if limits.heads and limits.kv_heads not in (0, limits.heads):
        heads += f" and fits {limits.kv_heads} of keys and values"
    legal = [tp for tp in divisors(most) if limits.divides(tp)]
    what = f"tensor parallelism that gives no whole heads to each rank of {limits.model}"
    allowed = f"TP that divides {heads}: {listed(legal)}"
    return [asked.problem("tp", what, allowed, nearest_to(tp, legal))]


def _of_layers(asked: _Asked) -> list[Problem]:
    limits = asked.limits
    most = limits.layers + (ENDS if asked.training else 0)
    if asked.degrees["pp"] <= most:
        return []
    allowed = f"1 to {most}: {limits.model} has {limits.layers} layers"
    allowed += ", and embedding and head may count as one each" if asked.training else ""
    return [asked.problem("pp", "more pipeline stages than layers", allowed, f"nearest: {most}")]


def _of_mixture(asked: _Asked) -> list[Problem]:
    dp = asked.degrees["dp"]
    if asked.training or dp == 1 or asked.limits.experts:
        return []
    what = f"attention data parallelism of a model without experts, {asked.limits.model}"
    return [asked.problem("dp", what, "1", f"its ranks share nothing: {dp} replicas do the same")]


def _of_experts(asked: _Asked) -> list[Problem]:
    limits, degrees = asked.limits, asked.degrees
    ep, ranks = degrees["ep"], degrees["tp"] * degrees["dp"] * degrees["cp"]
    if ep == 1:
        return []
    if not limits.experts:
        what = f"expert parallelism of a model without experts, {limits.model}"
        return [asked.problem("ep", what, "1")]
    found = []
    whole = not asked.training and ep == ranks and fills(asked.chip, ranks * degrees["pp"])
    if not limits.spreads(ep, whole):
        legal = divisors(limits.experts)
        allowed = f"EP that divides {limits.experts} experts: {listed(legal)}"
        if not asked.training and ep < limits.experts:
            allowed += f"; others in replicas of a multiple of {_board(asked.chip)} chips"
        what = f"experts of {limits.model} that do not spread over these ranks"
        found.append(asked.problem("ep", what, allowed, nearest_to(ep, legal)))
    if ranks % ep:
        stage = "tp × dp × cp" if asked.training else "tp × dp"
        what = f"not an even part of the ranks of a stage, {stage} = {ranks}"
        found.append(
            asked.problem("ep", what, f"EP that divides {ranks}: {listed(divisors(ranks))}")
        )
    return found


def _of_chips(asked: _Asked) -> list[Problem]:
    degrees = asked.degrees
    total = degrees["tp"] * degrees["pp"] * degrees["dp"] * degrees["cp"]
    product = "tp × pp × dp" + (" × cp" if asked.training else "")
    whose, most = ("training run", MOST_RUN_CHIPS) if asked.training else ("replica", MOST_CHIPS)
    found = []
    if (stated := degrees.get("n_chips", total)) != total:
        what = f"{product} must be the chips of a {whose}"
        found.append(Problem(what, asked.where("n_chips"), f"{total} ≠ {stated}", str(total)))
    if total > most:
        what = f"more chips than a {whose} may have"
        found.append(Problem(what, product, f"{total:,}", f"1 to {most:,}"))
    return found


def divisors(number: int) -> list[int]:
    """All divisors that a replica may have as a degree, from 1 on."""
    return [d for d in range(1, min(number, MOST_CHIPS) + 1) if number % d == 0]


def listed(values: Sequence[int]) -> str:
    """All of few values, of many the first and the last."""
    shown = [str(v) for v in values]
    return ", ".join(shown if len(shown) <= SHOWN else [*shown[: SHOWN - 1], "…", shown[-1]])


def nearest_to(value: int, legal: Sequence[int]) -> str:
    """A hint with the legal value nearest to another, the smaller of two as near."""
    return f"nearest: {min(legal, key=lambda v: (abs(v - value), v))}"
