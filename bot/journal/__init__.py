"""What happened, in order, and any change of it shows."""
