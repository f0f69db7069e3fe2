/* Where one looks: the data point in the middle of the stage, and how many pixels a unit of the data takes. */

const MAX_ZOOM = 400;

class Camera {
  constructor(width, height, x, y, k) {
    Object.assign(this, { width, height, x, y, k });
  }
  static showing([x0, y0, x1, y1], width, height, room = 0) {
    const k = Math.min((width - 2 * room) / (x1 - x0 || 1), (height - 2 * room) / (y1 - y0 || 1));
    return new Camera(width, height, (x0 + x1) / 2, (y0 + y1) / 2, k);
  }
  with(x, y, k = this.k) {
    return new Camera(this.width, this.height, x, y, k);
  }
  toData(sx, sy) {
    return [(sx - this.width / 2) / this.k + this.x, (this.height / 2 - sy) / this.k + this.y];
  }
  toScreen(x, y) {
    return [(x - this.x) * this.k + this.width / 2, this.height / 2 - (y - this.y) * this.k];
  }
  /** The camera by which the same data point stays under (sx, sy) while all grows by a factor. */
  zoomed(sx, sy, factor, home) {
    const [x, y] = this.toData(sx, sy), k = clamp(this.k * factor, home.k * 0.5, home.k * MAX_ZOOM);
    return this.with(x - (sx - this.width / 2) / k, y - (this.height / 2 - sy) / k, k);
  }
  moved(dx, dy) {
    return this.with(this.x - dx / this.k, this.y + dy / this.k);
  }
  towards(other, t) {
    return this.with(this.x + (other.x - this.x) * t, this.y + (other.y - this.y) * t, this.k * (other.k / this.k) ** t);
  }
  viewport() {
    const [x0, y1] = this.toData(0, 0), [x1, y0] = this.toData(this.width, this.height);
    return [x0, y0, x1, y1].map((v) => Number(v.toPrecision(6)));
  }
}
