/* Where a widget is drawn: in a shadow root, so that neither its style nor the notebook's reaches the other. */
function stageOf(el, name) {
  const host = document.createElement("div");
  host.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take keys such as 0 and I for its own
  const root = Object.assign(document.createElement("div"), { className: name });
  const style = Object.assign(document.createElement("style"), { textContent: STYLE });
  host.attachShadow({ mode: "open" }).append(style, root);
  el.append(host);
  return root;
}
