"""Reads fields of a Hugging Face config under their many names, and collects what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.core.errors import Problem

__all__ = ["Reader"]

_LARGEST = 10**10  # no width, count or context of a model comes near it
_PARTS = (
    "text_config", "llm_config", "language_config", "thinker_config", "decoder_config",
    "vlm_config", "text_model", "language_model", "llm",
)  # fmt: skip
"""Where a multimodal config keeps its language part, outermost first."""
_EXPERTS = (
    "n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts", "num_routed_experts",
)  # fmt: skip
_SWITCHES = ("enable_moe_block", "is_moe", "use_moe")
"""Where one of these is false, the experts that a config counts are not built."""

# What published configs leave to the defaults of their type in the reference library.
_UNSAID: dict[str, dict[str, object]] = {
    "gemma3_text": {
        "vocab_size": 262_208, "num_attention_heads": 8, "num_key_value_heads": 4,
        "head_dim": 256, "sliding_window_pattern": 6, "max_position_embeddings": 131_072,
    },
    "gemma2": {"head_dim": 256, "vocab_size": 256_000},
}  # fmt: skip


def _mapping(fields: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    found = fields.get(name)
    return found if isinstance(found, Mapping) else None


def _language(config: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The config and the language parts inside it, outermost first."""
    found = [config]
    while True:
        inner = next((m for m in (_mapping(found[-1], k) for k in _PARTS) if m), None)
        if inner is None or len(found) > len(_PARTS):
            return found
        found.append(inner)


class Reader:
    """A view of one config: the language part laid over the outer one, problems collected."""

    def __init__(self, config: Mapping[str, object], where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        self.asked: set[str] = set()
        """Every field that was looked for."""
        nested = _language(config)
        self.own: Mapping[str, object] = nested[-1]
        """The language part alone."""
        self.fields: dict[str, object] = {}
        for part in nested:
            self.fields.update(part)
        kinds = [str(p["model_type"]) for p in nested if p.get("model_type")]
        self.model_type = kinds[-1] if kinds else ""
        self.outer_type = kinds[0] if kinds else ""
        for key, value in _UNSAID.get(self.model_type, {}).items():
            if self.fields.get(key) is None:
                self.fields[key] = value
        for part in nested:  # what the whole says of them holds, where the part says nothing
            for key in ("quantization_config", "tie_word_embeddings"):
                if self.own.get(key) is None and part.get(key) is not None:
                    self.fields[key] = part[key]
        if len(nested) > 1 and config.get("tie_word_embeddings") is not None:
            self.fields["tie_word_embeddings"] = config[
                "tie_word_embeddings"
            ]  # the head is its own
        self.layers = 0
        """Layers, once they are known."""
        self._layers = _per_layer(self.fields.get("per_layer_config"))

    def at(self, layer: int) -> Reader:
        """The same where a layer has sizes of its own (`per_layer_config`), with lists of one
        entry per layer read at their place."""
        self.asked.add("per_layer_config")
        own = self._layers.get(layer)
        listed = {
            k: v[layer] for k, v in self.fields.items()
            if isinstance(v, list) and layer < len(v) and k in _LISTED
        }  # fmt: skip
        if not own and not listed:
            return self
        found = object.__new__(Reader)
        found.__dict__.update(self.__dict__)
        found.fields = {**self.fields, **listed, **(own or {})}
        return found

    def experts(self) -> int:
        """Experts of a layer, 0 where it has none."""
        if any(self.get(switch) is False for switch in _SWITCHES):
            return 0
        number = self.integer(*_EXPERTS, default=0, per_layer=True)
        return number if number > 1 else 0

    def has(self, *names: str) -> bool:
        """Whether any of `names` holds something."""
        self.asked.update(names)
        return any(self.fields.get(n) not in (None, [], {}) for n in names)

    def get(self, *names: str, default: object = None) -> object:
        """The first of `names` that holds something."""
        self.asked.update(names)
        return next((self.fields[n] for n in names if self.fields.get(n) is not None), default)

    def flag(self, *names: str) -> bool:
        """Whether one of `names` is switched on."""
        return self.get(*names) is True

    def problem(self, what: str, field: str, value: object = "", allowed: str = "") -> None:
        where = f"{self.where}: {field}" if self.where else field
        shown = repr(value) if value != "" else ""
        found = Problem(what, where, shown[:80], allowed)
        if found not in self.problems:
            self.problems.append(found)

    def integer(
        self, *names: str, default: int | None = None, least: int = 0, per_layer: bool = False
    ) -> int:
        """A whole number under the first of `names` that is set.

        `default` None means the field is needed. With `per_layer`, of a list the largest.
        """
        self.asked.update(names)
        name = next((n for n in names if self.fields.get(n) is not None), None)
        if name is None:
            if default is None:
                self.problem("missing field", names[0], allowed=" or ".join(names))
                return max(least, 1)
            return default
        value = self.fields[name]
        if per_layer and isinstance(value, list) and value and all(type(v) is int for v in value):
            value = max(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < _LARGEST:
            self.problem("not a whole number in range", name, value, f"{least} or more")
            return max(least, 1)
        return value

    def layer_list(self, name: str, layers: int, *, repeats: bool = False) -> list[object] | None:
        """A list with one entry per layer (a longer one holds prediction heads at its end;
        `repeats`: a shorter one is a pattern)."""
        self.asked.add(name)
        value = self.fields.get(name)
        if not value or not isinstance(value, list):  # an empty one leaves it to the type
            return None
        if repeats:
            return [value[i % len(value)] for i in range(layers)]
        if len(value) < layers:
            self.problem("has fewer entries than layers", name, len(value), f"{layers}")
            return None
        return value[:layers]

    def integers(self, *names: str) -> list[int] | None:
        """A list of whole numbers (or digits separated by commas), of any length."""
        self.asked.update(names)
        name = next((n for n in names if self.fields.get(n) is not None), None)
        if name is None:
            return None
        value = self.fields[name]
        if isinstance(value, str):
            value = [int(v) if v.strip().isdecimal() else v for v in value.split(",")]
        if not isinstance(value, list) or any(type(v) is not int for v in value):
            self.problem("not a list of whole numbers", name, value)
            return None
        return value

    def inside(self, name: str) -> Reader | None:
        """A reader of the mapping under `name`, whose problems are this one's too."""
        self.asked.add(name)
        value = _mapping(self.fields, name)
        if value is None:
            return None
        inner = Reader(value, f"{self.where}: {name}")
        inner.problems = self.problems
        return inner


_LISTED = {
    "intermediate_size", "num_key_value_heads", "num_attention_heads", "num_query_heads",
    "moe_intermediate_size", "num_experts_per_tok", "head_dim", "sliding_window",
    "num_attention_heads_per_layer", "ffn_hidden_size",
}  # fmt: skip
"""Sizes that some configs list, one entry per layer."""


def _per_layer(found: object) -> dict[int, Mapping[str, object]]:
    """Sizes that single layers have of their own."""
    if not isinstance(found, Mapping):
        return {}
    return {
        int(k): v for k, v in found.items()
        if str(k).strip().isdecimal() and isinstance(v, Mapping)
    }  # fmt: skip
