/* What lies over the points: density lines, the group pointed at, images and labels, rings, cursor, lasso. */

function paintTop(map) {
  const c = map.top.getContext("2d");
  c.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
  c.clearRect(0, 0, map.width, map.height);
  if (map.view.contours) paintContours(map, c);
  paintGroup(map, c);
  paintImages(map, c);
  paintRings(map, c);
  for (const point of [map.linked, map.hovered, map.cursor]) if (point >= 0) paintCursor(map, c, point);
  if (map.gesture?.path?.length > 1) paintLasso(map, c);
}

function paintContours(map, c) {
  if (map.cells || map.following || map.points.positions !== map.points.flat || map.points.dims === 3) return; // points that travel leave their lines behind
  const { camera, ratio } = map, path = (map.contours ??= contourPath(map.points));
  c.save();
  c.setTransform(ratio * camera.k, 0, 0, -ratio * camera.k, ratio * (map.width / 2 - camera.x * camera.k), ratio * (map.height / 2 + camera.y * camera.k));
  for (const [width, colour, alpha] of [[3, map.paper, 0.5], [1.1, map.ink, 0.6]]) {
    Object.assign(c, { lineWidth: width / camera.k, strokeStyle: css(colour), globalAlpha: alpha });
    c.stroke(path);
  }
  c.restore();
}

/** Light up the group of the point under the pointer; where colours are muted all else fades, but never goes. */
function paintGroup(map, c) {
  const point = map.hovered >= 0 ? map.hovered : map.cursor;
  const group = point >= 0 && map.groups ? map.groups[point] : 0;
  if (!group || map.moving) return;
  if (map.cells) return frameCells(map, c, (i) => map.groups[i] === group, map.ink, 1.5);
  const r = map.radius() + (map.view.muted ? 1.6 : 0.8);
  if (map.view.muted) {
    c.fillStyle = css(map.paper).replace(")", " / 0.62)");
    c.fillRect(0, 0, map.width, map.height);
  }
  c.lineWidth = 1;
  c.strokeStyle = css(map.ink);
  for (let i = 0, left = 3000; i < map.n && left; i++) {
    if (map.groups[i] !== group) continue;
    left--;
    c.beginPath();
    c.arc(...map.screenOfPoint(i), r, 0, 7);
    c.fillStyle = css(map.palette[map.index[i]]);
    c.fill();
    c.stroke();
  }
}

function paintCursor(map, c, point) {
  if (map.cells?.shown.includes(point)) return frameCells(map, c, (i) => i === point, map.ink, 3);
  const [x, y] = map.screenOfPoint(point), r = map.radius() + 4;
  for (const [width, colour] of [[4.5, map.paper], [2, map.ink]]) {
    c.beginPath();
    c.arc(x, y, r, 0, 7);
    c.lineWidth = width;
    c.strokeStyle = css(colour);
    c.stroke();
  }
}

function paintRings(map, c) {
  const r = map.radius() + 3.5;
  for (const ring of map.view.rings)
    for (const item of ring.items) {
      const own = map.points.pointOf.get(item);
      if (map.cells?.shown.includes(own)) {
        frameCells(map, c, (i) => i === own, readable(ring.colour, map.paper), ring.shape === "square" ? 3 : 2);
        continue;
      }
      const place = map.screenOf(item);
      if (!place) continue;
      for (const [width, colour] of [[5, map.paper], [2.5, readable(ring.colour, map.paper)]]) {
        c.beginPath();
        if (ring.shape === "square") c.rect(place[0] - r, place[1] - r, 2 * r, 2 * r);
        else c.arc(place[0], place[1], r, 0, 7);
        c.lineWidth = width;
        c.strokeStyle = css(colour);
        c.stroke();
      }
    }
}

function paintLasso(map, c) {
  c.beginPath();
  for (const [x, y] of outline(map.gesture)) c.lineTo(x, y);
  c.closePath();
  c.fillStyle = css(map.accent).replace(")", " / 0.14)");
  c.fill();
  c.setLineDash([5, 4]);
  c.lineWidth = 1.6;
  c.strokeStyle = css(map.ink);
  c.stroke();
  c.setLineDash([]);
}

