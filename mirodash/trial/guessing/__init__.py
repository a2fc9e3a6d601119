"""What the columns of a file probably mean: a proposal with reasons, for the reader to confirm or change."""

from mirodash.trial.guessing.proposal import Guess, guess

__all__ = ["Guess", "guess"]
