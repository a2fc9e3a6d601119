"""One file per question: a trial and a selection in, a result out."""
