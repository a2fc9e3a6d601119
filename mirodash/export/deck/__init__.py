"""Views as PowerPoint slides with charts that can be edited."""

from mirodash.export.deck.slides import Slide, deck, prepare, read_record, slides_of_view

__all__ = ["Slide", "deck", "prepare", "read_record", "slides_of_view"]