/** Choose images and labels by rank, as many as fit without overlap. It depends on the zoom alone, so nothing blinks while panning. */
function arrange(map) {
  const zoom = map.zoomLevel(), stamp = `${zoom.toFixed(3)} ${map.width} ${map.points.yaw} ${map.points.pitch}`;
  if (map.placed?.stamp === stamp) return map.placed;
  const size = Math.round(clamp((map.width < 520 ? 30 : 38) * zoom ** 0.12, 26, 64)), gap = Math.max(9, size * 0.4);
  const area = map.width * map.height * zoom * zoom, boxes = [], images = [], labels = [];
  const fits = (x, y, w, h, gap) => boxes.every((b) => Math.abs(b.x - x) * 2 >= b.w + w + 2 * gap || Math.abs(b.y - y) * 2 >= b.h + h + 2 * gap);
  const byRank = (list) => [...list].sort((a, b) => a.rank - b.rank);
  const at = (x, y) => [x * map.camera.k, -y * map.camera.k]; // screen coordinates up to the pan
  const c = map.top.getContext("2d"), { flat, pointOf } = map.points;
  for (const thumb of map.sprite ? byRank(map.view.thumbnails) : []) {
    if (images.length > area / (size * size * 7)) break;
    const point = pointOf.get(thumb.item);
    if (point === undefined) continue;
    const [x, ownY] = at(flat[2 * point], flat[2 * point + 1]), y = thumb.above ? ownY - size * 0.85 : ownY;
    if (!fits(x, y, size, size, thumb.above ? 3 : gap)) continue;
    boxes.push({ x, y, w: size, h: size });
    images.push({ ...thumb, x, y, size });
  }
  c.font = `600 ${map.small}px ${map.font}`;
  const words = images.filter((image) => image.text).map((image) => ({ ...image, y: image.y + size / 2 + map.small * 0.9 }));
  for (const label of [...words, ...byRank(map.view.labels).map((l) => ({ ...l, x: at(l.x, l.y)[0], y: at(l.x, l.y)[1] }))]) {
    if (labels.length > area / 21000) break;
    const w = c.measureText(label.text).width + 10, h = map.small * 1.5;
    if (!fits(label.x, label.y, w, h, label.size ? 2 : 6)) continue;
    boxes.push({ x: label.x, y: label.y, w, h });
    labels.push({ ...label, w, h });
  }
  return (map.placed = { stamp, images, labels });
}

/** The images and labels that are on screen, with their places there. */
function onScreen(map) {
  if (map.following) return { images: [], labels: [] }; // they would jump about
  const { images, labels } = arrange(map), [dx, dy] = map.camera.toScreen(0, 0);
  const visible = (b, r) => b.x + dx > -r && b.x + dx < map.width + r && b.y + dy > -r && b.y + dy < map.height + r;
  const moved = (b) => ({ ...b, x: b.x + dx, y: b.y + dy });
  const seen = { images: images.filter((b) => visible(b, b.size)).map(moved), labels: labels.filter((b) => visible(b, b.w)).map(moved) };
  return map.cells ? { images: [], labels: seen.labels.filter(({ item }) => item === undefined) } : seen;
}

function paintImages(map, c) {
  const { images, labels } = onScreen(map);
  for (const image of images) paintTile(map, c, image);
  Object.assign(c, { font: `600 ${map.small}px ${map.font}`, textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 4 });
  for (const label of labels) {
    c.globalAlpha = isFaded(map, label) ? 0.5 : 1;
    c.strokeStyle = css(map.paper).replace(")", " / 0.88)");
    c.strokeText(label.text, label.x, label.y);
    c.fillStyle = css(map.ink);
    c.fillText(label.text, label.x, label.y);
  }
  c.globalAlpha = 1;
}

/** Whether a label or image belongs to what is greyed now. */
function isFaded(map, { group, item }) {
  if (map.lit !== null) return group !== map.lit;
  return map.selected !== null && item !== undefined && !map.selected[map.points.pointOf.get(item)];
}

function paintTile(map, c, image) {
  const tile = map.thumbs.get(image.item);
  if (!tile) return fetchThumb(map, image.item);
  if (tile === "waiting") return;
  const s = image.size, dim = isFaded(map, image);
  const pad = Math.max(4, Math.round(s * 0.11)), left = Math.round(image.x - s / 2), up = Math.round(image.y - s / 2);
  c.save();
  c.globalAlpha = dim ? (map.dark ? 0.16 : 0.35) : 1;
  c.shadowColor = dim ? "transparent" : "rgba(0,0,0,.32)";
  c.shadowBlur = 7;
  c.shadowOffsetY = 1.5;
  c.fillStyle = "#fff";
  c.beginPath();
  c.roundRect(left, up, s, s, s * 0.2);
  c.fill();
  c.shadowColor = "transparent";
  c.lineWidth = 2.2;
  c.strokeStyle = css(readable(image.colour, map.paper));
  c.beginPath();
  c.roundRect(left + 1.1, up + 1.1, s - 2.2, s - 2.2, s * 0.18);
  c.stroke();
  c.beginPath();
  c.roundRect(left + pad, up + pad, s - 2 * pad, s - 2 * pad, s * 0.08);
  c.clip();
  c.imageSmoothingQuality = "high";
  const scale = Math.min((s - 2 * pad) / tile.width, (s - 2 * pad) / tile.height), [w, h] = [tile.width * scale, tile.height * scale];
  c.drawImage(tile, left + (s - w) / 2, up + (s - h) / 2, w, h);
  c.restore();
}

async function fetchThumb(map, item) {
  const { thumbs } = map, tile = el("canvas");
  thumbs.set(item, "waiting");
  try {
    await drawTile(map, item, tile);
  } catch {
    return void thumbs.delete(item); // asked for again when the map is next drawn
  }
  thumbs.set(item, tile);
  map.draw("top");
}
