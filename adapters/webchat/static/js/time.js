// Times as the server said them, in the neighbourhood's zone. The browser's own clock is never asked.

import { page } from "./page.js";
import { language } from "./words.js";

const locale = () => (language === "nl" ? "nl-BE" : language === "en" ? "en-GB" : language);

function formatted(moment, options) {
  return new Intl.DateTimeFormat(locale(), { timeZone: page.zone, ...options }).format(new Date(moment));
}

export const hour = (moment) => formatted(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const dayKey = (moment) => formatted(moment, { year: "numeric", month: "2-digit", day: "2-digit" });

export function day(moment, now) {
  const options = { weekday: "long", day: "numeric", month: "long" };
  const year = { year: "numeric" };
  if (formatted(moment, year) !== formatted(now, year)) Object.assign(options, year);
  return formatted(moment, options).replace(",", "");
}
