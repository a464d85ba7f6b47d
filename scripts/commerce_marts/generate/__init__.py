"""Seed generators: realistic made-up shops, the same bytes for the same arguments."""
