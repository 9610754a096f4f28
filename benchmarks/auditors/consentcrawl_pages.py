"""Runs consentcrawl over many pages, in batches, by its own ``crawl_batch``.

Its lists of trackers come from the network and are left out, so that it tells third parties instead. It runs in an
environment that has it, and not ours.
"""

import asyncio
import json
import sys
from typing import Any

from consentcrawl import crawl  # type: ignore[import-not-found]  # installed for the run


async def main() -> None:
    """Crawl, and say what was seen as one line of JSON."""
    task = json.load(sys.stdin)
    items: list[list[str]] = []
    failed: list[str] = []

    async def keep(results: list[dict[str, Any]]) -> None:
        for result in results:
            url = result["url"]
            if result["status"] != "success":
                failed.append(f"{url}: {result['status_msg']}")
                continue
            items.extend([url, "before", "cookie", cookie["name"]] for cookie in result["cookies_no_consent"])
            hosts = result["third_party_domains_no_consent"]
            items.extend([url, "before", "host", host.split(":")[0]] for host in hosts)

    await crawl.crawl_batch(
        task["urls"],
        keep,
        batch_size=task["at_once"],
        browser_config={"headless": True, "executable_path": task["browser"], "args": task["arguments"]},
    )
    print(json.dumps({"items": items, "failed": failed}))


asyncio.run(main())
