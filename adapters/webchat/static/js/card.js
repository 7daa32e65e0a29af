// An alert's card: its state shows by band, border, icon and word, so that grey is enough.

import { make, paragraphs, rich } from "./page.js";
import { icon } from "./icons.js";

const ICONS = { open: "bell", waiting: "clock", closed: "tick", no_news: "clock", rectified: "back", drill: "cone" };

export function card(item, choices) {
  const { card } = item;
  const drill = card.state === "drill";
  const parts = [drill ? stripes("band", icon("cone"), make("h2", "", {}, card.title)) : band(card), body(card, choices, drill)];
  if (drill) parts.push(stripes("band end", card.footer || card.state_word));
  return make("article", `card ${card.state}`, { "aria-label": `${card.title}, ${card.state_word}` }, ...parts);
}

function band(card) {
  return make("div", "band", {}, icon(ICONS[card.state]), make("h2", "", {}, card.title),
    make("span", "tag", {}, card.state_word));
}

function stripes(className, ...children) {
  return make("div", `${className} stripes`, {}, make("span", "", {}, ...children));
}

function body(card, choices, drill) {
  const parts = [];
  if (card.headline) parts.push(make("h3", "", {}, card.headline));
  for (const paragraph of paragraphs(card.body)) {
    paragraph.className = "act";
    parts.push(paragraph);
  }
  if (card.lines.length) parts.push(make("ul", "facts", {}, ...card.lines.map(fact)));
  if (card.footer && !drill) parts.push(...paragraphs(card.footer).map((part) => (part.classList.add("footer"), part)));
  if (card.updated) parts.push(make("p", "updated", {}, icon(card.state === "open" ? "update" : "clock"), card.updated));
  if (choices) parts.push(choices);
  return make("div", "body", {}, ...parts);
}

function fact(line) {
  const words = make("span");
  if (line.strong) words.append(make("strong", "", {}, line.strong));
  const gap = line.strong && line.text && !/^[\s,.;:]/.test(line.text) ? " " : "";
  words.append(gap, ...rich(line.text.replace(/^☎\s*/, "")));  // drawn beside it already
  return make("li", "", {}, icon(line.icon), words);
}
