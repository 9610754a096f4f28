"""The notice as HTML: the one door to the markup that the visitor is shown. All pure; text in, ``str`` out."""

from __future__ import annotations

from bandeau.ask.archive import notice_text
from bandeau.ask.banner import allow_form, banner, control
from bandeau.ask.embed import embed_page, held_page
from bandeau.ask.markdown import policy_markdown
from bandeau.ask.pages import Again, HistoryLine, my_choices_page, problem_page, withheld_page
from bandeau.ask.placeholder import anchor_of, placeholder
from bandeau.ask.policy import Version, policy_fragment, policy_page
from bandeau.ask.receipt import ReceiptChoice, ReceiptFacts, receipt_page
from bandeau.ask.settings import settings_page
from bandeau.ask.view import View

__all__ = [
    "Again",
    "HistoryLine",
    "ReceiptChoice",
    "ReceiptFacts",
    "Version",
    "View",
    "allow_form",
    "anchor_of",
    "banner",
    "control",
    "embed_page",
    "held_page",
    "my_choices_page",
    "notice_text",
    "placeholder",
    "policy_fragment",
    "policy_markdown",
    "policy_page",
    "problem_page",
    "receipt_page",
    "settings_page",
    "withheld_page",
]
