/* The points: where they lie, which items they are, and finding them. A *point* is a place in these arrays. */

class Points {
  constructor(buffer, n, dims) {
    Object.assign(this, { n, dims });
    this.given = new Float32Array(buffer, 0, dims * n);
    this.items = new Int32Array(buffer, 4 * dims * n, n);
    this.pointOf = new Map();
    for (let i = 0; i < n; i++) this.pointOf.set(this.items[i], i);
    this.flat = dims === 2 ? this.given : new Float32Array(2 * n); // where they are to be drawn
    this.positions = this.flat; // where they are drawn now: elsewhere only while they travel
    this.ranks = Uint32Array.from(this.items, lot);
    this.bounds = dims === 2 ? this.box() : this.ball();
    if (dims === 3) this.turn(0.5, 0.35); // not along an axis, where three dimensions look like two
  }

  /** The same items, lying elsewhere in the plane. */
  movedTo(flat) {
    const moved = Object.assign(Object.create(Points.prototype), this, { given: flat, flat, positions: flat });
    moved.bounds = moved.box();
    return moved;
  }

  box() {
    const b = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < this.n; i++) {
      const x = this.flat[2 * i], y = this.flat[2 * i + 1];
      if (x < b[0]) b[0] = x;
      if (y < b[1]) b[1] = y;
      if (x > b[2]) b[2] = x;
      if (y > b[3]) b[3] = y;
    }
    return b;
  }

  /** The square that holds nearly all points however they are turned about the origin: a few may lie far out. */
  ball() {
    const far = Float32Array.from({ length: this.n }, (_, i) => Math.hypot(...this.given.subarray(3 * i, 3 * i + 3))).sort();
    const r = far[Math.floor(0.998 * (this.n - 1))];
    return [-r, -r, r, r];
  }

  /** Look at points in space from another side: about the upright axis first, then tilted towards the viewer. */
  turn(yaw, pitch) {
    // Rounded before they are used, so that a link holds the very same angles.
    [this.yaw, this.pitch] = [yaw, clamp(pitch, -1.57, 1.57)].map((v) => Number(v.toFixed(3)));
    const [cy, sy, cp, sp] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
    for (let i = 0; i < this.n; i++) {
      const x = this.given[3 * i], y = this.given[3 * i + 1], z = this.given[3 * i + 2];
      this.flat[2 * i] = x * cy + z * sy;
      this.flat[2 * i + 1] = y * cp - (z * cy - x * sy) * sp;
    }
  }

  /** The two angles, of points in space. */
  get turned() {
    return this.dims === 3 ? [this.yaw, this.pitch] : [];
  }

  /* A search through all points takes less than a frame even for hundreds of thousands: no index has to be kept. */

  nearest(x, y, reach) {
    const { positions, n } = this;
    let best = reach * reach, found = -1;
    for (let i = 0; i < n; i++) {
      const dx = positions[2 * i] - x, dy = positions[2 * i + 1] - y, d = dx * dx + dy * dy;
      if (d < best) [best, found] = [d, i];
    }
    return found;
  }

  /** The nearest point within 45 degrees of a direction; what lies straight ahead counts as nearer. */
  neighbour(point, ux, uy) {
    const { positions, n } = this, x = positions[2 * point], y = positions[2 * point + 1];
    let best = Infinity, found = point;
    for (let i = 0; i < n; i++) {
      const dx = positions[2 * i] - x, dy = positions[2 * i + 1] - y, ahead = dx * ux + dy * uy;
      const aside = Math.abs(dx * uy - dy * ux);
      if (ahead <= 0 || aside > ahead || ahead + 2 * aside >= best) continue;
      [best, found] = [ahead + 2 * aside, i];
    }
    return found;
  }

  /** Items inside a polygon by the even-odd rule, the same arithmetic as `items_inside` in Python. */
  inside(polygon) {
    const [xs, ys] = [polygon.map((p) => p[0]), polygon.map((p) => p[1])], items = [];
    const [x0, y0, x1, y1] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    for (let i = 0; i < this.n; i++) {
      const x = this.flat[2 * i], y = this.flat[2 * i + 1];
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && isInside(polygon, x, y)) items.push(this.items[i]);
    }
    return items;
  }
}

/** A number drawn for an item, always the same one. */
function lot(item) {
  const mixed = Math.imul(item ^ (item >>> 16), 0x45d9f3b);
  return Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b) >>> 0;
}

function isInside(polygon, x, y) {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [x1, y1] = polygon[i], [x0, y0] = polygon[j];
    if (y0 !== y1 && y1 > y !== y0 > y && x < ((x0 - x1) * (y - y1)) / (y0 - y1) + x1) odd = !odd;
  }
  return odd;
}
