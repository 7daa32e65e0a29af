"""Getting messages out: outbox, pacing, retry, dead letters, truth about what arrived.

**What is promised.** A message posted in a transaction is on disk with the decision that caused
it. It leaves by priority: alerts, questions, answers, notices, campaigns. Each chat has a lane of
its own, in which one message is under way at a time and in order, so a slow chat holds up nobody
else. Every messenger's published limits are kept, for the chat and for the account; campaigns use
a third of each at most, so that an alert always finds room.

**How a send ends.** *Sent*: the messenger accepted it. *Not sent*: it is tried again, alerts after
1, 2 and 5 seconds, others more patiently; what can't succeed, or has been tried for too long, is
parked with its reason and reported. *Unknown*: the request left and no answer came, or the process
died meanwhile. An alert, a question or an answer to somebody is then sent once more, marked as
perhaps a repetition: whoever wrote is never left in silence. News (a broadcast, what a neighbour
said, a campaign) is parked and shown. A second unknown is parked
and reported. Nothing is ever sent twice unmarked, and nothing disappears: a message is waiting,
sent, replaced by a newer one of its kind, or parked where a coordinator sees it. What is taken back
(whoever should have had it left, or the question was answered) isn't sent any more; if it is under
way just then it may still arrive, and isn't tried again.
What changes or ends something that stands in a chat, and was refused since its owner had stopped
the bot, goes out when they come back within two days.

**When it counts as sent.** Only once the messenger accepted it, and for a page only if somebody is
connected (`reached`). What the core hears is an `Outcome`, in the transaction that records it.
"""
