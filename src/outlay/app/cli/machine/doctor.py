"""`outlay doctor`: what is installed, what this machine gives, and whether it plans."""

from __future__ import annotations

from typing import Annotated

from outlay.api.machine.doctor import doctor
from outlay.api.says import LANGUAGES, Says
from outlay.app.cli.command import command
from outlay.results.machine.doctor import Doctor

__all__ = ["doctor_command"]


def _show(
    found: Doctor,
    *,
    language: Annotated[str, Says("Of the words: en or zh.", among=LANGUAGES)] = "en",
) -> None:
    from outlay.app.cli.columns import console, text_table
    from outlay.report.words.language import words
    from outlay.report.words.machine.doctor import doctor_heads, doctor_sections, doctor_verdict

    out, say = console(), words(language)
    for title, lines in doctor_sections(found, say):
        rows = [(say(f"doctor.state_{x.state}"), x.what, x.found, x.do) for x in lines]
        heads = doctor_heads(say) if any(x.do for x in lines) else doctor_heads(say)[:3]
        out.print(f"\n{title}")
        out.print(text_table(heads, [row[: len(heads)] for row in rows], lines=False))
    for line in doctor_verdict(found, say):
        out.print(f"\n{line}")


doctor_command = command(doctor, _show, failed=lambda found: found.status == "failed")
