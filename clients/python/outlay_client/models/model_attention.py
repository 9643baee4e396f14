from typing import Literal

ModelAttention = Literal["gqa", "mla", "none"]

MODEL_ATTENTION_VALUES: set[ModelAttention] = {
    "gqa",
    "mla",
    "none",
}


def check_model_attention(value: str) -> ModelAttention:
    if value in MODEL_ATTENTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MODEL_ATTENTION_VALUES!r}"
    )
