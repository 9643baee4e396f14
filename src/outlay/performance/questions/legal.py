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
- Where the format of the weights is known, matrices are cut between its blocks alone
  (`operators.blocks`): feed-forwards and attention by TP, an expert by the ranks that share it
  (docs.vllm.ai, MiniMax-M2: FP8 experts 1,536 wide on eight ranks only with experts spread).
- What one engine has of its own is in `engines`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import NamedTuple

from outlay.core.errors import Problem
from outlay.performance.operators.blocks import ANY, Block, dense_block, expert_block
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.results.chips_models import Chip, Model

__all__ = [
    "MOST_CHIPS",
    "Limits",
    "divisors",
    "even",
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


class Cut(NamedTuple):
    """A matrix that a layout would cut inside a block."""

    what: str
    width: int
    block: int


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
    expert_ffn: int = 0  # width of one
    expert_block: int = 0  # that a slice of it is a multiple of
    ffn: int = 0  # width of a dense feed-forward
    shared_ffn: int = 0  # of the shared experts
    head_dim: int = 0  # of queries and keys
    v_dim: int = 0  # of values
    dense: Block = ANY  # that slices of attention and dense layers are multiples of
    split_heads: bool = False  # engines cut the projections to its heads anywhere
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

    def slices(self, ranks: int) -> bool:
        """Whether each expert can be cut over this number of ranks."""
        return even(self.expert_ffn, ranks, self.expert_block)

    def cut(self, tp: int) -> Cut | None:
        """What of attention and dense layers tensor parallelism of this degree cuts badly."""
        inputs, both = self.dense.inputs, self.dense.both
        return _first_cut(
            ("feed-forward", self.ffn, tp, both),
            ("shared experts", self.shared_ffn, tp, both),
            ("attention's output", self.heads * self.v_dim, tp, inputs),
        )

    def heads_cut(self, tp: int) -> Cut | None:
        """The same of the projections to heads, which lie in one matrix: vLLM loads any cut."""
        if self.split_heads:
            return None
        block = self.dense.outputs
        kv = min(self.kv_heads, tp)  # beyond, heads are copied
        return _first_cut(
            ("queries", self.heads * self.head_dim, tp, block),
            ("keys and values", self.kv_heads * self.head_dim, kv, block),
        )

    def tears(self, tp: int) -> bool:
        """Whether some layer cannot be cut over this number of ranks."""
        return not self.divides(tp) or self.cut(tp) is not None


def even(width: int, ranks: int, block: int) -> bool:
    """Whether each rank gets whole blocks of a width; one rank gets what is there."""
    return ranks <= 1 or not width or not block or width % (ranks * block) == 0


def _first_cut(*parts: tuple[str, int, int, int]) -> Cut | None:
    """The first of widths, with the ranks they are cut over and their block, that is cut badly."""
    cuts = (Cut(what, width, block) for what, width, n, block in parts if not even(width, n, block))
    return next(cuts, None)


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


def limits_of(
    model: Model,
    shape: Shape | None = None,
    served: tuple[Chip, str] | None = None,
    *,
    wary: bool = False,
) -> Limits:
    """The limits of a model; of one whose shapes are not published, those of its stand-in.

    served: the chip and the format of the weights, where it is known which. wary: as
    `operators.blocks` says, of a search for layouts that any checkpoint allows.
    """
    shape = shape or shape_of(model)
    extra = model.extra or {}
    mixture = float(shape.moe_layers) > 0
    latent = model.attention == "mla" or model.attn_type == "csa_hca"
    experts, dense = ANY, ANY
    if served is not None:
        experts = expert_block(model, *served, wary=wary)
        dense = dense_block(model, *served, wary=wary)
    padded = extra.get(f"{served[1]}_ffn", 0.0) if served else 0.0  # as its maker releases it
    return Limits(
        model=model.id,
        heads=model.heads,
        kv_heads=0 if latent else model.kv_heads,
        state_heads=int(extra.get("linear_value_heads", 0)),
        state_keys=int(extra.get("linear_key_heads", 0)),
        layers=int(float(shape.layers)),
        experts=int(float(shape.experts)) if mixture else 0,
        expert_ffn=model.expert_ffn if mixture else 0,
        expert_block=experts.both,
        ffn=int(padded) or (model.dense_ffn if model.n_dense_layers else 0),
        shared_ffn=model.shared_ffn if mixture else 0,
        head_dim=model.head_dim,
        v_dim=model.v_head_dim or model.head_dim,
        dense=dense,
        split_heads=extra.get("qkv_block") == 0,
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
        (_of_experts, set(degrees)), (_of_cuts, {"tp"}), (_of_slices, set(degrees)),
        (_of_chips, set(degrees)),
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


def _of_cuts(asked: _Asked) -> list[Problem]:
    limits, tp = asked.limits, asked.degrees["tp"]
    cut = limits.cut(tp)
    if cut is None or not limits.divides(tp):
        return []
    legal = [d for d in divisors(limits.heads or limits.ffn) if not limits.tears(d)]
    what = f"{cut.what} of {limits.model}, {cut.width:,} wide, {_torn(cut.block)}"
    allowed = f"TP of {listed(legal)}: a multiple of {cut.block} on each rank"
    return [asked.problem("tp", what, allowed, nearest_to(tp, legal))]


def _of_slices(asked: _Asked) -> list[Problem]:
    limits, degrees = asked.limits, asked.degrees
    ep, ranks = degrees["ep"], degrees["tp"] * degrees["dp"] * degrees["cp"]
    if asked.training or ranks % ep or limits.slices(ranks // ep):
        return []
    if not limits.divides(degrees["tp"]):  # as is said already
        return []
    legal = [e for e in divisors(ranks) if limits.slices(ranks // e) and limits.spreads(e, True)]
    what = f"experts of {limits.model}, {limits.expert_ffn:,} wide, {_torn(limits.expert_block)}"
    allowed = f"EP of {listed(legal)} on {ranks} ranks" if legal else "fewer ranks"
    return [asked.problem("ep", what, allowed, nearest_to(ep, legal) if legal else "")]


def _torn(block: int) -> str:
    if block == 1:
        return "that do not divide evenly"
    return f"cut inside a block of {block} weights with one scale"


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
