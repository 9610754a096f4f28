"""A Django site in one file, with Bandeau in front of it.

Run it in this folder: ``python app.py runserver --noreload 8000``, or by ASGI: ``uvicorn app:asgi --port 8000``.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from bandeau import ASGIMiddleware, WSGIMiddleware, open_site

BASE_DIR = Path(__file__).parent
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

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(32),  # of a real site: kept, and the same in every process
    WSGI_APPLICATION=f"{__name__}.application",
)


def front_page(request: HttpRequest) -> HttpResponse:
    """Show the page; asking for a token makes Django set csrftoken, which bandeau.toml declares."""
    get_token(request)
    return HttpResponse(PAGE)


urlpatterns = [path("", front_page)]

site = open_site(BASE_DIR / "bandeau.toml", BASE_DIR / "bandeau-data")
application = WSGIMiddleware(get_wsgi_application(), site=site)
asgi = ASGIMiddleware(get_asgi_application(), site=site)

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
