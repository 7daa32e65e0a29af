// The bar under the header: an open alert, which leads to its card; or a drill.

import { byId, make } from "./page.js";
import { icon } from "./icons.js";

const bar = byId("bar");
let shown = "";

// `show` is called with the title of the card to go to.
export function drawBar(panel, show) {
  const state = JSON.stringify(panel);
  if (state === shown) return;
  shown = state;
  bar.hidden = !panel;
  bar.className = panel?.state === "drill" ? "stripes" : "open";
  if (!panel) return bar.replaceChildren();
  if (panel.state === "drill") return bar.replaceChildren(make("span", "", {}, icon("cone"), panel.text));
  const button = make("button", "", { type: "button" }, icon("bell"),
    make("span", "", {}, make("strong", "", {}, panel.title), make("span", "", {}, panel.text)));
  button.addEventListener("click", () => show(panel.title));
  bar.replaceChildren(button);
}
