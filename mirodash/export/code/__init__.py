"""Scripts that read the reader's own file and make the numbers of a view again, without MiroDash."""

from mirodash.export.code.script import LANGUAGES, Language, code

__all__ = ["LANGUAGES", "Language", "code"]
