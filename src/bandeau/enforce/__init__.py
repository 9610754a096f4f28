"""The visitor's answer, enforced: what is cut, held, walled and purged. Pure: no I/O, no clock, no settings."""
