/* Points are drawn pixel by pixel: each is a small stamp blended into the image, all else is canvas commands. */

const SUB = 4; // a stamp is cut for 4 x 4 places inside a pixel, so that points do not jump when the map moves
const OPAQUE = 255 << 24, RED_BLUE = 0xff00ff;
const packRgb = ([r, g, b]) => OPAQUE | (b << 16) | (g << 8) | r; // little-endian RGBA

/** Coverage of each pixel by a mark's body and by its dark rim, for SUB x SUB places of its centre. */
function cutStamps(mark, radius, rim) {
  const reach = Math.ceil(radius * (mark === 2 ? 1.3 : 1)) + 1, fine = 4, stamps = [];
  const part = (x, y) => {
    const d = mark === 2 ? Math.max(y / 0.62, (Math.abs(x) * 1.732 - y) / 1.24) : Math.hypot(x, y); // triangle points up
    if (d >= radius) return 0;
    return d >= radius - rim ? 2 : 1;
  };
  for (let sub = 0; sub < SUB * SUB; sub++) {
    const cx = (sub % SUB) / SUB, cy = Math.floor(sub / SUB) / SUB, dots = [];
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++) {
        let body = 0, edge = 0;
        for (let s = 0; s < fine * fine; s++) {
          const p = part(dx + ((s % fine) + 0.5) / fine - cx, dy + (Math.floor(s / fine) + 0.5) / fine - cy);
          if (p === 1) body++;
          if (p === 2) edge++;
        }
        if (mark > 0) [body, edge] = [edge, 0]; // hollow marks are a line in the point's own colour
        if (body + edge) dots.push([dx, dy, (body / fine / fine) * 256, (edge / fine / fine) * 256]);
      }
    stamps.push(dots);
  }
  return { reach, stamps };
}

function stampsFor(map, mark, width) {
  const radius = Math.round(map.radius() * map.ratio * 8) / 8 * (mark ? 1.25 : 1);
  const rim = mark ? Math.max(1.1 * map.ratio, radius * 0.3) : Math.max(0.55 * map.ratio, radius * 0.22);
  const { reach, stamps } = cutStamps(mark, radius, rim);
  const flat = stamps.map((dots) => Int32Array.from(dots.flatMap(([dx, dy, body, edge]) => [dy * width + dx, body, edge])));
  return { reach, flat };
}

/** Draw all points; while the map moves only so many of them as there is time for. */
function paintDots(map) {
  const start = performance.now();
  paintPoints(map, map.moving ? clamp(Math.ceil(map.cost / 14), 1, 8) : 1);
  if (!map.moving) map.cost = performance.now() - start;
}

/** Blend each point's stamp into the pixels: greyed points first, so that they never hide the others. */
function paintPoints(map, stride) {
  const margin = Math.ceil(12 * map.ratio * Math.max(1, map.view.pointSize));
  const [w, h] = [map.base.width + 2 * margin, map.base.height + 2 * margin];
  if (map.pixels?.width !== w || map.pixels?.height !== h) map.pixels = new ImageData(w, h);
  const buffer = new Int32Array(map.pixels.data.buffer), { marks, index, camera } = map, { positions, n } = map.points;
  buffer.fill(packRgb(map.paper));
  const stamps = [0, 1, 2].map((mark) => (mark === 0 || marks ? stampsFor(map, mark, w) : null));
  const k = camera.k * map.ratio, ox = map.base.width / 2 - camera.x * k + margin, oy = map.base.height / 2 + camera.y * k + margin;
  const { focus, palette, rims } = map.inks();
  const [inks, edges, greyInk, greyRim] = [palette.map(packRgb), rims.map(packRgb), packRgb(map.grey), packRgb(mix(map.grey, map.paper, 0.45))];
  for (let pass = focus ? 0 : 1; pass < 2; pass++)
    for (let i = 0; i < n; i += stride) {
      if (focus && map.stands(i) !== (pass === 1)) continue;
      const x = positions[2 * i] * k + ox, y = oy - positions[2 * i + 1] * k;
      const { reach, flat } = stamps[marks ? marks[i] : 0];
      const px = Math.floor(x), py = Math.floor(y);
      if (px < reach || py < reach || px >= w - reach || py >= h - reach) continue;
      const stamp = flat[(((y - py) * SUB) | 0) * SUB + (((x - px) * SUB) | 0)], at = py * w + px;
      const [body, rim] = pass ? [inks[index[i]], edges[index[i]]] : [greyInk, greyRim];
      for (let s = 0; s < stamp.length; s += 3) {
        const p = at + stamp[s], b = stamp[s + 1], e = stamp[s + 2], rest = 256 - b - e, old = buffer[p];
        // Red and blue in one multiplication: their bytes lie 16 bits apart and the weights add up to 256.
        const redBlue = ((Math.imul(old & RED_BLUE, rest) + Math.imul(body & RED_BLUE, b) + Math.imul(rim & RED_BLUE, e)) >>> 8) & RED_BLUE;
        const green = (((old >>> 8) & 255) * rest + ((body >>> 8) & 255) * b + ((rim >>> 8) & 255) * e) & 0xff00;
        buffer[p] = OPAQUE | redBlue | green;
      }
    }
  map.base.getContext("2d").putImageData(map.pixels, -margin, -margin);
}
