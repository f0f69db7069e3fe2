/* Images in place of dots: the screen is cut into cells, and each shows one image of those that lie in it, so that none
   covers another. Zooming in cuts each cell into four, one of which keeps its image. */

const CELL = 32; // pixels, while everything is shown
const SMALLEST = 26; // a cell grows with the zoom to twice as much, then it is cut

/** Whether a map shows images now: dots while its points travel. */
const showsImages = (map) => map.wantsImages && map.sprite && !map.following && map.points.positions === map.points.flat;

/** The cells on screen: their side, how many, the place of the lowest left one, and the point of each, -1 for none. */
function cellsOf(map) {
  const { camera, width, height, points } = map, level = Math.floor(Math.log2((CELL * map.zoomLevel()) / SMALLEST));
  const unit = CELL / map.home().k / 2 ** level, side = unit * camera.k, [x0, y0] = camera.toData(0, height);
  const [i0, j0] = [Math.floor(x0 / unit), Math.floor(y0 / unit)], [left, bottom] = camera.toScreen(i0 * unit, j0 * unit);
  const columns = Math.ceil((width - left) / side), rows = Math.ceil(bottom / side);
  const shown = new Int32Array(columns * rows).fill(-1), before = precedence(map), { flat, n } = points;
  for (let i = 0; i < n; i++) {
    const column = Math.floor(flat[2 * i] / unit) - i0, row = Math.floor(flat[2 * i + 1] / unit) - j0;
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    const at = row * columns + column;
    if (shown[at] < 0 || before(i, shown[at])) shown[at] = i;
  }
  return { side, columns, rows, left, bottom, shown };
}

/** Which of two points a cell shows: the one under the keyboard's cursor, one that is ringed, one that stands out, else by a fixed lot. */
function precedence(map) {
  const { ranks } = map.points, { focus } = map.inks();
  const ringed = new Set(map.view.rings.flatMap((ring) => ring.items).map((item) => map.points.pointOf.get(item)));
  if (map.cursor < 0 && !ringed.size && !focus) return (a, b) => ranks[a] < ranks[b];
  const weight = (i) => (i === map.cursor ? 4 : 0) + (ringed.has(i) ? 2 : 0) + (focus && map.stands(i) ? 1 : 0);
  return (a, b) => (weight(a) === weight(b) ? ranks[a] < ranks[b] : weight(a) > weight(b));
}

/** Draw the images of all cells; fetch those that are not here. A dot stands for one until it is. */
function paintMosaic(map) {
  const c = map.base.getContext("2d"), cells = (map.cells = cellsOf(map)), { side, shown } = cells, missing = [];
  c.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
  Object.assign(c, { globalAlpha: 1, fillStyle: css(map.paper), imageSmoothingQuality: map.moving ? "low" : "medium" });
  c.fillRect(0, 0, map.width, map.height);
  map.sheets.clock++;
  const { focus } = map.inks(), gap = side * 0.04, room = side - 2 * gap;
  shown.forEach((point, at) => {
    if (point < 0) return;
    const [x, y] = cornerOf(cells, at), tile = map.sheets.tile(map.points.items[point]), faded = focus && !map.stands(point);
    c.globalAlpha = faded ? (map.dark ? 0.28 : 0.35) : 1;
    if (tile) paintCell(map, c, tile, point, [x + gap, y + gap, room, faded]);
    else {
      missing.push(map.points.items[point]);
      c.fillStyle = css(faded ? map.grey : map.palette[map.index[point]]);
      c.fillRect(x + side / 2 - 2, y + side / 2 - 2, 4, 4);
    }
  });
  c.globalAlpha = 1;
  c.setTransform(1, 0, 0, 1, 0, 0);
  map.stage.dataset.images = shown.reduce((count, point) => count + (point >= 0), 0);
  map.stage.dataset.missing = missing.length;
  if (missing.length) map.sheets.fetch(missing);
}

/** The left upper corner of a cell on screen. */
function cornerOf({ side, columns, left, bottom }, at) {
  return [left + (at % columns) * side, bottom - (Math.floor(at / columns) + 1) * side];
}

/** One image: ink in the colour of its point; a picture with a border in it. */
function paintCell(map, c, tile, point, [x, y, room, faded]) {
  const scale = room / Math.max(tile.w, tile.h), [w, h] = [tile.w * scale, tile.h * scale];
  const place = [x + (room - w) / 2, y + (room - h) / 2, w, h];
  if (map.sprite.ink) {
    const sheet = map.sheets.tinted(tile.sheet, map.tint, (item) => map.inkOf[map.index[map.points.pointOf.get(item)]]);
    return c.drawImage(sheet, tile.x, tile.y, tile.w, tile.h, ...place);
  }
  const border = Math.max(1.5, room * 0.05);
  c.fillStyle = css(faded ? map.grey : map.palette[map.index[point]]);
  c.fillRect(...place);
  c.drawImage(tile.sheet.image, tile.x, tile.y, tile.w, tile.h, place[0] + border, place[1] + border, w - 2 * border, h - 2 * border);
}

/** The image on screen at a place, as `imageAt` gives it. */
function cellAt({ cells, points }, sx, sy) {
  const column = Math.floor((sx - cells.left) / cells.side), row = Math.floor((cells.bottom - sy) / cells.side);
  const inside = column >= 0 && row >= 0 && column < cells.columns && row < cells.rows;
  const point = inside ? cells.shown[row * cells.columns + column] : -1;
  return point < 0 ? undefined : { item: points.items[point] };
}

/** Frame the cells whose points are given, or all that a test takes: of the group pointed at, of rings, of the cursor. */
function frameCells(map, c, takes, colour, width) {
  const { cells } = map;
  Object.assign(c, { strokeStyle: css(colour), lineWidth: width });
  cells.shown.forEach((point, at) => {
    if (point < 0 || !takes(point)) return;
    c.beginPath();
    c.roundRect(...cornerOf(cells, at), cells.side, cells.side, cells.side * 0.12);
    c.stroke();
  });
}

function toggleImages(map, wanted) {
  map.wantsImages = wanted;
  map.tools.querySelector('[data-tool="images"]').setAttribute("aria-pressed", String(wanted));
  map.cells = null;
  map.hover(-1);
  map.draw();
  keepView(map);
}

/** What the button and the key do: here, and on the maps that are linked to this one. */
function switchImages(map) {
  toggleImages(map, !map.wantsImages);
  if (map.options.link) map.tellLinked({ images: map.wantsImages });
  notify(map, map.wantsImages ? "Images in place of dots; zoom in for more of them." : "Dots in place of images.");
}
