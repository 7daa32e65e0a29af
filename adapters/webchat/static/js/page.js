// What the server wrote on the page, and small ways to make elements.

const root = document.documentElement;

export const page = {
  base: root.dataset.base,
  emergency: root.dataset.emergency,
  zone: root.dataset.zone,
  uploadMax: Number(root.dataset.uploadMax),
  invite: root.dataset.invite ?? null,
  invitedTo: root.dataset.invitedTo ?? null,
  group: root.dataset.group,
  languages: (root.dataset.languages ?? "").split(" "),
};

export const byId = (id) => document.getElementById(id);

// An element with a class, attributes and children; text goes in as text, never as markup.
export function make(tag, className = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Text with **bold**, blank lines and web addresses, as paragraphs.
export function paragraphs(text) {
  return text.split(/\n{2,}/).filter((part) => part.trim()).map((part) => {
    const paragraph = make("p");
    part.split("\n").forEach((line, index) => {
      if (index) paragraph.append(make("br"));
      paragraph.append(...rich(line));
    });
    return paragraph;
  });
}

export function rich(line) {
  return line.split(/(\*\*.+?\*\*)/).filter(Boolean).map((part) =>
    part.startsWith("**") && part.endsWith("**") && part.length > 4
      ? make("strong", "", {}, ...linked(part.slice(2, -2)))
      : linked(part)).flat();
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).filter(Boolean).map((part) =>
    /^https?:\/\//.test(part)
      ? make("a", "", { href: part, target: "_blank", rel: "noopener noreferrer" }, part)
      : numbers(part)).flat();
}

// The number of an alert or a mail is never broken at its hyphens.
function numbers(text) {
  return text.split(/(\b[MP]-\d[\d-]*\d\b)/).filter(Boolean).map((part) =>
    /^[MP]-\d/.test(part) ? make("span", "whole", {}, part) : document.createTextNode(part));
}

export const plain = (text) => text.replace(/\*\*(.+?)\*\*/gs, "$1");
