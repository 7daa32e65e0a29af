"""For whoever tests a conversation or writes an adapter: a messenger in memory, and the contract.

`memory` is a messenger without a network, with people who speak. `contract` is the suite that
every adapter passes; `peer` says what it needs to be driven. `plugin` holds pytest's fixtures.
Shipped, because third parties test their adapters with it too.
"""
