/* What is fetched: the points of a map, and the images of its items. All maps of a page share it. */

const shared = (window.__umetaMap ??= { places: new Map(), pages: new Map(), files: new Map() });

function unpackNumbers(packed) {
  if (!packed) return null;
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[packed.bytes](bytes.buffer);
}

/** Keep what a name stands for, for all maps, and forget the oldest beyond a number; a failure is tried again. */
function kept(store, name, most, make) {
  if (!store.has(name)) {
    const answer = make();
    store.set(name, answer);
    answer.catch(() => store.delete(name));
    if (store.size > most) store.delete(store.keys().next().value); // whoever has the files has it still
  }
  return store.get(name);
}

const file = (media, name) => kept(shared.files, name, 6, async () => (await media.blob(name)).arrayBuffer());
const page = (media, name) => kept(shared.pages, name, 24, async () => createImageBitmap(await media.blob(name)));

/** Copy an item's image onto a canvas, pixel for pixel. The tile's number is the item's number: nothing to mix up. */
async function drawTile({ sprite, media }, item, canvas) {
  const { tile_width: w, tile_height: h, columns, tiles_per_page: perPage, pages, ink } = sprite;
  const bitmap = await page(media, pages[Math.floor(item / perPage)]), tile = item % perPage;
  Object.assign(canvas, { width: w, height: h });
  const c = canvas.getContext("2d");
  c.drawImage(bitmap, (tile % columns) * w, Math.floor(tile / columns) * h, w, h, 0, 0, w, h);
  if (ink) {
    // white minus the image: light ink on black becomes dark ink on the white of cards and thumbnails
    Object.assign(c, { globalCompositeOperation: "difference", fillStyle: "#fff" });
    c.fillRect(0, 0, w, h);
  }
}
