"""Where each path of a study is written: its line, or the overlay that set it."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.study.paths import Path as StudyPath
from outlay.study.paths import text_of
from outlay.study.reading.strict_yaml import Mark

__all__ = ["Lines"]


@dataclass(frozen=True)
class Lines:
    """Where each path of the study is written."""

    name: str
    marks: Mark
    laid_over: tuple[tuple[StudyPath, str], ...] = ()
    """Paths that an overlay set, and what to call it; later ones win."""
    numbered: bool = True
    """False where no file holds the study: places are paths."""

    def line(self, path: StudyPath) -> int:
        """Line of the deepest part of `path` that the file holds; 0 without a file."""
        if not self.numbered:
            return 0
        mark = self.marks
        line = mark.line
        for part in path:
            found = mark.children.get(part)
            if found is None and isinstance(part, str) and part.isdigit():
                found = mark.children.get(int(part))
            if found is None:
                break
            mark, line = found, found.line
        return line

    def where(self, path: StudyPath) -> str:
        """`file:line: path`, or the override that set it."""
        text = f": {text_of(path)}" if path else ""
        for laid, name in reversed(self.laid_over):
            if path[: len(laid)] == laid:
                return name if name.startswith("--set") and path == laid else name + text
        place = f"{self.name}:{self.line(path)}{text}" if self.numbered else text[2:] or self.name
        # What is wrong with a whole may come from a part that was laid into it.
        parts = [name for laid, name in self.laid_over if path and laid[:-1] == path]
        return f"{place}, with {parts[-1]}" if parts else place

    def __getitem__(self, path: str | StudyPath) -> int:
        return self.line(tuple(path.split(".")) if isinstance(path, str) else path)
