/* The board in a notebook: it hears keys while something on it has the focus, for the notebook has keys of its own. */
function render({ model, el }) {
  const root = stageOf(el, "board");
  root.tabIndex = 0;
  return mountBoard(root, model.get("_message"), (answers) => {
    model.set("_answers", [...answers]);
    model.save_changes();
  }, root);
}

export default { render };
