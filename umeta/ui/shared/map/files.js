/* What is fetched: the points of a map, and the images of its items. All maps of a page share it. */

const shared = (window.__umetaMap ??= { places: new Map(), pages: new Map(), files: new Map() });

function unpackNumbers(packed) {
  if (!packed) return null;
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[packed.bytes](bytes.buffer);
}

/** Fetch a published file once for all maps; a failure is forgotten, so that the next rerun tries again. */
function file(url) {
  if (!shared.files.has(url)) {
    const answer = fetch(url).then((r) => (r.ok ? r.arrayBuffer() : Promise.reject(new Error(`${r.status} for ${url}`))));
    shared.files.set(url, answer);
    answer.catch(() => shared.files.delete(url));
    if (shared.files.size > 6) shared.files.delete(shared.files.keys().next().value); // the browser's cache has the rest
  }
  return shared.files.get(url);
}

/** Copy an item's image onto a canvas, pixel for pixel. The tile's number is the item's number: nothing to mix up. */
async function drawTile({ sprite, mediaPath }, item, canvas) {
  const { tile_width: w, tile_height: h, columns, tiles_per_page: perPage, pages, ink } = sprite;
  const url = mediaUrl(pages[Math.floor(item / perPage)], mediaPath), tile = item % perPage;
  if (!shared.pages.has(url)) {
    const page = Object.assign(new Image(), { src: url });
    shared.pages.set(url, page.decode().then(() => page));
    shared.pages.get(url).catch(() => shared.pages.delete(url));
  }
  const page = await shared.pages.get(url);
  Object.assign(canvas, { width: w, height: h });
  const c = canvas.getContext("2d");
  c.drawImage(page, (tile % columns) * w, Math.floor(tile / columns) * h, w, h, 0, 0, w, h);
  if (ink) {
    // white minus the image: light ink on black becomes dark ink on the white of cards and thumbnails
    Object.assign(c, { globalCompositeOperation: "difference", fillStyle: "#fff" });
    c.fillRect(0, 0, w, h);
  }
}
