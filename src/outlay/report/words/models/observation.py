"""What people read of an observation: the conclusion, what was measured, and what was fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from outlay.report.words.models.rate import degrees
from outlay.results.models.observation import Observation, ObservedFit, ObservedRun

__all__ = [
    "HEADS", "LEFT", "READING", "cells", "figures", "fit_lines", "notes", "nothing_replayed",
    "run_lines", "sentences",
]  # fmt: skip

HEADS = ("run", "tool", "load", "req/s", "tok/s/chip", "TTFT p50", "×", "TPOT p50", "×",
         "E2E p50", "×", "tok/s ×")  # fmt: skip
LEFT = ("run", "tool", "load")
READING = (
    "times in seconds (their mean where no median is stated); ×: replayed over measured; "
    "--format csv has every figure"
)
KEY = (("ttft_s", "TTFT"), ("tpot_s", "TPOT"), ("e2e_s", "E2E"))
CALLED = {
    "req_s": "requests/s", "input_tok_s": "input tokens/s", "output_tok_s": "output tokens/s",
    "duration_s": "duration [s]", "ttft_s": "TTFT [s]", "tpot_s": "TPOT [s]", "itl_s": "ITL [s]",
    "e2e_s": "E2E [s]", "preemptions": "preemptions", "prefix_hit_share": "prefix hits, share",
    "kv_use_mean": "KV cache in use, mean share", "running_mean": "requests running, mean",
    "waiting_mean": "requests waiting, mean", "running_max": "requests running, most",
    "waiting_max": "requests waiting, most", "kv_use_max": "KV cache in use, largest share",
    "prefix_queries": "prefix cache: tokens asked for", "prefix_hits": "prefix cache: tokens held",
    "draft_tokens": "tokens drafted", "draft_accepted": "drafted tokens accepted",
    "draft_acceptance_share": "drafted tokens accepted, share",
    "draft_acceptance_length_mean": "tokens a speculative step, mean",
    "draft_acceptance_length_max": "tokens a speculative step, most",
    "kv_blocks": "blocks of the KV cache", "block_tokens": "tokens of a block",
}  # fmt: skip
HOW = {
    "closed": "with {users} in flight", "recorded": "at its own times",
    "open": "at the rate asked for, drawn", "burst": "all at once",
    "rate": "at the rate measured, drawn",
}  # fmt: skip
STATISTICS = ("", "mean", "p50", "p90", "p95", "p99")
"""Shown to people; --format csv has every one."""
LEAST = 0.001
"""Error that is told as a number."""
SMALL = 0.005
"""Of an error, below which it is none to a reader."""


def sentences(doc: Observation) -> Iterator[str]:
    """What is to be concluded."""
    told = [r for r in doc.runs if r.error is not None]
    many = f"{len(doc.runs):,} runs" if len(doc.runs) != 1 else "1 run"
    if not told:
        yield f"{many} measured, none replayed: {_first_reason(doc)}."
        return
    off = median(r.error for r in told if r.error is not None)
    ratios = [
        f"{name} × {x:.2f}" for metric, name in (*KEY, ("output_tok_s", "tokens/s"))
        if (x := _middle(doc, metric)) is not None
    ]  # fmt: skip
    which = "" if len(told) == len(doc.runs) else f" {len(told):,} of"
    yield (
        f"Replayed{which} {many}: off by {_percent(off)} in the middle ({', '.join(ratios)}; "
        "replayed over measured)."
    )
    for f in doc.fits:
        if f.error_before - f.error_after > SMALL:
            yield (
                f"With the overhead of this engine fitted: off by {_percent(f.error_after)} in "
                f"place of {_percent(f.error_before)}; --fit FOLDER keeps it for --calibration "
                "FOLDER of simulate, size and plans."
            )


def _first_reason(doc: Observation) -> str:
    return next((r.why_not for r in doc.runs if r.why_not), "no times to compare")


def nothing_replayed(doc: Observation) -> str:
    """Why no run was replayed; empty where one was, or where model and chip are not said."""
    if any(r.replayed for r in doc.runs) or any("name it with" in r.why_not for r in doc.runs):
        return ""
    return f"error: no run was replayed: {_first_reason(doc)}"


def _middle(doc: Observation, metric: str) -> float | None:
    """Median ratio of a metric over the runs."""
    found = [x for r in doc.runs if (x := _key(doc, r.run, metric)[1]) is not None]
    return median(found) if found else None


def _key(doc: Observation, run: int, metric: str) -> tuple[float | None, float | None]:
    """Median (or mean, or total) of a metric as measured, and its ratio."""
    at = {f.statistic: f for f in doc.figures if f.run == run and f.metric == metric}
    found = at.get("p50") or at.get("mean") or at.get("")
    return (None, None) if found is None else (found.measured, found.ratio)


def _percent(share: float) -> str:
    if share < LEAST:
        return f"less than {100 * LEAST:g} %"
    return f"{100 * share:.2g} %" if share < 1 else f"a factor of {1 + share:.2g}"


def _load(r: ObservedRun) -> str:
    """How requests were sent, in a few words."""
    parts = [r.load if r.load != "unknown" else "how it was sent is not stated"]
    if r.rate_req_s is not None:
        parts.append(f"{r.rate_req_s:.4g}/s")
    if r.concurrency is not None:
        parts.append(f"{r.concurrency:,} in flight")
    if r.think_s:
        parts.append(f"{r.think_s:g} s between")
    return ", ".join(parts)


def run_lines(r: ObservedRun) -> Iterator[str]:
    """A run: what measured it, what was sent, and on what it was replayed."""
    engine = f" of {r.engine}" if r.engine else ""
    label = f", {r.label}" if r.label else ""
    yield f"{r.where}: {' '.join(x for x in (r.tool, r.version) if x)}{engine}{label}"
    done = "" if r.completed is None else f"{r.completed:,} requests answered"
    failed = f", {r.failed:,} not" if r.failed else ""
    lengths = [f"{x:,.4g} tokens {way}" for x, way in
               ((r.input_tokens_mean, "in"), (r.output_tokens_mean, "out")) if x]  # fmt: skip
    chip = r.output_tok_s_per_chip
    per_chip = "" if chip is None else f"{chip:,.4g} output tokens/s a chip"
    yield "; ".join(x for x in (_load(r), done + failed, " and ".join(lengths), per_chip) if x)
    if r.replica is not None:
        d = r.replica
        how = HOW.get(r.replayed, "").format(users=r.concurrency)
        yield (
            f"replayed on {r.replicas} × {d.n_chips} {d.chip} with {d.model} ({degrees(d)}; "
            f"{d.weights} weights, {d.kv} cache), {how}"
        )
    elif r.why_not:
        yield f"not replayed: {r.why_not}"


def figures(doc: Observation) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and a row for each figure of the one run."""
    replayed = any(f.replayed is not None for f in doc.figures)
    fitted = any(f.fitted is not None for f in doc.figures) and _fits(doc)
    heads = ["", "measured"]
    heads += ["replayed", "ratio"] if replayed else []
    heads += ["fitted", "ratio "] if fitted else []
    rows = []
    for f in doc.figures:
        if f.statistic not in STATISTICS:
            continue
        name = f"{CALLED.get(f.metric, f.metric)} {f.statistic}".strip()
        row = [name, _number(f.measured)]
        row += [_number(f.replayed), _ratio(f.ratio)] if replayed else []
        row += [_number(f.fitted), _ratio(f.fitted_ratio)] if fitted else []
        rows.append(tuple(row))
    return tuple(heads), rows


