"""Reads fields of a Hugging Face config under their many names, and collects what is wrong."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from itertools import pairwise

from outlay.core.errors import Problem
from outlay.core.ingest.names import hidden

__all__ = ["EXPERTS", "KV_HEADS", "LAYERS", "PARTS", "TOP_K", "Reader", "close", "plain", "shown"]

_LARGEST = 10**10  # no width, count or context of a model comes near it
PARTS = (
    "text_config", "llm_config", "language_config", "thinker_config", "decoder_config",
    "vlm_config",
)  # fmt: skip
"""Where a multimodal config keeps its language part; one may lie inside another."""

# What published configs leave to the defaults of their type in the reference library.
_UNSAID: dict[str, dict[str, object]] = {
    "gemma3_text": {
        "vocab_size": 262_208, "num_attention_heads": 8, "num_key_value_heads": 4,
        "head_dim": 256, "sliding_window_pattern": 6, "max_position_embeddings": 131_072,
    },
    "gemma2": {"head_dim": 256, "vocab_size": 256_000},
}  # fmt: skip
_THIN = ("num_hidden_layers", "hidden_size", "intermediate_size", "num_attention_heads")
_UNSAID_INSIDE: dict[str, dict[str, object]] = {
    "llama": {
        "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 11_008,
        "num_attention_heads": 32, "vocab_size": 32_000,
    },
    "mistral": {
        "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 14_336,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32_000,
    },
}  # fmt: skip
"""The same of a language part inside a multimodal config that states no size at all."""

KV_HEADS = (
    "num_key_value_heads", "num_kv_heads", "n_kv_heads", "num_attention_groups",
    "multi_query_group_num",
)  # fmt: skip
EXPERTS = (
    "n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts",
    "num_routed_experts",
)  # fmt: skip
TOP_K = (
    "num_experts_per_tok", "moe_topk", "num_experts_per_token", "top_k_experts",
    "experts_per_token", "moe_top_k", "moe_k",
)  # fmt: skip
LAYERS = ("num_hidden_layers", "n_layer", "num_layers", "n_layers")
_SWITCHES = ("enable_moe_block", "is_moe", "use_moe")
"""Where one of these is false, the experts that a config counts are not built."""
_EACH = frozenset((
    "intermediate_size", "num_key_value_heads", "num_attention_heads", "moe_intermediate_size",
    "num_experts_per_tok", "head_dim", "sliding_window", "num_attention_heads_per_layer",
    "ffn_hidden_size", "num_shared_expert", "moe_topk", "num_experts",
))  # fmt: skip
"""Sizes that some configs list, one entry per layer."""
_SAME = (
    LAYERS,
    ("hidden_size", "n_embd", "n_embed", "d_model"),
    ("num_attention_heads", "n_head", "n_heads"),
    KV_HEADS[:-1],
    ("vocab_size", "padded_vocab_size"),
    EXPERTS,
    TOP_K,
    ("n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts"),
    ("torch_dtype", "dtype"),
    ("layers_block_type", "layer_types"),
)  # fmt: skip
"""Names of one thing each; where two are given they must agree."""


def shown(value: object) -> str:
    """A value as the file writes it."""
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return text if len(text) <= 80 else f"{text[:77]}..."


def plain(text: str) -> str:
    """Text of the file as a message may show it: cut, and without what hides or turns."""
    return (ascii(text)[1:-1] if hidden(text) else text)[:120]


def close(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that `name` is a slip of; empty where none is so near."""
    alike = difflib.get_close_matches(name, list(known), 1, 0.8)
    return f"did you mean '{alike[0]}'?" if alike else ""


