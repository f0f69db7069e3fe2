/* Curves in a notebook: Python draws them, and they are put on the page as they come. */
function render({ model, el }) {
  const show = () => (el.innerHTML = model.get("value"));
  show();
  model.on("change:value", show);
  return () => model.off("change:value", show);
}

export default { render };
