"""The few pages that somebody sees who is not let in: no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape

__all__ = ["form_page", "shut_page"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outlay</title>
<main>
<h1>Outlay</h1>
{body}
</main>
</html>
"""


def shut_page(said: str = "") -> bytes:
    """Where one comes in by the terminal's link."""
    why = f"<p>{escape(said)}</p>\n" if said else ""
    body = (
        f"{why}<p>This browser has not been let in. Open the link that <code>outlay serve</code> "
        "printed in its terminal: it lets in one browser, once.</p>\n"
        "<p>The link is used or gone? Stop the server with Ctrl-C and start it again: it prints "
        "a new one.</p>\n"
    )
    return _PAGE.format(body=body).encode()


def form_page(said: str = "") -> bytes:
    """Where one comes in with a token of one's own."""
    why = f'<p role="alert">{escape(said)}</p>\n' if said else ""
    body = (
        f'{why}<form method="post" action="/enter">\n'
        '<p><label for="token">Your token</label>\n'
        '<input id="token" name="token" type="password" autocomplete="off" required>\n'
        '<button type="submit">Come in</button></p>\n</form>\n'
        "<p>Who runs this server makes the tokens.</p>\n"
    )
    return _PAGE.format(body=body).encode()
