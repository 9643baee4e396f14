"""Rows that are linear in drawn factors: constants and matrices, and what operators do to them.

See `graph_sample` for what they are for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array

__all__ = ["Form", "Key", "added", "chosen", "mapped", "scaled", "toeplitz"]

Key = tuple[int, ...]
"""A product of drawn factors, by their numbers, sorted; the empty product stands in `const`."""


@dataclass(frozen=True)
class Form:
    """const [out] + Σ terms[key] [out, in] @ product(key) [in, draw]; out and in: periods or 1."""

    const: Array
    terms: Mapping[Key, Array]

    @property
    def fixed(self) -> bool:
        return not self.terms


def toeplitz(kernel: Array) -> Array:
    n = len(kernel)
    return np.asarray(sum(kernel[a] * np.eye(n, k=-a) for a in range(n)))


def mapped(form: Form, matrix: Array) -> Form:
    """A linear map along the periods."""
    return Form(matrix @ form.const, {k: matrix @ m for k, m in form.terms.items()})


def scaled(form: Form, by: Array) -> Form:
    return Form(form.const * by, {k: m * by[:, None] for k, m in form.terms.items()})


def added(parts: Sequence[tuple[Form, float]]) -> Form:
    const = np.zeros(len(parts[0][0].const))
    terms: dict[Key, Array] = {}
    for form, sign in parts:
        const = const + sign * form.const
        for key, m in form.terms.items():
            terms[key] = terms[key] + sign * m if key in terms else sign * m
    return Form(const, terms)


def chosen(condition: Form, yes: Form, no: Form) -> Form | None:
    """One or the other by period, where the condition is not drawn."""
    if not condition.fixed:
        return None
    pick = np.broadcast_to(condition.const != 0, yes.const.shape)
    terms: dict[Key, Array] = {}
    for key in {**yes.terms, **no.terms}:
        width = (yes.terms.get(key) if key in yes.terms else no.terms[key]).shape[1]  # type: ignore[union-attr]
        nothing = np.zeros((len(pick), width))
        a, b = yes.terms.get(key, nothing), no.terms.get(key, nothing)
        terms[key] = np.where(pick[:, None], a, b)
    return Form(np.where(pick, yes.const, no.const), terms)
