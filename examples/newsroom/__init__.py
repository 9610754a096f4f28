"""« La Gazette du Port »: a small newspaper with live third parties, to show Bandeau at work.

The newspaper knows nothing of consent: it pastes its third parties' tags as any publisher does. What each of them
may see is written in ``bandeau.toml`` beside this file, and Bandeau stands in front.
"""

from __future__ import annotations

from pathlib import Path

from .servers import Newsroom, start
from .witness import Sighting, Witness

DECLARATION = Path(__file__).with_name("bandeau.toml")
"""The newspaper's declaration."""

__all__ = ["DECLARATION", "Newsroom", "Sighting", "Witness", "start"]
