// The page's own words, in the member's language.

import { page } from "./page.js";

const known = new Map();
export let language = document.documentElement.lang;

// Fetches the words of `wanted`; an unknown language keeps the one we have.
export async function speak(wanted) {
  if (!known.has(wanted)) {
    const answer = await fetch(`/static/text/${wanted}.json`).catch(() => null);
    if (!answer?.ok) return false;
    known.set(wanted, await answer.json());
  }
  language = wanted;
  document.documentElement.lang = wanted;
  return true;
}

export function say(key, values = {}) {
  const text = known.get(language)?.[key] ?? "";
  const all = { emergency: page.emergency, ...values };
  return text.replace(/\{(\w+)\}/g, (_, name) => all[name] ?? "");
}

export function hasWord(key) {
  return known.get(language)?.[key] !== undefined;
}

// Sizes as people say them: 0,8 MB.
export function size(bytes) {
  const [amount, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : [Math.max(bytes, 0) / 1e3, "kB"];
  const digits = amount < 10 && unit === "MB" ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  return `${number.format(amount)} ${unit}`;
}

export function decimal(amount, digits) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(amount);
}

// A choice taken, said in a sentence: "1, ik heb 101 gebeld"; without a number as it stands.
export function chosen({ number, label }) {
  if (number === undefined) return label;
  const lower = language === "nl" || language === "fr";
  const words = lower && !/^.[A-Z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
  return `${number}, ${words}`;
}
