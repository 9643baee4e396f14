from typing import Literal

ConfigurationPhase = Literal["aggregated", "decode", "prefill"]

CONFIGURATION_PHASE_VALUES: set[ConfigurationPhase] = {
    "aggregated",
    "decode",
    "prefill",
}


def check_configuration_phase(value: str) -> ConfigurationPhase:
    if value in CONFIGURATION_PHASE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONFIGURATION_PHASE_VALUES!r}"
    )
