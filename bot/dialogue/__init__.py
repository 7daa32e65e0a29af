"""Scripted, durable conversations. The engine is pure; scripts and texts are data in `config/`."""
