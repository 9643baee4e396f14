"""Processor seconds to read a megabyte of news, sparse and dense in numbers.

python benchmarks/evidence_speed.py
"""

from __future__ import annotations

import time

from outlay.evidence import read_text

PLAIN = (
    "The committee met again and heard from residents who spoke about roads, schools and trees. "
)


def news(between: int, megabytes: float = 1.0) -> str:
    """Text with one sentence that states a number for every `between` that do not."""
    parts: list[str] = []
    size = i = 0
    while size < megabytes * 1e6:
        said = f"Firm{i} Corp said revenue rose {i % 90 + 1}% to ${i % 900 + 1}.{i % 10} million in 2025. "
        parts.append(said + PLAIN * between)
        size += len(parts[-1]) + 1
        i += 1
    return "\n".join(parts)


if __name__ == "__main__":
    read_text("Acme spent $1 million in 2025.", "warm", "2026-01-05")  # patterns are built once
    for between in (9, 1):
        text = news(between)
        began = time.process_time()
        claims = len(read_text(text, "news", "2026-01-05").claims)
        spent = time.process_time() - began
        print(f"{len(text) / 1e6:.2f} MB, {claims} claims: {spent:.2f} processor seconds")
