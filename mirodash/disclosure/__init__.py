"""Disclosure control: what may be shown where few participants must not be told apart."""
