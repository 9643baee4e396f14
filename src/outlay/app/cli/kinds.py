"""JSON Schemas of the documents that `--json` prints: what each kind holds at least."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["KINDS"]

Schema = dict[str, Any]

NUMBER: Schema = {"type": "number"}
MAYBE: Schema = {"type": ["number", "null"]}
TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
ANY_LIST: Schema = {"type": "array"}


def _rows(**fields: Schema) -> Schema:
    return {"type": "array", "items": _object(fields)}


def _object(fields: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "required": list(fields), "properties": dict(fields)}


def _each(names: str, schema: Schema) -> dict[str, Schema]:
    return dict.fromkeys(names.split(), schema)


_PROBLEM = _each("what where value allowed hint", TEXT)
_PERCENTILES = _object(_each("p50 p90 p99 mean", MAYBE))
_ENTRY = {
    **_each("path unit source grade note where", TEXT),
    "value": NUMBER,
    **_each("low high", MAYBE),
    "stated": FLAG,
    "line": INTEGER,
}

_DEEP: Schema = {
    "description": "Rows of the pictures of `--deep` by name; without it, or where a study gives "
    "no cause for one, it is not there. Their tables, by the same names, are in `tables`; so is "
    "`break_even_chance`, which has no picture.",
    "type": "object",
    "properties": {
        "price_curve": {
            "description": "chips taken, expected, at `factor` times the price of today",
            **_rows(offer=TEXT, **_each("factor chips", NUMBER)),
        },
        "near_optimal": {
            "description": "least and most chips ordered in the first period by plans that cost "
            "at most the share `tolerance` more",
            **_rows(offer=TEXT, **_each("tolerance low best high", NUMBER)),
        },
        "regret": {
            "description": "worst and expected regret of what is decided first, in the study's "
            "currency",
            **_rows(name=TEXT, **_each("worst mean", MAYBE)),
        },
    },
}

_BODIES: dict[str, dict[str, Schema]] = {
    "error": {"errors": _rows(**_PROBLEM)},
    "check": {
        "errors": _rows(**_PROBLEM),
        "warnings": _rows(**_PROBLEM),
        "assumptions": _rows(**_ENTRY),
    },
    "diff": {
        "before": OBJECT,
        "after": OBJECT,
        "changes": _rows(**_each("path kind before after", TEXT), ratio=MAYBE),
    },
    "claims": {
        "claims": _rows(
            **_each(
                "id document subject metric unit period said_on attribution hedge kind condition "
                "sentence",
                TEXT,
            ),
            **_each("value_low value_high", MAYBE),
            span={"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 2},
        ),
        "contradictions": _rows(
            claims=ANY_LIST, **_each("relation likely_cause text", TEXT), factor=MAYBE
        ),
        "identities": _rows(claims=ANY_LIST, **_each("statement verdict", TEXT)),
    },
    "rate": {
        "warnings": ANY_LIST,
        "configurations": _rows(
            **_each("chip phase bound_by", TEXT),
            **_each("n_chips tp pp ep dp", INTEGER),
            **_each(
                "batch ttft_s tpot_s tok_s_per_chip tok_s_per_user low high memory_bytes", MAYBE
            ),
            feasible=FLAG,
        ),
    },
    "train": {
        **_each("model chip precision", TEXT),
        **_each("n_chips seq_len", INTEGER),
        "warnings": ANY_LIST,
        "configurations": _rows(
            **_each("tp pp cp dp ep vp micro_batch", INTEGER),
            recompute=TEXT,
            **_each(
                "step_s tokens_per_step tok_s_per_chip low high model_flop_s_per_chip mfu "
                "mfu_bf16 memory_bytes",
                NUMBER,
            ),
            run_s=MAYBE,
            feasible=FLAG,
            why_not=TEXT,
        ),
    },
    "validation": {
        "rows": _rows(
            **_each("row_id metric status", TEXT), **_each("measured predicted low high", MAYBE)
        ),
        "groups": ANY_LIST,
        "overall": OBJECT,
    },
    "simulation": {
        **_each("requests completed preemptions", INTEGER),
        **_each("ttft_s tpot_s e2e_s", _PERCENTILES),
        **_each("output_tok_s utilisation simulated_s wall_s", MAYBE),
    },
    "size": {
        **_each("chips_peak chips_mean chip_hours capacity_req_s_per_replica", MAYBE),
        "chips_per_replica": INTEGER,
        "series": ANY_LIST,
    },
    "forecast": {
        "paths_summary": _rows(date=TEXT, **_each("p05 p10 p50 p90 p95 mean", NUMBER)),
        "record": ANY_LIST,
    },
    "plan": {
        **_each("title as_of status currency verdict", TEXT),
        "headline": OBJECT,
        **_each("objective expected_cost", MAYBE),
        "orders": _rows(
            **_each("node offer chip delivered_at", {}),
            sites=ANY_LIST,
            **_each("quantity unit_price rent_hour spend", NUMBER),
        ),
        **_each("nodes fleet served prices contradictions invariants certificates", ANY_LIST),
        **_each("capex_by_year opex_by_year cost_per_mtok outlook accounts tables record", OBJECT),
        "worth": _rows(**_each("key name unit how", TEXT), value=MAYBE),
        "deep": _DEEP,
        "answers": _rows(**_each("id question sentence open", TEXT)),
        "assumptions": _rows(**_each("path value unit grade", TEXT), **_each("low high", MAYBE)),
    },
    "explanation": {"name": TEXT, "value": {}, "unit": TEXT, "inputs": ANY_LIST},
    "run": {},
}


def _document(kind: str) -> Schema:
    header = _object({"version": TEXT, "schema": INTEGER})
    body = _BODIES[kind]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"outlay {kind}",
        **_object({"outlay": header, "kind": {"const": kind}, **body}),
    }


KINDS: dict[str, Callable[[], Schema]] = {
    kind: (lambda kind=kind: _document(kind))  # type: ignore[misc]
    for kind in _BODIES
}
"""kind → its JSON Schema; fields may be added to a document within a schema number."""
