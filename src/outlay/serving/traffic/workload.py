"""Traffic from a load test's file: stages of constant or Poisson rate, random lengths.

Reads the parts of an inference-perf configuration that describe traffic: `load` (type constant
or poisson, stages of rate and duration) and `data` (input and output distributions, or a shared
prefix); everything else in the file is about servers and is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.core.errors import InputError, Problem, TooLargeError
from outlay.core.seeds import stream
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["workload_traffic"]

MAX_BYTES = 10 << 20
Where = str | Path


def workload_traffic(path: str | Path, *, seed: int = 0) -> Traffic:
    """Draw the requests that an inference-perf file asks for; raises InputError."""
    spec = _read(Path(path))
    load = _mapping(spec, "load", path)
    data = _mapping(spec, "data", path)
    stages = load.get("stages")
    if not isinstance(stages, list) or not stages:
        raise InputError("load.stages must list at least one stage", where=str(path))
    kind = str(load.get("type", "constant")).lower()
    if kind not in ("constant", "poisson"):
        raise InputError(
            "unknown load.type", where=str(path), value=kind, allowed="constant, poisson"
        )
    rng = stream(seed, "serving", "workload")
    times: list[Array] = []
    start = 0.0
    for number, stage in enumerate(stages):
        rate, seconds = (
            _number(stage, k, f"{path}: load.stages[{number}]") for k in ("rate", "duration")
        )
        n = round(rate * seconds)
        if n > 50_000_000:
            raise TooLargeError("too many requests in a stage", where=str(path), value=str(n))
        if kind == "poisson":
            n = int(rng.poisson(rate * seconds))
            times.append(start + np.sort(rng.random(n)) * seconds)
        else:
            times.append(start + np.arange(n) / rate)
        start += seconds
    arrival = np.concatenate(times)
    n = len(arrival)
    if n == 0:
        raise InputError("the stages hold no request", where=str(path))
    if str(data.get("type", "")).lower() == "shared_prefix":
        return _shared(arrival, data.get("shared_prefix", {}), rng, path)
    inp = _lengths(data.get("input_distribution"), "data.input_distribution", n, rng, path)
    out = _lengths(data.get("output_distribution"), "data.output_distribution", n, rng, path)
    return traffic(arrival, inp, out, name=str(path))


def _read(path: Path) -> Mapping[str, object]:
    if path.stat().st_size > MAX_BYTES:
        raise TooLargeError("workload file too large", where=str(path), allowed="10 MB")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as err:
        raise InputError("not a YAML file", where=str(path), value=str(err)[:200]) from err
    if not isinstance(found, Mapping):
        raise InputError("a workload is a mapping with load and data", where=str(path))
    return found


def _mapping(spec: Mapping[str, object], key: str, path: Where) -> Mapping[str, object]:
    found = spec.get(key)
    if not isinstance(found, Mapping):
        raise InputError(f"no mapping `{key}`", where=str(path), allowed="load and data")
    return found


def _number(spec: object, key: str, where: str) -> float:
    value = spec.get(key) if isinstance(spec, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise InputError(
            Problem(f"{key} must be a positive number", where=where, value=repr(value))
        )
    return float(value)


def _lengths(
    spec: object, name: str, n: int, rng: np.random.Generator, path: str | Path
) -> IntArray:
    """Normal lengths cut at min and max, as the load generator draws them."""
    if not isinstance(spec, Mapping):
        raise InputError(f"no mapping `{name}`", where=str(path), allowed="mean, std_dev, min, max")
    mean = _number(spec, "mean", f"{path}: {name}")
    deviation = float(spec.get("std_dev", spec.get("std", 0.0)) or 0.0)
    low = float(spec.get("min", 1) or 1)
    high = float(spec.get("max", max(mean * 10, low)))
    if not 0 < low <= high:
        raise InputError(f"{name}: min must be positive and not above max", where=str(path))
    values = rng.normal(mean, deviation, n) if deviation > 0 else np.full(n, mean)
    return np.clip(np.rint(values), max(1, low), high).astype(np.int32)


def _shared(arrival: Array, spec: object, rng: np.random.Generator, path: Where) -> Traffic:
    """Groups of prompts with one system prompt each."""
    if not isinstance(spec, Mapping):
        raise InputError("no mapping `data.shared_prefix`", where=str(path))
    where = f"{path}: data.shared_prefix"
    groups = int(_number(spec, "num_groups", where))
    system, question, output = (
        int(_number(spec, k, where)) for k in ("system_prompt_len", "question_len", "output_len")
    )
    n = len(arrival)
    return traffic(
        arrival,
        np.full(n, system + question),
        np.full(n, output),
        group=rng.integers(0, groups, n),
        group_tokens=np.full(n, system),
        session=np.full(n, -1),
        name=str(path),
    )
