"""The web chat: a page served by the bot itself, for people without a messenger."""
