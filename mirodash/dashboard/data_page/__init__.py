"""The Data page: bring a trial, see what was understood of it, change that, and look at what is loaded."""
