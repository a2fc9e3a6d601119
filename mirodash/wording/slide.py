"""What a slide says: title, the numbers beside the picture, footer, and what the speaker should know."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.wording.explanation import Fact, Table


@dataclass(frozen=True, slots=True)
class SlideWords:
    """Everything on a slide that is not its picture.

    Attributes
    ----------
    title : str
        The presenter's own, or else ``proposed``.
    proposed : str
        The finding as a sentence, with what it leaves open.
    facts : tuple of Fact
        Few, with intervals; both sides of a threshold always.
    footer : str
        n and events, method, exploratory or the declaration, SYNTHETIC, version, short fingerprint, date.
    source : str
        The query string and the whole fingerprint, for files: with them the slide can be made again.
    notes : tuple of str
        Paragraphs for the speaker: their own note, the sentence, methods, caveats.
    alt : str
        The picture in words, for those who cannot see it.
    tables : tuple of Table
        The numbers behind the picture.
    """

    title: str
    proposed: str
    facts: tuple[Fact, ...]
    footer: str
    source: str
    notes: tuple[str, ...]
    alt: str
    tables: tuple[Table, ...] = ()
