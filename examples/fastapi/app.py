"""A FastAPI site with Bandeau in front. Run it in this folder: ``uvicorn app:app --port 8000``."""

from __future__ import annotations

from fastapi import Cookie, FastAPI
from fastapi.responses import HTMLResponse

from bandeau import ASGIMiddleware, open_site

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

app = FastAPI()
app.add_middleware(ASGIMiddleware, site=open_site("bandeau.toml"))


@app.get("/", response_class=HTMLResponse)
def front_page(visits: int = Cookie(0)) -> HTMLResponse:
    """Show the page and count this reader's visits in a cookie, which bandeau.toml declares."""
    answer = HTMLResponse(PAGE)
    answer.set_cookie("visits", str(visits + 1), max_age=30 * 24 * 3600, httponly=True, samesite="lax")
    return answer
