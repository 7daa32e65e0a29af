"""The closed group: who is who, who belongs, how somebody joins and leaves."""
