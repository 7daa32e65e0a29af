"""Tables, statements, transactions: the only room that knows SQL."""
