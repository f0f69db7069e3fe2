/* The map in a notebook: its files come from the kernel, and what a person selects goes there. */

function askedMedia(model) {
  const waiting = new Map(), name = Math.random().toString(36).slice(2);
  let asked = 0;
  const hear = ({ id }, buffers) => {
    waiting.get(id)?.(new Blob(buffers, { type: "image/png" }));
    waiting.delete(id);
  };
  const ask = (question) => new Promise((resolve) => {
    const id = `${name} ${asked++}`;
    waiting.set(id, resolve);
    model.send({ id, ...question });
  });
  model.on("msg:custom", hear);
  return {
    remedy: "Run the cell again.",
    blob: (file) => ask({ name: file }),
    tiles: (sprite, items) => ask({ items }),
    snapshot: async () => null,
    leave: () => model.off("msg:custom", hear),
  };
}

/** The items of a selection, which large ones have as a bit for each item number. */
function itemsOf({ items, bits }) {
  if (!bits) return items;
  const bytes = Uint8Array.from(atob(bits), (c) => c.charCodeAt(0)), found = [];
  bytes.forEach((byte, i) => {
    for (let k = 0; k < 8; k++) if (byte & (1 << k)) found.push(8 * i + k);
  });
  return found;
}

function render({ model, el }) {
  const media = askedMedia(model), root = stageOf(el, "umap"), map = new EmbeddingMap(root, media);
  root.embeddingMap = map;
  const tell = {
    selection(state) {
      model.set("_gesture", state);
      model.save_changes();
    },
  };
  const show = () => {
    map.seen.selected = null; // what Python says counts, also if it says the same again
    map.update(model.get("_message"), tell);
  };
  const begin = () => {
    const gesture = itemsOf(model.get("_gesture"));
    map.update({ ...model.get("_message"), ...(gesture ? { selected: gesture } : {}) }, tell);
    model.on("change:_message", show);
  };
  // The element is put on the page later: until then it has no size to draw in, and no colours.
  const placed = new ResizeObserver(() => {
    if (!root.clientWidth) return;
    placed.disconnect();
    begin();
  });
  placed.observe(root);
  return () => {
    placed.disconnect();
    model.off("change:_message", show);
    media.leave();
    map.destroy();
  };
}

export default { render };
