/* The view in the page's link, and the view as a file. */

/** What the link's parameter of the view holds: the map it is of, the corners on screen, and in space the two angles. */
function viewOf(map) {
  return `${map.options.share}:${[...map.camera.viewport(), ...map.points.turned].join(",")}`;
}

/** Whether the link asks for images in place of dots. */
function asksForImages({ share, images }) {
  return Boolean(share) && new URL(location.href).searchParams.get(images) === "true";
}

/** Go to the view that the link asks for, if it is of this map; say whether it was. */
function restoreView(map) {
  const [name, text] = (new URL(location.href).searchParams.get(map.options.parameter) ?? "").split(":");
  const numbers = (text ?? "").split(",").map(Number), [x0, y0, x1, y1, yaw, pitch] = numbers;
  if (!map.options.share || name !== map.options.share || !numbers.every(Number.isFinite) || !(x1 > x0 && y1 > y0)) return false;
  if (map.points.dims === 3 && numbers.length === 6) map.points.turn(yaw, pitch);
  const home = map.home(), camera = Camera.showing([x0, y0, x1, y1], map.width, map.height);
  map.camera = camera.with(camera.x, camera.y, clamp(camera.k, home.k * 0.5, home.k * MAX_ZOOM));
  return true;
}

/** The page's link with this view in it; without one while the map shows everything. */
function linkOf(map) {
  const url = new URL(location.href), { camera, points } = map, home = map.home(), { parameter } = map.options;
  const from = url.searchParams.get(parameter);
  if (map.wantsImages) url.searchParams.set(map.options.images, "true");
  else url.searchParams.delete(map.options.images);
  if (map.following) return url; // no link can show a map on its way
  const far = Math.hypot(camera.x - home.x, camera.y - home.y) * home.k > 0.5 || Math.abs(camera.k / home.k - 1) > 0.001;
  if (far || (points.dims === 3 && map.turned)) url.searchParams.set(parameter, viewOf(map));
  else if (from?.startsWith(`${map.options.share}:`)) url.searchParams.delete(parameter); // another map's is kept until that map is drawn
  return url;
}

