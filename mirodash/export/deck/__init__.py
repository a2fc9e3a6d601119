"""Views as PowerPoint slides with charts that can be edited."""

from mirodash.export.deck.record import read_record
from mirodash.export.deck.slides import Slide, deck, slides_of_view

__all__ = ["Slide", "deck", "read_record", "slides_of_view"]
