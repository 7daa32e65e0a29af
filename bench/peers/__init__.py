"""What the bench compares with."""
