"""What the declarations of the test sites have in common: the site itself, and the third parties that several have."""

from __future__ import annotations


def site(*more_hosts: str, languages: str = '"fr"', mode: str = "enforce") -> str:
    """The site's own part of a declaration."""
    hosts = ", ".join(f'"{host}"' for host in ("gazette.localhost", *more_hosts))
    return f"""
[site]
name = "La Gazette du Port"
hosts = [{hosts}]
languages = [{languages}]
privacy_policy = "/confidentialite"
mode = "{mode}"

[site.controller]
name = "Éditions du Port SAS"
address = "1 quai des Brumes, 76600 Le Havre, France"
contact = "dpo@gazette.localhost"

[purposes.functioning]
exempt = "strictly-necessary"
"""


VIDEO = """
[services.video]
name = "Scopia"
recipient = "Scopia GmbH"
purpose = "media"
personal_data = ["ip-address"]
countries = ["DE"]
hosts = ["scopia.localhost"]
"""


def tracker(key: str, name: str, *, purpose: str, host: str) -> str:
    """A tracker that follows readers, whose cookies and keys begin with its key."""
    return f"""
[services.{key}]
name = "{name}"
recipient = "{name} SAS"
purpose = "{purpose}"
profiling = true
personal_data = ["ip-address", "browsing"]
countries = ["FR"]
hosts = ["{host}"]
cookies = [{{ name = "{key}*", lifetime = "12 months" }}, {{ name = "__Host-{key}*", lifetime = "12 months" }}]
storage = [{{ name = "{key}*", lifetime = "12 months" }}]
"""
