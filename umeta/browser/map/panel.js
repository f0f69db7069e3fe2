/* The parts around the canvas: tools, legend, the count under the map, and the card with the image pointed at. */

const ICONS = {
  pan: '<path d="M12 3v18M3 12h18M12 3l-2.5 2.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5"/>',
  turn: '<path d="M20 8a8.5 8.5 0 1 0 .3 7M20.5 3.5V8H16"/>',
  lasso: '<path d="M7.5 16.2C4.8 15 3 12.9 3 10.5 3 6.9 7 4 12 4s9 2.9 9 6.5-4 6.5-9 6.5c-.9 0-1.7-.1-2.5-.25"/><circle cx="8" cy="17" r="2"/><path d="M8.3 19c.2 1.2-.6 2-1.8 2.3"/>',
  box: '<rect x="4" y="4" width="16" height="16" rx="1.5" stroke-dasharray="3.2 2.6"/>',
  images: '<rect x="4" y="4" width="7" height="7" rx="1.5"/><rect x="13" y="4" width="7" height="7" rx="1.5"/><rect x="4" y="13" width="7" height="7" rx="1.5"/><rect x="13" y="13" width="7" height="7" rx="1.5"/>',
  reset: '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
  cell: '<path d="M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14"/>',
  link: '<path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.6-1.6"/>',
};
const CHOOSE = { pan: "Move the map", turn: "Turn the map in space", lasso: "Select by lasso", box: "Select by box" };
const ACT = { images: "Images in place of dots (I)", reset: "Show everything", link: "Copy a link to this view", png: "Save this view as a PNG image", svg: "Save this view as an SVG drawing", cell: "Show this view as a notebook cell" };
const HINT = "Arrow keys go from point to point, Enter selects, Escape clears, plus and minus zoom, 0 shows everything.";
const HINT_OF_IMAGES = " I shows images in place of dots.";

