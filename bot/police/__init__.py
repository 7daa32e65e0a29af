"""From journal to police mailbox: windows, report, package, mail, and how to check them."""
