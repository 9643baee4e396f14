"""What a request is refused with: a status, our document of errors, and headers of its own."""

from __future__ import annotations

from outlay.core.errors import Problem

__all__ = ["RefusedError", "error_body"]


class RefusedError(Exception):
    """A request that goes no further.

    close: whether the connection ends with it, as what is left unread of it cannot be told from
    the next request.
    """

    def __init__(
        self, status: int, problem: Problem, *, close: bool = False, **headers: str
    ) -> None:
        self.status, self.problem, self.close = status, problem, close
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(str(problem))

    @property
    def body(self) -> bytes:
        """The answer, as every error of the interface is told."""
        return error_body(self.problem)


def error_body(*found: Problem) -> bytes:
    """The document of errors, as bytes."""
    from outlay.results.checks import Error, problems
    from outlay.results.schema import to_text

    return to_text(Error(problems(found))).encode()
