"""Ask for drawings: each is made in one process apart, whose end is an error and not ours.

The process is begun with the first drawing and serves all that follow. Where a drawing ends it,
the error names the drawing and the next one gets another process; where nothing at all can be drawn
here, the others are not tried one by one.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Mapping, Sequence

from outlay.core.apart import ApartError, Company, Limits
from outlay.core.errors import DrawingError

__all__ = ["families", "pdf", "png", "svg"]

LIMITS = Limits(wall_s=60.0, memory=3 << 30, output=100_000_000, cpu_s=60, reserves=True)
SPACE = 80 << 30
"""Bytes of addresses that the renderer sets aside, of which it uses a hundredth."""
_LEAST = json.dumps({"data": {"values": [{}]}, "mark": "point"})


def svg(spec: str, name: str) -> str:
    """A Vega-Lite specification (JSON) as the renderer draws it. name: what an error calls it."""
    return _DESK.ask({"do": "svg", "spec": spec}, name).decode()


def png(drawn: str, scale: float, name: str) -> bytes:
    """A drawing (SVG) as a PNG picture."""
    return _DESK.ask({"do": "png", "svg": drawn, "scale": scale}, name)


def pdf(text: str, size: str, drawn: Sequence[str], *, system_fonts: bool, name: str) -> bytes:
    """The memo. text: what stands in it (JSON). drawn: its pictures (SVG)."""
    asked = {
        "do": "pdf", "text": text, "size": size, "drawn": list(drawn), "system_fonts": system_fonts,
    }  # fmt: skip
    return _DESK.ask(asked, name)


def families() -> tuple[str, ...]:
    """The families of fonts that this machine has."""
    return tuple(json.loads(_DESK.ask({"do": "families"}, "the fonts")))


class _Desk:
    def __init__(self) -> None:
        self._company = Company("outlay.report.drawing.worker", LIMITS)
        self._broken = ""

    def ask(self, asked: Mapping[str, object], name: str) -> bytes:
        """What is drawn; raises DrawingError."""
        if self._broken and asked["do"] in ("svg", "png"):
            raise DrawingError(name, self._broken)
        question = json.dumps(asked).encode()
        try:
            answer = self._company.ask(question)
        except ApartError as first:
            answer = self._again(question, asked, name, first)
        if answer[:1] != b"+":
            raise DrawingError(name, answer[1:].decode("utf-8", "replace"))
        return answer[1:]

    def close(self) -> None:
        """End the process."""
        self._company.close()
        self._broken = ""

    def _again(
        self, question: bytes, asked: Mapping[str, object], name: str, first: ApartError
    ) -> bytes:
        """What was drawn before may have worn the process out: once more in another one."""
        reason = str(first)
        if not self._company.fresh:
            try:
                return self._company.ask(question)
            except ApartError as second:
                reason = str(second)
        if asked["do"] in ("svg", "png") and not self._draws_at_all():
            self._broken = reason = f"{reason}; {_why()}"
        raise DrawingError(name, reason)

    def _draws_at_all(self) -> bool:
        try:
            self._company.ask(json.dumps({"do": "svg", "spec": _LEAST}).encode())
        except ApartError:
            return False
        return True


def _why() -> str:
    """Why nothing can be drawn here, as far as can be told."""
    try:
        import resource
    except ImportError:
        return "nothing can be drawn here"
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most != resource.RLIM_INFINITY and most < SPACE:
        return (
            f"the renderer sets aside {SPACE >> 30} GiB of addresses, using a hundredth of them, "
            f"and this process is limited to {most / (1 << 30):.3g} GiB (`ulimit -v`)"
        )
    return "nothing can be drawn here"


_DESK = _Desk()
atexit.register(_DESK.close)
