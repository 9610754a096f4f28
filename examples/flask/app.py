"""A Flask site with Bandeau in front. Run it in this folder: ``flask --app app run --port 8000``."""

from __future__ import annotations

import secrets

from flask import Flask, session

from bandeau import WSGIMiddleware, open_site

PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Le Petit Quai</title></head>
<body>
<h1>The tide comes in</h1>
<p>At six the boats were afloat again.</p>
<div id="comments"></div>
<script async src="https://palabre.example/embed.js"></script>
</body>
</html>
"""

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)  # of a real site: kept, and the same in every process
app.wsgi_app = WSGIMiddleware(app.wsgi_app, site=open_site("bandeau.toml"))  # type: ignore[method-assign]


@app.get("/")
def front_page() -> str:
    """Show the page and count this reader's visits in the session, whose cookie bandeau.toml declares."""
    session["visits"] = session.get("visits", 0) + 1
    return PAGE
