"""The commands by what people want to do, each with the question that it answers."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["SHELVES", "Shelved"]

SHELVES: dict[str, dict[str, str]] = {
    "Plan": {
        "init": "Start a study of your own, which runs at once.",
        "check": "What is wrong in a study, and what it assumes.",
        "plan": "What to buy, lease and site, now and later, and what it costs.",
        "what-if": "What a change would cost and order first.",
        "sweep": "What drives what, over thousands of cases.",
        "solve-for": "What an input must be for a number to reach a target.",
        "read": "What documents claim, and where they contradict themselves.",
        "serve": "The page with sliders: move an input, and the plan follows.",
    },
    "Look": {
        "explain": "Where a number comes from, down to the sentence.",
        "compare": "What changed between two plans.",
        "diff": "Which inputs differ between two studies.",
        "catalogue": "What is known of chips, models, prices and the market.",
    },
    "Serve": {
        "rate": "How fast one chip serves a model, against what users wait for.",
        "size": "The fewest chips that hold a promise over a trace.",
        "pool": "The fewest chips that several models share over time.",
        "simulate": "What users wait for on given replicas.",
        "observe": "What your own engine was measured to do, beside what ours says.",
        "train": "How fast a training run goes, and in which layout.",
        "forecast": "How tokens may grow, and how well that was foretold before.",
    },
    "Check": {
        "validate": "How right each model was against what was measured.",
        "calibrate": "Fit the performance model to your own measurements or GPU.",
        "replay": "Whether a recorded run gives the same result again.",
        "doctor": "Whether this machine plans, and what it lacks.",
        "cache": "What is kept between runs; `outlay cache clear` removes it.",
        "store": "What the workbench keeps, and who may come in.",
    },
    "For other programs": {
        "schema": "JSON Schema of the study and of every document.",
        "export": "The programme as a file for any solver.",
        "mcp": "The same for an assistant: tools whose numbers say their source.",
    },
}
"""Heading → command → what it answers."""


class Shelved(TyperGroup):
    """Help that lists the commands under the headings of `SHELVES`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each heading with its commands; those on no shelf come last."""
        there = list(self.list_commands(ctx))
        shelved = {name for shelf in SHELVES.values() for name in shelf}
        rest = {name: self.commands[name].get_short_help_str() for name in there
                if name not in shelved}  # fmt: skip
        for heading, shelf in {**SHELVES, "Other": rest}.items():
            rows = [(name, said) for name, said in shelf.items() if name in there]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
