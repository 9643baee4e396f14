"""`python -m outlay` is the `outlay` command."""

from outlay.app.cli.main import main

if __name__ == "__main__":
    main()
