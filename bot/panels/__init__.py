"""What stands around a conversation on a page: header, bar, and the coordinators' desk.

Panels are a view of the store, worked out again from what is committed: nobody who changes
something has to think of them, nothing of them is stored, and after a crash they are right. They
are worked out only for chats that somebody looks at and that asked for them (`Context.panels`),
so other messengers cost nothing. A person sees in them what the same person may read in the chat:
a newcomer no alert from before their time, a resident no desk, nobody a house number but the
coordinators who were asked to call.
"""
