"""Saarbot's core: the neighbourhood watch group, without any messenger in it."""
