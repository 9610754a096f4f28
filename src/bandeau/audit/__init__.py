"""Audit: a real browser visits a site in every state of consent, and what it saw is held against the promise.

Three steps that never mix: *collect* (``visit`` and ``collectors`` bring facts into a recording), *inspect* (pure: a
recording and perhaps a declaration give findings) and *report*. What was recorded once can be judged again.
"""
