/** Put a text on the clipboard; pages that are neither on https nor on localhost have none, but can still copy. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, ariaHidden: "true" });
    area.style.cssText = "position: fixed; opacity: 0";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
