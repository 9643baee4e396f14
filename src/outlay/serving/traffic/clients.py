"""Traffic from many clients: rate curves with their own burstiness and lengths (ServeGen).

Two tables in one folder: `*_clients` (client_id, window_start_s, rate_rps, interarrival_cv,
family) and `*_lengths` (client_id, window_start_s, field, quantiles). Each client is a renewal
process in operational time under its own rate curve; the fleet is their superposition. Source
of the method: Xiang et al., ServeGen, arXiv 2505.09999, §5.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import Problem, TableError
from outlay.core.seeds import stream
from outlay.serving.traffic.generate import curve_arrivals, quantile_values
from outlay.serving.traffic.loaders import read_table
from outlay.serving.traffic.requests import Traffic, traffic

if TYPE_CHECKING:
    import polars as pl

__all__ = ["client_traffic"]

Tokens = npt.NDArray[np.int32]

QUANTILES = {
    "q01": 0.01,
    "q05": 0.05,
    "q10": 0.10,
    "q25": 0.25,
    "q50": 0.50,
    "q75": 0.75,
    "q90": 0.90,
    "q95": 0.95,
    "q99": 0.99,
    "q999": 0.999,
}


class Windows(NamedTuple):
    """What each client sends in each window; every array is [row]."""

    client_id: Array
    window_start_s: Array
    rate_rps: Array
    interarrival_cv: Array
    family: npt.NDArray[np.str_]

    def of(self, rows: BoolArray) -> Windows:
        client, start, rate, cv = (column[rows] for column in self[:-1])
        return Windows(client, start, rate, cv, self.family[rows])


def client_traffic(
    path: str | Path,
    *,
    start_s: float = 0.0,
    most: int = 1_000_000,
    seed: int = 0,
) -> tuple[Traffic, tuple[str, ...]]:
    """Requests of all clients from `start_s` on, at most `most` of them, in order of time.

    Clients without a length table take lengths pooled over those that have one (said in the
    warnings). Raises TableError.
    """
    place = Path(path)
    columns = _clients(place)
    lengths = _lengths(place)
    starts = np.unique(columns.window_start_s)
    step = float(np.min(np.diff(starts))) if len(starts) > 1 else 600.0
    starts = starts[starts >= start_s]
    if not len(starts):
        raise TableError("no window at or after the start", where=str(path), value=str(start_s))
    parts: list[tuple[Array, Tokens, Tokens]] = []
    bare = 0
    rate_all = 0.0
    rate_bare = 0.0
    horizon = _horizon(columns, starts, step, most)
    for client in np.unique(columns.client_id).flat:
        mine = columns.of(columns.client_id == client)
        curve = np.zeros(len(starts))
        at = np.searchsorted(starts, mine.window_start_s)
        inside = (at < len(starts)) & (mine.window_start_s >= start_s)
        curve[at[inside]] = mine.rate_rps[inside]
        curve = curve[: max(1, int(np.ceil(horizon / step)))]
        rate = float(np.sum(curve))
        rate_all += rate
        if rate == 0:
            continue
        live = mine.of(mine.rate_rps > 0)
        cv = min(max(float(np.median(live.interarrival_cv)), 0.05), 20.0)
        times = curve_arrivals(
            curve, step, cv=cv, family=_family(live), seed=seed, name=f"c{client}"
        )
        if not len(times):
            continue
        own = lengths.get(int(client))
        if own is None:
            bare += 1
            rate_bare += rate
            own = lengths[-1]
        rng = stream(seed, "serving", "client-lengths", int(client))
        inp, out = (_draw(rng, own[k], len(times)) for k in ("input", "output"))
        parts.append((times, inp, out))
    if not parts:
        raise TableError("no client sends anything", where=str(path))
    times = np.concatenate([x for x, _, _ in parts])
    inp, out = (np.concatenate([x[k] for x in parts]) for k in (1, 2))
    order = np.argsort(times, kind="stable")[:most]
    notes = []
    if bare:
        notes.append(
            f"{bare} clients ({100 * rate_bare / max(rate_all, 1e-12):.0f} % of the rate) have no "
            "length table and take the pooled lengths"
        )
    return traffic(times[order], inp[order], out[order], name=str(path)), tuple(notes)


def _horizon(columns: Windows, starts: Array, step: float, most: int) -> float:
    """Seconds after which `most` requests have certainly come, or the whole table."""
    at = np.searchsorted(starts, columns.window_start_s)
    keep = at < len(starts)
    total = np.cumsum(np.bincount(at[keep], weights=columns.rate_rps[keep]) * step)
    enough = np.searchsorted(total, 1.1 * most + 100)
    return float((enough + 1) * step)


def _clients(path: Path) -> Windows:
    table = read_table(path)
    wanted = Windows._fields[:-1]
    missing = [c for c in wanted if c not in table]
    if missing:
        raise TableError(
            [Problem(f"no column {c}", where=str(path), allowed=", ".join(wanted)) for c in missing]
        )
    import polars as pl

    out = {c: _floats(table[c]) for c in wanted}
    for c, values in out.items():
        bad: BoolArray = ~np.isfinite(values) | (values < 0)
        if bad.any():
            row = int(np.argmax(bad))
            raise TableError(
                f"not a number of at least 0 in column {c}",
                where=f"{path}, row {row + 1} after the header",
                value=repr(table[c][row]),
            )
    family = np.full(len(out["client_id"]), "Gamma")
    if "family" in table:
        family = np.asarray(table["family"].cast(pl.String).fill_null("").to_numpy(), dtype=str)
    return Windows(**out, family=family)


def _floats(column: pl.Series) -> Array:
    """A column as numbers; NaN where it holds none."""
    import polars as pl

    return np.asarray(column.cast(pl.Float64, strict=False).to_numpy(), dtype=np.float64)


def _family(columns: Windows) -> str:
    names, counts = np.unique(columns.family, return_counts=True)
    return "weibull" if names.item(np.argmax(counts)).lower().startswith("w") else "gamma"


def _lengths(path: Path) -> dict[int, dict[str, Array]]:
    """Quantile tables by client; -1 is the pool over clients."""
    beside = path.with_name(path.name.replace("_clients", "_lengths"))
    if beside == path or not beside.exists():
        raise TableError(
            "no table of lengths beside the clients",
            where=str(path),
            allowed=str(beside),
            hint="name the two files <name>_clients and <name>_lengths",
        )
    table = read_table(beside)
    import polars as pl

    if "client_id" not in table or "field" not in table or "q50" not in table:
        raise TableError("lengths need client_id, field and quantiles", where=str(beside))
    client: IntArray = table["client_id"].cast(pl.Int64, strict=False).to_numpy()
    field: npt.NDArray[np.object_] = table["field"].cast(pl.String).to_numpy()
    present = {q: p for q, p in QUANTILES.items() if q in table}
    grid = np.column_stack([_floats(table[q]) for q in present])
    top = _floats(table["max"]) if "max" in table else grid[:, -1]
    probability = np.array([0.0, *present.values(), 1.0])
    out: dict[int, dict[str, Array]] = {}
    pools: dict[str, list[Array]] = {"input": [], "output": []}
    input_fields = ("input_tokens", "text_tokens")
    for kind, fields in (("input", input_fields), ("output", ("output_tokens",))):
        chosen = np.isin(field, fields)
        for c in np.unique(client[chosen]).flat:
            rows: BoolArray = chosen & (client == c)
            values = np.column_stack([grid[rows][:, :1] * 0.5, grid[rows], top[rows]])
            mean: Array = np.maximum.accumulate(np.nan_to_num(values.mean(axis=0)))
            out.setdefault(int(c), {})[kind] = np.column_stack([probability, mean])
            pools[kind].append(mean)
    whole = {c: v for c, v in out.items() if len(v) == 2}
    if not whole:
        raise TableError("no client has both input and output lengths", where=str(beside))
    whole[-1] = {
        kind: np.column_stack([probability, np.mean(values, axis=0)])
        for kind, values in pools.items()
    }
    return whole


def _draw(rng: np.random.Generator, table: Array, n: int) -> Tokens:
    values = quantile_values(rng.random(n), table)
    return np.clip(np.rint(values), 1, 2**24).astype(np.int32)
