"""`outlay serve`: the workbench, until it is stopped."""

from __future__ import annotations

from outlay.app.cli.command import plain
from outlay.workbench.serve import serve

__all__ = ["serve_command"]

serve_command = plain(serve)