def _mapping(fields: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    found = fields.get(name)
    return found if isinstance(found, Mapping) else None


def _largest(values: list[object]) -> object:
    """The largest of whole numbers; of others the first that is none."""
    odd = [v for v in values if type(v) is not int]
    return odd[0] if odd else max(v for v in values if isinstance(v, int))


class Reader:
    """A view of one config: the language part laid over the outer one, problems collected.

    used: names that were asked for. notes: what was taken otherwise than it may be meant.
    """

    def __init__(self, config: Mapping[str, object], where: str, *, whole: bool = True) -> None:
        """whole: whether this is a config and not a mapping inside one."""
        self.where = where
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.used: set[str] = set()
        self._bad: set[str] = set()
        self.outer = config
        inner = self._language_part() if whole else {}
        self.own: Mapping[str, object] = inner or config
        self.fields: dict[str, object] = {**config, **inner}
        self.model_type = self._type(inner) or self._type(config)
        self.outer_type = self._type(config) or self.model_type
        self.layers = 0
        """Layers, once they are known."""
        if whole:
            self._fill(inner)
            self._one_thing_twice()
        self._own_sizes = self._per_layer() if whole else {}

    def _per_layer(self) -> dict[int, Mapping[str, object]]:
        """Sizes that single layers have of their own (`per_layer_config`)."""
        name, value = "per_layer_config", self.fields.get("per_layer_config")
        self.used.add(name)
        if value in (None, {}, False):
            return {}
        found = value if isinstance(value, Mapping) else {"": value}
        odd = [k for k, v in found.items()
               if not str(k).strip().isdecimal() or not isinstance(v, Mapping)]  # fmt: skip
        if odd:
            self.problem("not fields by the number of a layer", name, shown(value),
                         '{"5": {"head_dim": 512}}')  # fmt: skip
            return {}
        return {int(k): v for k, v in found.items() if isinstance(v, Mapping)}

    def at(self, layer: int) -> Reader:
        """The same where a layer has sizes of its own, by number or in a list."""
        own = self._own_sizes.get(layer, {})
        each = {
            k: v[layer] for k, v in self.fields.items()
            if k in _EACH and isinstance(v, list) and layer < len(v)
        }  # fmt: skip
        if not own and not each:
            return self
        found = object.__new__(Reader)
        found.__dict__.update(self.__dict__)
        found.fields = {**self.fields, **each, **own}
        return found

    def experts(self) -> int:
        """Experts of a layer, 0 where it has none."""
        number = self.integer(*EXPERTS, default=0, per_layer=True)
        if any(self.has(s) and not self.flag(s) for s in _SWITCHES):
            return 0
        return number if number > 1 else 0

    def _type(self, part: Mapping[str, object]) -> str:
        found = part.get("model_type")
        if found is not None and not isinstance(found, str):
            self.problem("not text", "model_type", found, "the name of an architecture")
            return ""
        return found or ""

    def _language_part(self) -> Mapping[str, object]:
        """The fields of the language part; empty where the config is of one alone."""
        held = [name for name in PARTS if self.outer.get(name) is not None]
        for name in held:
            if _mapping(self.outer, name) is None:
                found = self.outer[name]
                self.problem("not a mapping", name, shown(found), "the fields of the language part")
        parts = [name for name in held if _mapping(self.outer, name) is not None]
        if len(parts) > 1:
            found, allowed = " and ".join(parts), "one of them"
            self.problem("the language part is given twice", parts[1], found, allowed)
        found = _mapping(self.outer, parts[0]) if parts else None
        inner: dict[str, object] = {}
        for _ in PARTS:
            if found is None:
                break
            inner.update(found)
            found = next((m for m in (_mapping(found, k) for k in PARTS) if m), None)
        return inner

    def _fill(self, inner: Mapping[str, object]) -> None:
        """What the type leaves unsaid, and what stands outside of the language part alone."""
        usual = _UNSAID.get(self.model_type, {})
        if inner and not any(name in self.fields for name in _THIN):
            usual = _UNSAID_INSIDE.get(self.model_type, usual)
        filled = {key: value for key, value in usual.items() if self.fields.get(key) is None}
        self.fields |= filled
        if filled:
            said = ", ".join(f"{k} {v}" for k, v in filled.items())
            self.notes.append(f"not stated, taken from the defaults of {self.model_type}: {said}")
        if inner.get("quantization_config") is None and "quantization_config" in self.outer:
            self.fields["quantization_config"] = self.outer["quantization_config"]
        if self.outer.get("tie_word_embeddings") is not None:  # the head is the whole's
            self.fields["tie_word_embeddings"] = self.outer["tie_word_embeddings"]
        self._note_the_outer(inner)

    def _note_the_outer(self, inner: Mapping[str, object]) -> None:
        """Sizes that the whole and its language part state otherwise."""
        for names in _SAME[:6]:
            for name in names:
                ours, theirs = inner.get(name), self.outer.get(name)
                if ours is not None and theirs is not None and ours != theirs:
                    self.notes.append(
                        f"{name} is {shown(theirs)} outside of the language part and "
                        f"{shown(ours)} in it, which was taken"
                    )

    def _one_thing_twice(self) -> None:
        for names in _SAME:
            given = [n for n in names if self.own.get(n) not in (None, [], {})]
            values = {shown(self.own[n]).replace("torch.", "") for n in given}
            if len(values) > 1:
                found = ", ".join(f"{n} {shown(self.own[n])}" for n in given)
                self.problem("said twice, and not the same", given[1], found, "one of them")

    def has(self, *names: str) -> bool:
        """Whether any of `names` holds something."""
        self.used.update(names)
        return any(self.fields.get(n) not in (None, [], {}) for n in names)

    def get(self, *names: str, default: object = None) -> object:
        """The first of `names` that holds something."""
        self.used.update(names)
        return next((self.fields[n] for n in names if self.fields.get(n) is not None), default)

    def well(self, *names: str) -> bool:
        """Whether nothing was wrong with the field that each of `names` begins."""
        return not self._bad.intersection(names)

    def problem(self, what: str, field: str, value: object = "", allowed: str = "",
                hint: str = "") -> None:  # fmt: skip
        """value: as the file has it; text is told as it is."""
        where = f"{self.where}: {plain(field)}" if self.where else plain(field)
        found = plain(value) if isinstance(value, str) else shown(value)
        said = Problem(what, where, found[:120], allowed, hint)
        self._bad.add(field)
        if said not in self.problems:
            self.problems.append(said)

    def flag(self, *names: str, default: bool = False) -> bool:
        """Whether the first of `names` that is set says true; nothing else is taken for it."""
        value = self.get(*names)
        if value is None:
            return default
        if not isinstance(value, bool):
            name = next(n for n in names if self.fields.get(n) is not None)
            self.problem("not true or false", name, shown(value), "true or false")
            return default
        return value

    def text(self, *names: str, default: str = "") -> str:
        """The text under the first of `names` that is set."""
        value = self.get(*names)
        if value is None:
            return default
        if not isinstance(value, str):
            name = next(n for n in names if self.fields.get(n) is not None)
            self.problem("not text", name, value, "text")
            return default
        return value

    def integer(
        self, *names: str, default: int | None = None, least: int = 0, per_layer: bool = False
    ) -> int:
        """A whole number under the first of `names` that is set.

        `default` None means the field is needed. With `per_layer`, a list of one value per layer is
        taken as its largest.
        """
        name = self._first(names)
        if name is None:
            if default is None:
                self._missing(names)
            return max(least, 1) if default is None else default
        value = self.fields[name]
        if per_layer and isinstance(value, list) and value:
            if len(value) < self.layers and self.well("num_hidden_layers"):
                what = "has fewer entries than layers"
                self._once(name, what, name, str(len(value)), f"{self.layers}")
            value = _largest(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is int and least <= value < _LARGEST:
            return value
        hint = ""
        if isinstance(value, str) and value.strip().isdecimal():
            hint = f"write {value.strip()} without quotes"
        allowed = f"a whole number from {least:,} to {_LARGEST - 1:,}"
        self._once(names[0], "not a whole number in range", name, shown(value), allowed, hint)
        return max(least, 1)

    def _first(self, names: tuple[str, ...]) -> str | None:
        """The first of `names` that is set; all of them were asked for."""
        self.used.update(names)
        return next((n for n in names if self.fields.get(n) is not None), None)

    def _missing(self, names: tuple[str, ...]) -> None:
        null = any(n in self.fields for n in names)
        what = "missing field, null where a number is needed" if null else "missing field"
        self._once(names[0], what, names[0], "", " or ".join(names))

    def _once(self, key: str, what: str, field: str, value: str, allowed: str,
              hint: str = "") -> None:  # fmt: skip
        """A problem of a field that may be asked for again."""
        if key not in self._bad:
            self.problem(what, field, value, allowed, hint)
        self._bad.add(key)

    def layer_list(self, name: str, layers: int, beyond: int = 0) -> list[object] | None:
        """A list with one entry per layer; it may hold `beyond` more for prediction heads."""
        self.used.add(name)
        value = self.fields.get(name)
        if value in (None, [], False):  # an empty one leaves it to the type
            return None
        if not isinstance(value, list):
            if name == "moe_layer_freq" and type(value) is int:
                return None  # every n-th layer, read elsewhere
            self.problem("not a list with an entry per layer", name, shown(value), f"{layers}")
            return None
        fewest, most = f"{layers}", f"{layers} to {layers + beyond}" if beyond else f"{layers}"
        if len(value) < layers and self.well("num_hidden_layers"):
            self.problem("has fewer entries than layers", name, len(value), fewest)
            return None
        if len(value) > layers + beyond and self.well("num_hidden_layers"):
            self.problem("has more entries than layers", name, len(value), most)
        return value[:layers]

    def flags(self, name: str, layers: int, beyond: int = 0) -> list[bool] | None:
        """A list of 0 and 1, or false and true, with one entry per layer."""
        found = self.layer_list(name, layers, beyond)
        if found is None:
            return None
        odd = [v for v in found if not (isinstance(v, bool) or (type(v) is int and v in (0, 1)))]
        if odd:
            self.problem("not 0 or 1 for each layer", name, shown(odd[0]), "0 or 1")
        return [bool(v) for v in found]

    def integers(self, *names: str, below: int | None = None) -> list[int] | None:
        """A list of whole numbers (or digits separated by commas), of any length.

        below: the first number that is too large, where they count layers from 0.
        """
        name = self._first(names)
        if name is None:
            return None
        value = self.fields[name]
        if isinstance(value, str):
            value = [int(v) if v.strip().isdecimal() else v for v in value.split(",")]
        if not isinstance(value, list) or any(type(v) is not int for v in value):
            self.problem("not a list of whole numbers", name, shown(value), "for example [0, 1]")
            return None
        if below is not None and self.well("num_hidden_layers"):
            self._check_layers(name, value, below)
        return value

    def _check_layers(self, name: str, chosen: list[int], below: int) -> None:
        """Problems of layers that are chosen by their number."""
        odd = [n for n in chosen if not 0 <= n < below]
        if odd:
            self.problem("no such layer", name, odd[0], f"0 to {below - 1}")
        twice = [a for a, b in pairwise(sorted(chosen)) if a == b]
        if twice:
            self.problem("a layer given twice", name, twice[0], "each layer once")

    def inside(self, name: str) -> Reader | None:
        """A reader of the mapping under `name`, whose problems are this one's too."""
        self.used.add(name)
        value = self.fields.get(name)
        if value in (None, {}, False):
            return None
        if not isinstance(value, Mapping):
            self.problem("not a mapping", name, shown(value), "fields by name")
            return None
        inner = Reader(value, f"{self.where}: {name}", whole=False)
        inner.problems = self.problems
        return inner
