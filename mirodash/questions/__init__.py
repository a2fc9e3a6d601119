"""Questions of a page, slide or report: computed, explained and drawn."""
