"""All plants."""

from __future__ import annotations

from support.planted.declaring import DECLARING, SIGNALLING, UNKNOWN
from support.planted.noticing import NOTICING
from support.planted.plant import Plant
from support.planted.staying import STAYING
from support.planted.tracking import TRACKING

PLANTS: tuple[Plant, ...] = (*TRACKING, *STAYING, *DECLARING, *SIGNALLING, *UNKNOWN, *NOTICING)
