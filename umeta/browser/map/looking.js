/* Where a map looks, and its way there. */

const LOOKING = {
  home() {
    const [room, bar] = this.options.tools ? [34, 42] : [12, 0]; // for outer labels, and at the top for the tools
    const { x, y, k } = Camera.showing(this.points.bounds, this.width, this.height - bar, room);
    return new Camera(this.width, this.height, x, y + bar / 2 / k, k);
  },
  screenOfPoint(point) {
    return this.camera.toScreen(this.points.positions[2 * point], this.points.positions[2 * point + 1]);
  },
  screenOf(item) {
    const point = this.points.pointOf.get(item);
    return point === undefined ? null : this.screenOfPoint(point);
  },
  zoomLevel() {
    return this.camera.k / this.home().k;
  },
  zoomAt(sx, sy, factor) {
    return this.camera.zoomed(sx, sy, factor, this.home());
  },
  look(camera, smooth) {
    const from = this.camera, go = (t) => (this.camera = from.towards(camera, t));
    if (smooth && !calm()) return this.animate(220, go);
    go(1);
    this.moved();
  },
  turnTo(yaw, pitch) {
    this.points.turn(yaw, pitch);
    this.turned = true;
    this.moved();
  },
  reset() {
    this.turned = false;
    if (this.points.dims === 3) this.points.turn(0.5, 0.35);
    this.look(this.home(), true);
    this.say("Showing everything.");
  },
  animate(duration, go) {
    const start = performance.now(), turn = (this.animation = {});
    const tick = () => {
      if (this.animation !== turn) return;
      const t = clamp((performance.now() - start) / duration, 0, 1);
      go(t * t * (3 - 2 * t));
      this.moved();
      if (t < 1) requestAnimationFrame(tick);
    };
    tick();
  },
  /** Redraw now, thinned if that is slow; in full, once the map has come to rest. */
  moved() {
    this.moving = true;
    this.draw();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.moving = false;
      this.draw();
      if (!this.following) shared.places.set(this.place, this.camera);
      keepView(this);
    }, 140);
  },
};
