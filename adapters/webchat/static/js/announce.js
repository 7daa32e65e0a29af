// What a screen reader says: each new message once, and what changed on a card. The conversation
// itself is silent, since it is drawn again when a message is kept, answered or translated.

import { byId, make, plain } from "./page.js";

const KEPT = 10;
const region = byId("announce");

// `old` is the message as it stood before, if it did.
export function announce(item, old) {
  if (old && !changed(item, old)) return;
  const words = old && item.card
    ? [item.card.title, item.card.state_word, item.card.updated || item.card.headline]
    : [item.text, ...(item.choices ?? []).map(({ number, label }) => `${number}: ${label}`)];
  region.append(make("p", "", {}, plain(words.filter(Boolean).join(". "))));
  while (region.children.length > KEPT) region.firstChild.remove();
}

function changed(item, old) {
  return item.text !== old.text || JSON.stringify(item.card) !== JSON.stringify(old.card);
}
