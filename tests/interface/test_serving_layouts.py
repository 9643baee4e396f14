"""What `outlay simulate` and `outlay size` say of a replica that cannot be, before any request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import outlay
from outlay.core.errors import InfeasibleError, InputError

DENSE = {"model": "llama-3.1-70b", "chip": "h100-sxm"}
MIXTURE = {"model": "qwen3-235b-a22b", "chip": "h100-sxm"}
LATENT = {"model": "deepseek-v3", "chip": "h200-sxm"}
HYBRID = {"model": "qwen3-next-80b-a3b", "chip": "h100-sxm"}
CANNOT = (
    # model and chip, layout, what of it is named
    (DENSE, {"tp": 7}, ["--tp"]),
    (DENSE, {"tp": 8, "pp": 1000}, ["--pp", "tp × pp × dp"]),
    (DENSE, {"tp": 7, "pp": 81, "dp": 3, "ep": 2}, ["--tp", "--pp", "--dp", "--ep"]),
    (DENSE, {"tp": 8, "n_chips": 16}, ["--n-chips"]),
    (DENSE, {"tp": 0}, ["--tp"]),
    (DENSE, {"tp": 2.5}, ["--tp"]),
    (DENSE, {"pp": 8}, ["--pp"]),
    (DENSE, {"dp": 2, "ep": 2}, ["--dp", "--ep"]),
    (DENSE, {"n_chips": 7}, ["--n-chips"]),
    (DENSE, {"n_chips": 0}, ["--n-chips"]),
    (MIXTURE, {"tp": 1, "dp": 7, "ep": 7}, ["--ep"]),
    (MIXTURE, {"tp": 8, "ep": 7}, ["--ep", "--ep"]),
    (MIXTURE, {"tp": 1, "dp": 256, "ep": 256}, ["--ep"]),
    (LATENT, {"tp": 6}, ["--tp"]),
    (HYBRID, {"tp": 32}, ["--tp"]),
)


@pytest.mark.parametrize(("on", "layout", "named"), CANNOT)
def test_a_replica_that_cannot_be_is_refused_before_the_trace_is_read(
    tmp_path: Path, on: dict[str, str], layout: dict[str, float], named: list[str]
) -> None:
    nowhere = tmp_path / "no-trace.csv"
    for ask in (
        lambda: outlay.simulate(**on, **layout, trace=nowhere),
        lambda: outlay.size(**on, **layout, trace=nowhere, ttft_p99=1.0),
    ):
        with pytest.raises(InputError) as refused:
            ask()
        problems = refused.value.problems()
        assert [p.where for p in problems] == named
        assert all(p.value and p.allowed for p in problems)


def where(ask: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as refused:
        ask()
    return [p.where for p in refused.value.problems()]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Numbers out of their ranges first, then names, formats and the layout."""
    wrong = {"weights": "fp9", "kv": "fp3", "stack": "vlm", "tp": 7, "rate": 1.0}
    assert where(lambda: outlay.simulate(
        **DENSE, **wrong, routing="magic", prefix_cache="some",
    )) == ["--routing", "--prefix-cache", "--weights", "--kv", "--stack", "--tp"]  # fmt: skip
    assert where(lambda: outlay.simulate(
        **DENSE, **wrong, isl=float("nan"), max_batch=0, workers=0,
    )) == ["--isl", "--max-batch", "--workers"]  # fmt: skip
    assert where(lambda: outlay.rate(
        "llama", "h100x", osl=1e12, weights="fp9", kv="x", stack="vlm",
    )) == ["--weights", "--kv", "--osl", "--stack", "--model", "--chip"]  # fmt: skip
    assert where(lambda: outlay.train(
        "llama-3.1-8b", "metax-c600", 8, precision="int4", batch_tokens=1e13,
    )) == ["--precision", "--batch-tokens", "--chip"]  # fmt: skip


def test_a_number_of_chips_alone_is_kept() -> None:
    for n in (2, 8, 16):
        found = outlay.simulate(**DENSE, n_chips=n, rate=2.0, requests=50)
        assert found.replica.n_chips == n
    small = {"model": "llama-3.1-8b", "chip": "h100-sxm"}  # 16 chips are never its best
    found = outlay.simulate(**small, n_chips=16, rate=2.0, requests=50)
    assert found.replica.n_chips == 16
    with pytest.raises(InfeasibleError, match="131 GiB of bf16 weights a chip of 80 GiB"):
        outlay.simulate(**DENSE, tp=1, weights="bf16", rate=2.0, requests=50)
    with pytest.raises(
        InfeasibleError, match=r"one request take 131\.8 GiB a chip; of its 80 an engine"
    ):
        outlay.simulate(**DENSE, n_chips=1, weights="bf16", rate=2.0, requests=50)


def test_requests_longer_than_the_context_or_the_cache_are_noted() -> None:
    found = outlay.simulate(**DENSE, tp=8, rate=2.0, requests=5, isl=200_000, weights="fp8")
    assert found.warnings == (
        "5 of 5 requests are longer than the 131,072 tokens that llama-3.1-70b is made for",
    )
    none = outlay.simulate(**DENSE, tp=8, rate=2.0, requests=5, isl=1e7, weights="fp8")
    assert (none.completed, len(none.warnings)) == (0, 2)
    assert none.warnings[1].startswith(
        "none of 5 requests fits the cache of a replica: the shortest is 10,000,256 tokens long, "
        "8 × h100-sxm hold "
    )


def test_what_has_no_effect_on_requests_of_a_source_is_noted(tmp_path: Path) -> None:
    trace = tmp_path / "t.csv"
    trace.write_text("arrival_s,input_tokens,output_tokens\n0,100,20\n1,100,20\n")
    found = outlay.simulate(**DENSE, tp=8, trace=trace, isl=500, requests=5, speed=2.0)
    assert [w for w in found.warnings if "effect" in w] == [
        "--requests has no effect on requests of --trace",
        "--isl has no effect on requests of --trace",
    ]
    found = outlay.simulate(**DENSE, tp=8, rate=1.0, requests=5, isl=500, speed=2.0, sort=True)
    assert found.warnings == (
        "--sort has no effect on requests of --rate",
        "--speed has no effect on requests of --rate",
        "llama-3.1-70b is taken in bf16 as released, 141 GB of weights; --weights fp8 stores "
        "70.6 GB and computes faster on h100-sxm",
    )
