/* A page on disk: maps and boards, and their files from the scripts beside it. */

const STORED = new Map(); // by name: what to do with the content once its script has run

function umetaFile(name, encoded) {
  STORED.get(name)(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
}

/** Load a file that stands beside the page as a script: a page on disk may fetch nothing. */
function storedBlob(name) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: `media/${name}.js` });
    STORED.set(name, (bytes) => {
      script.remove();
      resolve(new Blob([bytes], { type: "image/png" }));
    });
    script.onerror = () => reject(new Error(`media/${name}.js is missing`));
    document.head.append(script);
  });
}

/** Cut the images of some items from their pages, 16 in a row, at most 64 pixels a side; ink becomes opacity. */
async function cutTiles(sprite, items) {
  const { tile_width: w, tile_height: h, columns, tiles_per_page: perPage, pages, ink } = sprite;
  const scale = Math.min(1, 64 / Math.max(w, h)), [tw, th] = [w, h].map((side) => Math.max(1, Math.round(side * scale)));
  const across = Math.min(16, items.length), sheet = el("canvas", { width: across * tw, height: Math.ceil(items.length / across) * th });
  const c = sheet.getContext("2d", { willReadFrequently: ink });
  for (const [k, item] of items.entries()) {
    const bitmap = await page(STORED_MEDIA, pages[Math.floor(item / perPage)]), tile = item % perPage;
    c.drawImage(bitmap, (tile % columns) * w, Math.floor(tile / columns) * h, w, h, (k % across) * tw, Math.floor(k / across) * th, tw, th);
  }
  if (!ink) return sheet;
  const pixels = c.getImageData(0, 0, sheet.width, sheet.height), { data } = pixels;
  for (let i = 0; i < data.length; i += 4) [data[i + 3], data[i], data[i + 1], data[i + 2]] = [data[i], 0, 0, 0];
  c.putImageData(pixels, 0, 0);
  return sheet;
}

const STORED_MEDIA = {
  remedy: "Was the whole folder copied?",
  blob: storedBlob,
  tiles: cutTiles,
  snapshot: async () => null,
};

/** Draw figures of plotly in the page's colours, each in an element of its own. */
function drawCharts(root, figures) {
  const font = { color: getComputedStyle(root).color }, clear = "rgba(0, 0, 0, 0)";
  root.querySelectorAll(".chart").forEach((place, number) => {
    const { data, layout } = figures[number];
    const inks = { font: { ...layout.font, ...font }, paper_bgcolor: clear, plot_bgcolor: clear };
    Plotly.newPlot(place, data, { ...layout, ...inks, autosize: true, width: undefined }, { displayModeBar: false, responsive: true });
  });
}

/** Draw each part of the page where it stands; called by content.js. */
function umetaPage(parts) {
  parts.forEach((part, number) => {
    if (!part) return;
    const root = document.getElementById(`part${number}`);
    if (part.kind === "board") {
      root.className = "board";
      root.tabIndex = 0;
      mountBoard(root, part.data, () => {}, root);
    } else if (part.kind === "charts") {
      const folded = root.closest("details");
      if (folded) folded.addEventListener("toggle", () => drawCharts(root, part.data), { once: true }); // until then it has no width
      else drawCharts(root, part.data);
    } else {
      root.className = "umap";
      root.embeddingMap = new EmbeddingMap(root, STORED_MEDIA);
      root.embeddingMap.update(part.data, { selection: () => {} });
    }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload()); // maps are drawn in its colours
}
