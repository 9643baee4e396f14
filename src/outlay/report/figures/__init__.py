"""The pictures of a plan: which one shows which part of it, and the sentence that says what."""

from outlay.report.figures.plan import FIGURES

__all__ = ["FIGURES"]
