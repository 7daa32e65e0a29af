// The page is as high as what can be seen of it: a phone's keyboard never covers the call button.

const view = window.visualViewport;

function fit() {
  if (view.scale > 1.01) return;  // somebody looks closer; the page stays where it is
  document.body.style.height = `${view.height}px`;
  document.body.style.top = `${view.offsetTop}px`;
}

export function fitAboveKeyboard() {
  if (!view) return;
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  fit();
}
