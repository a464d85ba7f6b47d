"""Seed generators: made-up shops that behave like shops, the same bytes for the same arguments."""