def _fits(doc: Observation) -> bool:
    return any(f.error_before - f.error_after > SMALL for f in doc.fits)


def cells(doc: Observation) -> Callable[[ObservedRun], tuple[str, ...]]:
    """The row of a run under `HEADS`, where there are several."""

    def row(r: ObservedRun) -> tuple[str, ...]:
        times = [x for metric, _ in KEY for x in _pair(_key(doc, r.run, metric))]
        chip = r.output_tok_s_per_chip
        tool = r.tool if not r.label else f"{r.tool} {r.label}"
        rate = _key(doc, r.run, "req_s")[0]
        return (str(r.run), tool, _load(r), _number(rate), _number(chip), *times,
                _ratio(_key(doc, r.run, "output_tok_s")[1]))  # fmt: skip

    return row


def _pair(found: tuple[float | None, float | None]) -> tuple[str, str]:
    return _number(found[0]), _ratio(found[1])


def _number(x: float | None) -> str:
    return "–" if x is None else f"{x:,.4g}"


def _ratio(x: float | None) -> str:
    return "–" if x is None else f"{x:.3f}"


def fit_lines(doc: Observation) -> Iterator[str]:
    """The overheads that were fitted, and why parts of them were not."""
    for f in doc.fits:
        runs = "1 run" if len(f.runs) == 1 else f"{len(f.runs):,} runs"
        yield f"Overhead of {f.model} on {f.chip} ({f.weights} weights), from {runs}: {_said(f)}."
        if f.error_unseen is not None:
            off = _percent(f.error_unseen)
            yield f"  each run foretold from the others: off by {off}"
        for why in f.held:
            yield f"  {why}"
    for why in doc.not_fitted:
        yield f"no overhead fitted: {why}"


def _said(f: ObservedFit) -> str:
    parts = {
        "factor": f"steps × {f.factor:.3f}", "step_s": f"+ {1e3 * f.step_s:.3g} ms a step",
        "first_token_s": f"first tokens {1e3 * f.first_token_s:.3g} ms after their step",
    }  # fmt: skip
    return ", ".join(text for name, text in parts.items() if name in f.fitted)


def notes(doc: Observation) -> Iterator[str]:
    """What a reader should know of the files, each once."""
    told: dict[str, list[int]] = {}
    for r in doc.runs:
        unread = (f"not taken: {', '.join(r.unread)}",) if r.unread else ()
        why = (f"not replayed: {r.why_not}",) if r.why_not and len(doc.runs) > 1 else ()
        for note in (*r.notes, *unread, *why):
            told.setdefault(note, []).append(r.run)
    for note, runs in told.items():
        yield f"note: {_of(runs, len(doc.runs))}{note}"


def _of(runs: Sequence[int], of: int) -> str:
    if of == 1 or len(runs) == of:
        return ""
    return f"run {', '.join(map(str, runs[:6]))}{' …' if len(runs) > 6 else ''}: "
