/* Page Down and Page Up (what a clicker sends), right and left, Escape and the digits press the page's own buttons. */

const BUTTONS = { PageDown: "next", ArrowRight: "next", PageUp: "back", ArrowLeft: "back", Escape: "leave" };
const TAKES_KEYS = "input, textarea, select, [contenteditable=true], [role=slider], [role=tab], [role=radio], [tabindex].stage";

export default function () {
  const onKey = (event) => {
    const where = event.composedPath()[0];
    const name = BUTTONS[event.key] ?? (/^[1-9]$/.test(event.key) && `choice-${event.key}`);
    if (!name || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.key.startsWith("Page") && where.closest?.(TAKES_KEYS)) return;
    const button = document.querySelector(`.st-key-${name} button:not(:disabled)`);
    if (!button) return;
    document.activeElement?.blur(); // what is being typed counts
    button.click();
    event.preventDefault();
  };
  // on the window: what a board or a map does with a key comes first
  window.addEventListener("keydown", onKey);
  document.body.dataset.turns = "by keys"; // whoever drives the page can wait for it
  return () => {
    window.removeEventListener("keydown", onKey);
    delete document.body.dataset.turns;
  };
}
