"""`python -m outlay` is the `outlay` command."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command; whoever stops it while it is loaded gets no traceback either."""
    try:
        from outlay.app.cli.main import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted; nothing was written\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