function buildPanel(map) {
  const layer = () => el("canvas", { class: "layer", "aria-hidden": "true" });
  [map.base, map.top] = [layer(), layer()];
  map.hint = el("span", { class: "unseen", id: "hint" });
  map.stage = el("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "map", "aria-describedby": "hint" });
  map.stage.append(map.base, map.top, map.hint);
  map.tools = el("div", { class: "tools", role: "toolbar", "aria-label": "Map tools" });
  const acts = { images: () => switchImages(map), reset: () => map.reset(), link: () => copyLink(map), png: () => savePng(map), svg: () => saveSvg(map), cell: () => map.tell.cell([...map.camera.viewport(), ...map.points.turned]) };
  for (const [tool, label] of Object.entries({ ...CHOOSE, ...ACT })) {
    const button = el("button", { type: "button", "aria-label": label, title: label, "data-tool": tool });
    if (ICONS[tool]) button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[tool]}</svg>`;
    else button.textContent = tool.toUpperCase();
    if (tool === "images") button.setAttribute("aria-keyshortcuts", "I");
    button.onclick = acts[tool] ?? (() => pickTool(map, tool));
    map.tools.append(button);
  }
  map.picture = el("canvas", { "aria-hidden": "true" });
  [map.cardTitle, map.cardText] = [el("strong"), el("small")];
  map.card = el("div", { class: "card", "aria-hidden": "true" }, map.picture, el("div", {}, map.cardTitle, map.cardText));
  map.problem = el("div", { class: "problem", role: "alert" });
  map.note = el("div", { class: "note", "aria-hidden": "true" });
  map.legend = el("div", { class: "legend" });
  map.count = el("div", { class: "count" });
  map.live = el("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const frame = el("div", { class: "frame" }, map.stage, map.tools, map.note, map.card, map.problem);
  map.root.replaceChildren(frame, el("div", { class: "foot" }, map.legend, map.count), map.live);
}

/** Show the tools that this map has: sharing and saving only where they are asked for, turning only in space. */
function showTools(map) {
  const inSpace = map.points.dims === 3;
  map.tools.style.display = map.options.tools ? "" : "none";
  map.hint.textContent = HINT + (map.options.tools && map.sprite ? HINT_OF_IMAGES : "");
  for (const button of map.tools.children) {
    const tool = button.dataset.tool;
    button.hidden = (tool === "turn" && !inSpace) || (tool === "link" && !map.options.share) || (["png", "svg"].includes(tool) && !map.options.saves) || (tool === "cell" && !map.options.cell) || (tool === "images" && !map.sprite);
  }
}

function pickTool(map, tool) {
  map.tool = tool;
  for (const button of map.tools.children) if (button.dataset.tool in CHOOSE) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  map.stage.classList.toggle("choosing", tool === "lasso" || tool === "box");
}

function legendNodes(map) {
  const rings = map.view.rings.filter((ring) => ring.text).map((ring) => ({ ...ring, kind: ring.shape, group: null }));
  return [...map.view.legend.map((entry) => ({ ...entry, kind: `mark${entry.mark}` })), ...rings].map((entry) => {
    const swatch = el("i", { class: entry.kind });
    swatch.style.setProperty("--swatch", css(readable(entry.colour, map.paper)));
    if (entry.group === null) return el("span", {}, swatch, entry.text);
    const button = el("button", { type: "button", title: "Select this group" }, swatch, entry.text);
    button.onpointerenter = button.onfocus = () => map.lightUp(entry.group);
    button.onpointerleave = button.onblur = () => map.lightUp(map.view.litGroup);
    button.onclick = () => map.selectGroup(entry.group, null);
    return button;
  });
}

function tellCount(map) {
  const number = (v) => v.toLocaleString("en");
  map.count.replaceChildren(map.selectedCount ? `${number(map.selectedCount)} of ${number(map.n)} selected` : `${number(map.n)} items`);
  if (!map.selectedCount) return;
  const button = el("button", { type: "button" }, "Clear");
  button.onclick = () => (map.clear(), map.stage.focus());
  map.count.append(button);
}

/** A word that goes by itself; the status line says it to those who cannot see it. */
function notify(map, text) {
  map.note.textContent = text;
  map.note.classList.add("shown");
  clearTimeout(map.noteTimer);
  map.noteTimer = setTimeout(() => map.note.classList.remove("shown"), 2500);
  map.say(text);
}

async function showCard(map, point) {
  map.card.classList.toggle("shown", point >= 0);
  if (point < 0) return;
  const item = map.points.items[point], group = map.groups ? map.groups[point] - 1 : -1;
  map.stage.dataset.hoverItem = item;
  map.cardTitle.textContent = map.view.groupTexts[group] ?? "";
  map.cardText.textContent = map.view.itemTexts[item] ?? `item ${item}`;
  map.card.style.setProperty("--swatch", css(map.palette[map.index[point]]));
  map.picture.style.display = map.sprite ? "" : "none";
  if (map.sprite) {
    const times = Math.max(1, Math.floor(116 / Math.max(map.sprite.tile_width, map.sprite.tile_height)));
    Object.assign(map.picture.style, { width: `${map.sprite.tile_width * times}px`, height: `${map.sprite.tile_height * times}px` });
  }
  moveCard(map, point);
  if (!map.sprite) return;
  const tile = el("canvas"), { points } = map;
  map.picture.removeAttribute("data-item");
  map.picture.width = map.picture.width; // empties it: no image is better than the last one's
  try {
    await drawTile(map, item, tile);
  } catch {
    return; // the server is gone; the card's words are still right
  }
  if (map.hovered !== point || map.points !== points) return; // the pointer has gone on while the page was loading
  Object.assign(map.picture, { width: tile.width, height: tile.height });
  map.picture.getContext("2d").drawImage(tile, 0, 0);
  map.picture.dataset.item = item;
}

/** Beside the point, on the side that has room; inside the frame on a phone, too. */
function moveCard(map, point) {
  const [x, y] = map.screenOfPoint(point);
  const { offsetWidth: w, offsetHeight: h } = map.card;
  const within = (value, size, room) => Math.round(clamp(value, 4, Math.max(4, room - size - 4)));
  let [left, up] = [x + 18, y - h / 2];
  if (left + w > map.width) left = x - 18 - w;
  if (left < 0) [left, up] = [x - w / 2, y > h + 20 ? y - h - 16 : y + 16]; // no room beside it: above or below
  map.card.style.transform = `translate(${within(left, w, map.width)}px, ${within(up, h, map.height)}px)`;
}
