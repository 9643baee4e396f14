"""What people read of scores: of the simulator against theory, of a plan against what happened."""

from __future__ import annotations

from outlay.results.models.validation_runs import Outcome, PlanValidation, SimulatorCheck

__all__ = [
    "CHECK_COLUMNS",
    "OUTCOME_COLUMNS",
    "check_cells",
    "nothing_scored",
    "outcome_cells",
    "plan_heading",
    "plan_line",
]

CHECK_COLUMNS = ("check", "case", "found", "expected", "")
OUTCOME_COLUMNS = ("outcome", "actual", "5%", "middle", "95%", "place", "log score", "")


def _number(x: float | None, form: str) -> str:
    return "–" if x is None else format(x, form)


def check_cells(r: SimulatorCheck) -> tuple[str, ...]:
    """One check of the simulator, a cell for each of `CHECK_COLUMNS`."""
    verdict = "ok" if r.ok else f"outside {_number(r.low, '.4g')}–{_number(r.high, '.4g')}"
    return r.check, r.case, _number(r.value, ".5g"), f"{r.expected:.5g}", verdict


def outcome_cells(r: Outcome) -> tuple[str, ...]:
    """One outcome, a cell for each of `OUTCOME_COLUMNS`."""
    return (
        r.name,
        f"{r.actual:.4g}",
        *(_number(x, ".4g") for x in (r.p05, r.p50, r.p95)),
        _number(r.place, ".0%"),
        _number(r.log_score, ".2f"),
        "" if r.status == "predicted" else r.status,
    )


def plan_heading(doc: PlanValidation) -> str:
    """What is set against what."""
    return f"{doc.plan} against {doc.actual}"


def nothing_scored(doc: PlanValidation) -> str:
    """Why the outcomes say nothing of the plan; empty where they do."""
    if doc.overall.n:
        return ""
    names = ", ".join(r.name for r in doc.rows[:3]) + (", …" if len(doc.rows) > 3 else "")
    return (
        f"nothing was scored: the plan predicted none of the {len(doc.rows):,} outcomes of "
        f"{doc.actual} ({names})"
    )


def plan_line(doc: PlanValidation) -> str:
    """How often the bands held."""
    o = doc.overall
    if o.coverage_80 is None or o.coverage_90 is None or o.mean_log_score is None:
        return "None of these outcomes was predicted by the plan."
    return (
        f"{o.n} outcomes: 80% bands held {o.coverage_80:.0%}, 90% bands "
        f"{o.coverage_90:.0%}, mean log score {o.mean_log_score:.2f}"
    )
