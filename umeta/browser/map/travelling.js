/* Points on their way to where they belong: from one projection to the next, and while a projection is being made. */

const LOOK_EVERY = 200; // ms between two looks for another snapshot
const GLIDE = 420; // ms from one snapshot to the next, a little more than they lie apart

const TRAVELLING = {
  /** Let the points travel from where they were on screen. */
  fly({ points: old, camera }, duration, ease) {
    const { points, n } = this, target = points.flat, from = target.slice();
    for (let i = 0; i < n; i++) {
      const j = old.items === points.items ? i : old.pointOf.get(points.items[i]);
      if (j === undefined) continue;
      const [x, y] = this.camera.toData(...camera.toScreen(old.positions[2 * j], old.positions[2 * j + 1]));
      [from[2 * i], from[2 * i + 1]] = [x, y];
    }
    points.positions = from.slice();
    const start = performance.now(), flight = (this.flight = {});
    const tick = () => {
      if (this.flight !== flight || this.points !== points) return;
      const t = clamp((performance.now() - start) / duration, 0, 1), share = ease(t);
      if (t === 1) points.positions = target;
      else for (let i = 0; i < from.length; i++) points.positions[i] = from[i] + (target[i] - from[i]) * share;
      this.moved();
      if (t < 1) requestAnimationFrame(tick);
    };
    tick();
  },

  /** Follow a projection that is being made, until another update says that it is finished. */
  async follow(name) {
    if (this.following === name) return;
    this.following = name;
    if (!name || calm()) return;
    for (let done = 0; this.following === name; await new Promise((go) => setTimeout(go, LOOK_EVERY))) {
      const buffer = await this.media.snapshot(name); // none before the first and after the last
      if (this.following !== name || buffer?.byteLength !== 4 + 8 * this.n || new Int32Array(buffer, 0, 1)[0] === done) continue;
      done = new Int32Array(buffer, 0, 1)[0];
      this.travelTo(new Float32Array(buffer, 4));
    }
  },

  /** Glide to a snapshot; whoever has zoomed in keeps looking at the same part of the whole. */
  travelTo(flat) {
    const before = { points: this.points, camera: this.camera }, home = this.home();
    this.points = this.points.movedTo(flat);
    this.camera = this.carried(before.camera, home);
    this.fly(before, GLIDE, (t) => t);
  },

  /** The camera that looks at the same part of these points as another did at others, whose home is given. */
  carried(camera, from) {
    const home = this.home(), grown = home.k / from.k;
    return home.with(home.x + (camera.x - from.x) / grown, home.y + (camera.y - from.y) / grown, camera.k * grown);
  },
};
