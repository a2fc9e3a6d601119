"""Questions along every threshold: scan, permutation test, stability and STEPP."""
