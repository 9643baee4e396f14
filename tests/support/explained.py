"""Explanations made by hand, and all that is said of them and of a command that was stopped."""

from __future__ import annotations

from typing import Any

from outlay.report.words.error import Halt, goes_on, kept
from outlay.report.words.explanation import explanation_lines
from outlay.report.words.language import Words
from outlay.results.explanation import Branch, Explanation, Origin, Step

__all__ = ["BY_BRANCH", "row", "say_explained", "tree"]

BY_BRANCH = (
    Branch("licence=granted demand=high", 0.25, 4e6),
    Branch("licence=refused demand=low", 0.75, 0.0),
)


def row(name: str, value: float, *inputs: Step, period: str = "", **more: Any) -> Step:
    unit = more.pop("unit", "USD")
    formula = more.pop("formula", "" if not inputs else "of these")
    return Step(name, value, unit, formula, inputs, period=period, **more)


def tree() -> Explanation:
    tokens = Origin(text="plan")
    price = row("lease.price", 3.0, row("supply.l.rent", 2.5, where="s.yaml:9", assumption="so"),
                 formula="supply.l.rent", unit="USD/chip/s")  # fmt: skip
    quarters = [
        row("buy.cost", v, price, period=p) for p, v in (("2026-Q1", 1e6), ("2026-Q2", 3e6))
    ]
    return Explanation(
        "capex.paid.2026", 1e6, "USD", "buy + use", label="Capex", branches=BY_BRANCH,
        inputs=(
            *quarters,
            row("use.mtok", 5e6, period="2026-Q1", unit="Mtok", source=tokens),
            row("again", 1.0, period="2026-Q1", repeated=True),
        ),
    )  # fmt: skip


def say_explained(say: Words) -> None:
    """Everything that an explanation and an interruption may say."""
    doc = tree()
    explanation_lines(doc, 3, say, asked="run")
    same = [row("a", 1.0, row("b", 1.0), period=p) for p in ("2026-Q1", "2026-Q2")]
    zeros = [row(f"none{i}", 0.0) for i in range(5)]
    many = [row(f"part{i}", 1.0 + i) for i in range(60)]
    for inputs in ((*same, *zeros), (*zeros, *many)):
        explanation_lines(Explanation("x", 1.0, "chip*s", "Σ", inputs=tuple(inputs)), 2, say)
    split = row("cost", 1.0, period="2026-Q1", branch="licence=granted", chance=0.3)
    explanation_lines(Explanation("cost", 1.0, "USD/Mtok", "", inputs=(split,)), 2, say)
    source = Origin(publisher="FT")
    given = Explanation("p", 1.0, "USD", "", where="s:3", range=(1.0, 2.0), source=source)
    explanation_lines(given, 1, say)
    explanation_lines(Explanation("p", None, "USD", "", assumption=True), 1, say)
    explanation_lines(Explanation("p", 1.0, "USD", "", branches=BY_BRANCH[:1]), 1, say)
    for out in ("", "o"):
        told = (Halt(out), Halt(out, simulated=3, wanted=5, solved=True), Halt(out, written=True),
                Halt(out, written=True, whole=True))  # fmt: skip
        for halt in told:
            kept(halt, say), goes_on(halt, say)
