"""Many pages: a durable table of them, a crew of workers, and manners towards the sites.

:func:`~bandeau.audit.many.run.audit_pages` sees every page of a :class:`~bandeau.audit.many.table.Table`.
"""
