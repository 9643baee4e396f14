"""What the store refuses, and what goes wrong with it.

OutlayError
├── InputError
│   ├── NotThere       no such thing, or one of another workspace: the two look the same
│   ├── NotAllowed     the role is too low
│   ├── Stale          somebody saved another version since
│   └── StoreNewer     a newer Outlay wrote it
├── StoreBroken        what it holds is not what was put in, or it cannot be read or written
└── StoreBusy          others write, and go on writing
"""

from __future__ import annotations

import json
from dataclasses import asdict

from outlay.core.errors import InputError, OutlayError, Problem
from outlay.results.kept.workbench import HeldScenario, HeldStudy, Role, Who

__all__ = ["NotAllowed", "NotThere", "Stale", "StoreBroken", "StoreBusy", "StoreNewer"]


class NotThere(InputError):  # noqa: N818
    """No such thing in the workspace. what: its kind."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(Problem(f"no such {what}", value=ascii(value)[1:-1][:80]))


class NotAllowed(InputError):  # noqa: N818
    """Somebody's role is too low for what they ask, or nobody's would do."""

    def __init__(self, who: Who, least: Role) -> None:
        super().__init__(Problem("not allowed", value=who.role, allowed=least))


class Stale(InputError):  # noqa: N818
    """A change of a version that is not the newest any more. current: what stands there."""

    def __init__(self, current: HeldStudy | HeldScenario, version: int) -> None:
        self.current = current
        what = "study" if isinstance(current, HeldStudy) else "scenario"
        super().__init__(
            Problem(
                f"the {what} was saved by {current.updated_by} at {current.updated_at}",
                value=f"version {version}",
                allowed=f"version {current.version}",
                hint="look at what stands there now, and save again on top of it",
            )
        )

    @property
    def version(self) -> int:
        """The newest version."""
        return self.current.version

    @property
    def by(self) -> str:
        """Who saved it."""
        return self.current.updated_by

    @property
    def text(self) -> str:
        """What it says: of a scenario its values, as JSON."""
        if isinstance(self.current, HeldStudy):
            return self.current.text
        return json.dumps([asdict(v) for v in self.current.values], ensure_ascii=False, indent=1)


class StoreNewer(InputError):  # noqa: N818
    """A store that a newer Outlay wrote."""

    def __init__(self, shown: str, revision: str) -> None:
        super().__init__(
            Problem(
                "the store was written by a newer Outlay", shown, f"revision {revision}",
                hint="install the newer Outlay, or take the backup that it left beside the store",
            )
        )  # fmt: skip


class StoreBroken(OutlayError):  # noqa: N818
    """What the store holds is not what was put in, or it cannot be read or written."""


class StoreBusy(OutlayError):  # noqa: N818
    """Others write into the store, and went on writing for longer than one waits."""
