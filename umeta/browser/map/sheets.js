/* Small images by the hundred: fetched as sheets of tiles when they are first drawn, and dropped when they are many. */

const TILES = 200; // of a request
const REQUESTS = 2; // at a time
const MAX_PIXELS = 12e6; // of the sheets that are kept, about 50 MB
const PATIENCE = 3000; // ms until it is tried again, after the server had no images

class Sheets {
  constructor(map) {
    Object.assign(this, { map, tiles: new Map(), sheets: new Set(), asked: new Set(), requests: 0, clock: 0, rest: 0 });
  }

  /** An item's sheet and its tile there, null while it is not here yet. */
  tile(item) {
    const tile = this.tiles.get(item);
    if (tile) tile.sheet.used = this.clock;
    return tile ?? null;
  }

  /** Fetch some of the items that were missed in drawing; more of them once these are drawn. */
  fetch(items) {
    const missing = items.filter((item) => !this.asked.has(item)).slice(0, TILES);
    if (!missing.length || this.requests >= REQUESTS || performance.now() < this.rest) return;
    this.requests++;
    for (const item of missing) this.asked.add(item);
    this.load(missing)
      .catch(() => {
        this.rest = performance.now() + PATIENCE;
        setTimeout(() => this.map.draw(), PATIENCE + 50);
      })
      .finally(() => {
        this.requests--;
        for (const item of missing) this.asked.delete(item);
        this.map.draw();
      });
  }

  async load(items) {
    const { sprite, media } = this.map, image = await createImageBitmap(await media.tiles(sprite, items));
    const columns = Math.min(16, items.length), [w, h] = [image.width / columns, image.height / Math.ceil(items.length / columns)];
    const sheet = { image, items, used: this.clock, tinted: null, tint: "" };
    items.forEach((item, k) => this.tiles.set(item, { sheet, x: (k % columns) * w, y: Math.floor(k / columns) * h, w, h }));
    this.sheets.add(sheet);
    this.forget();
  }

  /** Drop the sheets that were not drawn for the longest time, never those on screen. */
  forget() {
    const oldest = [...this.sheets].sort((a, b) => a.used - b.used);
    let pixels = oldest.reduce((sum, { image }) => sum + image.width * image.height * (this.map.sprite.ink ? 2 : 1), 0);
    for (const sheet of oldest) {
      if (pixels <= MAX_PIXELS || sheet.used === this.clock) return;
      pixels -= sheet.image.width * sheet.image.height * (this.map.sprite.ink ? 2 : 1);
      for (const item of sheet.items) this.tiles.delete(item);
      this.sheets.delete(sheet);
      sheet.image.close();
    }
  }

  /** A sheet of ink with each tile in its colour; `tint` names the colours, which are given by item. */
  tinted(sheet, tint, colourOf) {
    if (sheet.tint === tint) return sheet.tinted;
    const { width, height } = sheet.image;
    sheet.tinted ??= el("canvas", { width, height });
    const c = sheet.tinted.getContext("2d");
    c.globalCompositeOperation = "copy";
    c.drawImage(sheet.image, 0, 0);
    c.globalCompositeOperation = "source-atop";
    for (const item of sheet.items) {
      const { x, y, w, h } = this.tiles.get(item);
      c.fillStyle = colourOf(item);
      c.fillRect(x, y, w, h);
    }
    sheet.tint = tint;
    return sheet.tinted;
  }
}
