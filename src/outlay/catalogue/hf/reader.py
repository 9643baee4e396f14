"""Reads fields of a Hugging Face config under their many names, and collects what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.core.errors import Problem

__all__ = ["Reader"]

_LARGEST = 10**10  # no width, count or context of a model comes near it


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


class Reader:
    """A view of one config: the language part laid over the outer one, problems collected."""

    def __init__(self, config: Mapping[str, object], where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []
        parts = ("text_config", "llm_config", "language_config", "thinker_config")
        inner = next((m for m in (_mapping(config, k) for k in parts) if m is not None), {})
        inner = {**inner, **(_mapping(inner, "text_config") or {})}  # thinker_config.text_config
        self.fields: dict[str, object] = {**config, **inner}
        kind = str(inner.get("model_type") or config.get("model_type") or "")
        for key, value in _UNSAID.get(kind, {}).items():
            if self.fields.get(key) is None:
                self.fields[key] = value
        for key in ("quantization_config", "tie_word_embeddings"):
            if key in config and inner.get(key) is None:
                self.fields[key] = config[key]
        self.model_type = str(inner.get("model_type") or config.get("model_type") or "")
        self.outer_type = str(config.get("model_type") or self.model_type)

    def has(self, *names: str) -> bool:
        """Whether any of `names` holds something."""
        return any(self.fields.get(n) not in (None, [], {}) for n in names)

    def get(self, *names: str, default: object = None) -> object:
        """The first of `names` that holds something."""
        return next((self.fields[n] for n in names if self.fields.get(n) is not None), default)

    def problem(self, what: str, field: str, value: object = "", allowed: str = "") -> None:
        where = f"{self.where}: {field}" if self.where else field
        shown = repr(value) if value != "" else ""
        self.problems.append(Problem(what, where, shown[:80], allowed))

    def integer(
        self, *names: str, default: int | None = None, least: int = 0, per_layer: bool = False
    ) -> int:
        """A whole number under the first of `names` that is set.

        `default` None means the field is needed. With `per_layer`, a list that repeats one value
        is taken as that value.
        """
        name = next((n for n in names if self.fields.get(n) is not None), None)
        if name is None:
            if default is None:
                self.problem("missing field", names[0], allowed=" or ".join(names))
                return max(least, 1)
            return default
        value = self.fields[name]
        if per_layer and isinstance(value, list) and value:
            if len(set(map(repr, value))) > 1:
                self.problem("differs from layer to layer, which is not supported", name, value)
            value = value[0]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < _LARGEST:
            self.problem("not a whole number in range", name, value, f"{least} or more")
            return max(least, 1)
        return value

    def layer_list(self, name: str, layers: int) -> list[object] | None:
        """A list with one entry per layer (a longer one holds prediction heads at its end)."""
        value = self.fields.get(name)
        if not value or not isinstance(value, list):  # an empty one leaves it to the type
            return None
        if len(value) < layers:
            self.problem("has fewer entries than layers", name, len(value), f"{layers}")
            return None
        return value[:layers]

    def integers(self, *names: str) -> list[int] | None:
        """A list of whole numbers (or digits separated by commas), of any length."""
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
        value = _mapping(self.fields, name)
        if value is None:
            return None
        inner = Reader(value, f"{self.where}: {name}")
        inner.problems = self.problems
        return inner
