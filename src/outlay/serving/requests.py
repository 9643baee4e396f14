"""What happened to each request, as a table: a frame, or a file of Parquet or CSV."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.errors import InputError
from outlay.core.written import replaced
from outlay.serving.engine.run import Records

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Requests"]

FORMS = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of a run, a row each; times in seconds, null where it did not happen."""

    records: Records

    def __len__(self) -> int:
        return len(self.records.traffic)

    def __repr__(self) -> str:
        return f"Requests(<{len(self)}>)"

    def to_polars(self) -> pl.DataFrame:
        """The table as a frame."""
        import polars as pl

        r, t = self.records, self.records.traffic
        tiers = {} if r.offloaded is None else {"loaded_tokens": r.offloaded.loaded_tokens}
        return pl.DataFrame(
            {
                "arrival_s": t.arrival_s,
                "start_s": np.ascontiguousarray(r.start_s),
                "first_s": np.ascontiguousarray(r.first_s + r.table.first_token_s),
                "end_s": np.ascontiguousarray(r.end_s + r.table.first_token_s),
                "input_tokens": t.input_tokens,
                "cached_tokens": np.ascontiguousarray(r.cached_tokens),
                **tiers,
                "output_tokens": t.output_tokens,
                "priority": t.priority,
                "replica": np.ascontiguousarray(r.replica),
                "preemptions": np.ascontiguousarray(r.preemptions),
                "rejected": r.rejected,
            }
        ).with_columns(pl.col("start_s", "first_s", "end_s").fill_nan(None))

    def write(self, path: str | Path) -> Path:
        """Write the table: Parquet, or CSV by suffix; whole or not at all."""
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix not in FORMS:
            raise InputError("records are written as .parquet or .csv", value=str(path))
        frame = self.to_polars()
        with replaced(target) as part:
            if suffix == ".csv":
                frame.write_csv(part)
            else:
                frame.write_parquet(part)
        return target