function keepView(map) {
  if (!map.options.share) return;
  const url = linkOf(map);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

async function copyLink(map) {
  keepView(map);
  await copyText(linkOf(map).href);
  notify(map, "Link copied.");
}

function save(map, content, kind) {
  const link = el("a", { href: URL.createObjectURL(content), download: `umeta-map.${kind}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  notify(map, `Saved as umeta-map.${kind}.`);
}

function savePng(map) {
  const sheet = el("canvas", { width: map.base.width, height: map.base.height }), c = sheet.getContext("2d");
  map.hover(-1);
  paintTop(map);
  c.drawImage(map.base, 0, 0);
  c.drawImage(map.top, 0, 0);
  sheet.toBlob((content) => save(map, content, "png"), "image/png");
}

function saveSvg(map) {
  save(map, new Blob([svgOf(map)], { type: "image/svg+xml" }), "svg");
}

/** The view as a drawing: what is on screen, every point one dot of a path per colour. */
function svgOf(map) {
  const { width: w, height: h, points, marks, index } = map, r = map.radius(), { focus, palette } = map.inks();
  const layers = new Map(), tenth = (v) => Math.round(v * 10) / 10;
  for (let i = 0; i < map.n && !map.cells; i++) {
    const [x, y] = map.screenOfPoint(i).map(tenth);
    if (x < -r || y < -r || x > w + r || y > h + r) continue;
    const grey = focus && !map.stands(i), key = `${grey ? 0 : 1} ${marks ? marks[i] : 0} ${css(grey ? map.grey : palette[index[i]])}`;
    if (!layers.has(key)) layers.set(key, []);
    layers.get(key).push(DOTS[marks ? marks[i] : 0](x, y, tenth(r)));
  }
  const parts = [...layers].sort(([a], [b]) => (a[0] === b[0] ? 0 : a < b ? -1 : 1)).map(([key, dots]) => {
    const [, mark, ...colour] = key.split(" "), line = mark === "0" ? 2 * r : Math.max(1, r * 0.3);
    return `<path d="${dots.join("")}" fill="none" stroke="${colour.join(" ")}" stroke-width="${tenth(line)}" stroke-linecap="round"/>`;
  });
  if (map.cells) parts.push(...svgCells(map));
  else if (map.view.contours) parts.push(svgContours(map));
  const { images, labels } = onScreen(map);
  for (const image of images) parts.push(svgTile(map, image));
  for (const ring of map.view.rings)
    for (const [x, y] of ring.items.map((item) => map.screenOf(item)).filter(Boolean))
      parts.push(`<circle cx="${tenth(x)}" cy="${tenth(y)}" r="${tenth(r + 3.5)}" fill="none" stroke="${css(readable(ring.colour, map.paper))}" stroke-width="2.5"/>`);
  for (const { x, y, text } of labels)
    parts.push(`<text x="${tenth(x)}" y="${tenth(y)}" stroke="${css(map.paper)}" stroke-width="4" paint-order="stroke" fill="${css(map.ink)}">${escaped(text)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="12" font-weight="600" text-anchor="middle" dominant-baseline="central"><title>${escaped(map.options.alt)}</title><rect width="${w}" height="${h}" fill="${css(map.paper)}"/>${parts.join("\n")}</svg>`;
}

/** Pieces of a path: a line of no length with round ends is a disc; the other two marks are outlines. */
const DOTS = [
  (x, y) => `M${x} ${y}h0`,
  (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  (x, y, r) => `M${x} ${y - 1.2 * r}l${1.05 * r} ${1.85 * r}h${-2.1 * r}z`,
];

function svgContours({ camera, points, ink, width, height }) {
  if (points.dims === 3) return "";
  const place = `matrix(${camera.k} 0 0 ${-camera.k} ${width / 2 - camera.x * camera.k} ${height / 2 + camera.y * camera.k})`;
  const d = contourLines(points).map(([a, b]) => `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`).join("");
  return `<path d="${d}" transform="${place}" fill="none" stroke="${css(ink)}" stroke-opacity="0.6" stroke-width="${1.1 / camera.k}"/>`;
}

/** Each cell's image as it is on screen. */
function svgCells(map) {
  const { side, shown } = map.cells, cut = el("canvas", { width: Math.ceil(side * 2), height: Math.ceil(side * 2) });
  const c = cut.getContext("2d"), { focus } = map.inks(), tenth = (v) => Math.round(v * 10) / 10;
  return [...shown].flatMap((point, at) => {
    const tile = point < 0 ? null : map.sheets.tile(map.points.items[point]), [x, y] = cornerOf(map.cells, at);
    if (!tile) return [];
    c.clearRect(0, 0, cut.width, cut.height);
    paintCell(map, c, tile, point, [0, 0, side * 2, false]);
    const opacity = focus && !map.stands(point) ? 0.35 : 1;
    return `<image x="${tenth(x)}" y="${tenth(y)}" width="${tenth(side)}" height="${tenth(side)}" opacity="${opacity}" href="${cut.toDataURL()}"/>`;
  });
}

function svgTile(map, image) {
  const { item, x, y, size: s, colour } = image, tile = map.thumbs.get(item);
  if (!(tile instanceof HTMLCanvasElement)) return "";
  const pad = Math.max(4, Math.round(s * 0.11)), left = Math.round(x - s / 2), up = Math.round(y - s / 2);
  return `<g opacity="${isFaded(map, image) ? 0.35 : 1}"><rect x="${left}" y="${up}" width="${s}" height="${s}" rx="${s * 0.2}" fill="#fff" stroke="${css(readable(colour, map.paper))}" stroke-width="2.2"/>` +
    `<image x="${left + pad}" y="${up + pad}" width="${s - 2 * pad}" height="${s - 2 * pad}" href="${tile.toDataURL()}"/></g>`;
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
