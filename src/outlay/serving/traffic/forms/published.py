"""Traces of services as they were published without prefixes: Azure and BurstGPT."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import BoolArray
from outlay.core.errors import TableError
from outlay.serving.tables.wanted import Read, Rows, Want
from outlay.serving.traffic.columns import INPUT, OUTPUT
from outlay.serving.traffic.forms.asked import (
    Asked,
    Some,
    Trace,
    as_trace,
    counted,
    in_order,
    missing,
    packed,
    places,
    spoken,
    tokens,
)
from outlay.serving.traffic.forms.clock import clock
from outlay.serving.traffic.forms.plain import session_columns

__all__ = ["azure", "burstgpt"]


def azure(a: Asked) -> Trace:
    """AzurePublicDataset LLM inference traces: TIMESTAMP, ContextTokens, GeneratedTokens.

    The multimodal one has NumImages beside them: how long an image takes to encode is not said,
    and ContextTokens are the whole prompt.
    """
    stamp, generated, images = (a.has(n) for n in ("timestamp", "generatedtokens", "numimages"))
    clock_ = clock(a, stamp, name="TIMESTAMP", usual="s", stamps=True)
    wants = [
        clock_.want, tokens(INPUT, a.names["contexttokens"]), tokens(OUTPUT, generated, 0),
    ]  # fmt: skip
    if images:
        wants.append(Want("NumImages", images, "whole", 0, 1_000_000))
    read, notes = a.read(wants)
    if images and (seen := np.flatnonzero(read["NumImages"])).size:
        count = np.sum(read["NumImages"], dtype=np.int64)
        notes.append(
            f"{count:,} images in {counted(seen, 'request')}: their encoding is not simulated, and "
            "ContextTokens count as the whole prompt"
        )
    times, told = clock_.seconds(read)
    out = spoken(read[OUTPUT], read.rows, notes)
    read = Read({**read.columns, OUTPUT: out}, read.rows)
    order = in_order(a, read, times, notes)
    return as_trace(
        a, packed(a, read, times, order, {}), "azure multimodal" if images else "azure",
        [*notes, *told],
    )  # fmt: skip


def burstgpt(a: Asked) -> Trace:
    """BurstGPT: Timestamp [s], Request tokens, Response tokens; failures have no response.

    From its second release on also Session ID (of conversations) and Elapsed time.
    """
    stamp, response = a.has("timestamp"), a.has("responsetokens")
    if not stamp or not response:
        missing(a, "a BurstGPT trace needs Timestamp and Response tokens")
    clock_ = clock(a, stamp, usual="s")
    wants = [
        clock_.want, tokens(INPUT, a.names["requesttokens"], 0), tokens(OUTPUT, response, 0),
    ]  # fmt: skip
    if session := a.has("sessionid"):
        wants.append(Want("Session ID", session, "key", empty=True))
    read, notes = a.read(wants)
    read = _without_failed(a, read, notes)
    times, told = clock_.seconds(read)
    extra, sessions = session_columns(read["Session ID"]) if session else ({}, 0)
    order = in_order(a, read, times, notes)
    found = packed(a, read, times, order, {k: v[order] for k, v in extra.items()})
    if extra:
        told.append("no prefix is shared within sessions, for the file has none")
    return as_trace(a, found, "burstgpt", [*notes, *told], sessions=sessions)


def _without_failed(a: Asked, read: Read, notes: list[str]) -> Read:
    """The requests that have tokens in and out; the others are named."""
    failed: BoolArray = (read[OUTPUT] == 0) | (read[INPUT] == 0)
    rows: Rows = read.rows
    if failed.all():
        raise TableError("every request failed: none has tokens in and out", where=a.where)
    if not failed.any():
        return read
    at = np.flatnonzero(failed)
    notes.append(f"{counted(at, 'failed request')} (no tokens) left out: {places(at, rows)}")
    kept = np.flatnonzero(~failed)
    return Read(
        {k: v[kept] for k, v in read.columns.items()}, Some(rows, kept), stamped=read.stamped
    )
