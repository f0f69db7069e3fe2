/* The embedding map. Python sends what to show (see message.py); one EmbeddingMap lives as long as its DOM node and
   updates in place. Words: a *point* is a position in this map's arrays, an *item* the number of an image in the data
   set. Images, selections and rings go by item only. The files before this one hold its parts, one idea each.
   Where it lives (a page of the app, a notebook, a page on disk) gives it its `media`: blob(name), a published file;
   tiles(sprite, items), those images side by side; snapshot(name), positions on their way, where there are any; and
   remedy, what to do when points cannot be had. */

class EmbeddingMap {
  constructor(root, media) {
    Object.assign(this, { root, media, n: 0, tool: "pan", turn: 0, seen: {}, thumbs: new Map(), pointers: new Map(), cost: 0, tint: 0 });
    Object.assign(this, { selected: null, hovered: -1, cursor: -1, lit: null, linked: -1, gesture: null, camera: null });
    buildPanel(this);
    pickTool(this, "pan");
    listen(this);
    this.onLink = (event) => this.hearLinked(event.detail);
    window.addEventListener("umeta:map", this.onLink);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
  }

  destroy() {
    this.observer.disconnect();
    this.following = this.flight = null;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.restTimer);
    window.removeEventListener("umeta:map", this.onLink);
    this.root.embeddingMap = null;
  }

  /* ---- what Python sends ---- */

  /** Show other data; `tell` hears of what the person does: selection(state), and cell(corners) where it is offered. */
  async update(data, tell) {
    const turn = ++this.turn;
    [this.tell, this.options, this.sprite] = [tell, data.options, data.sprite];
    this.stage.setAttribute("aria-label", data.options.alt);
    this.root.style.height = Number.isFinite(data.options.height) ? `${data.options.height}px` : data.options.height;
    const { name, moving } = data.points, left = this.following && this.following !== moving;
    if (name !== this.seen.points || left) {
      let buffer;
      try {
        buffer = await file(this.media, name);
      } catch (error) {
        this.fail(`The map's points could not be loaded (${error.message}). ${this.media.remedy}`);
        return;
      }
      if (turn !== this.turn) return; // a later rerun has overtaken this one
      this.setPoints(buffer, data);
    }
    if (left && !moving) this.say("The map is laid out.");
    this.follow(moving);
    this.problem.classList.remove("shown");
    showTools(this);
    this.setTheme();
    if (this.changed("view", data.view)) this.setView(data);
    if (this.changed("selected", data.selected) && data.selected) {
      this.mask(data.selected);
      this.stale = true;
    }
    if (this.wantsImages === undefined) toggleImages(this, asksForImages(data.options));
    if (this.stale) this.draw();
    keepView(this); // the page's own changes of the link know nothing of zoom
  }

  changed(name, value) {
    const text = JSON.stringify(value ?? null);
    if (this.seen[name] === text) return false;
    this.seen[name] = text;
    return true;
  }

  fail(text) {
    this.problem.textContent = text;
    this.problem.classList.add("shown");
  }

  setPoints(buffer, data) {
    const before = this.camera && this.n ? { points: this.points, camera: this.camera, home: this.home(), selected: this.selected } : null;
    const { n, dims } = data.points, chosen = before?.selected ? [...before.points.items].filter((_, i) => before.selected[i]) : null;
    this.points = new Points(buffer, n, dims);
    this.sheets = new Sheets(this);
    this.n = n;
    if (dims !== before?.points.dims) pickTool(this, dims === 3 ? "turn" : "pan");
    this.seen = { points: data.points.name, selected: this.seen.selected };
    this.thumbs = new Map(); // a new one: what is still being fetched was meant for the last
    this.contours = this.placed = this.cells = null;
    this.hovered = this.cursor = this.linked = -1;
    this.turned = false;
    this.stale = true; // to be drawn anew, and said so by a performance mark
    this.hover(-1);
    this.resize();
    this.place = `${data.options.key} ${data.points.name}`;
    const last = shared.places.get(this.place);
    this.camera = this.home();
    if (last) this.camera = this.camera.with(last.x, last.y, last.k);
    else if (!restoreView(this) && this.following) this.camera = this.carried(before.camera, before.home);
    this.mask(chosen);
    if (before && !calm() && dims === 2) this.fly(before, 600, (t) => t * t * (3 - 2 * t));
  }

  setView(data) {
    this.view = data.view;
    this.index = unpackNumbers(data.view.index);
    this.marks = unpackNumbers(data.view.marks);
    this.groups = unpackNumbers(data.view.groups); // group + 1; 0 is none
    this.lit = data.view.litGroup;
    this.mixColours();
    this.placed = null;
    this.stale = true;
    tellCount(this);
  }

  resize() {
    const ratio = Math.min(window.devicePixelRatio || 1, 3), { clientWidth: w, clientHeight: h } = this.stage;
    if (!w || !h || (w === this.width && h === this.height && ratio === this.ratio)) return;
    const whole = this.camera && this.zoomLevel();
    Object.assign(this, { width: w, height: h, ratio, pixels: null, placed: null });
    for (const canvas of [this.base, this.top]) Object.assign(canvas, { width: Math.round(w * ratio), height: Math.round(h * ratio) });
    if (this.camera) this.camera = new Camera(w, h, this.camera.x, this.camera.y, this.home().k * whole);
    if (this.view) this.paint(); // at once: a resized canvas is blank until it is drawn
  }

  /* ---- drawing ---- */

  draw(part = "all") {
    if (part === "all") this.repaint = true;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.view || !this.width) return;
      if (this.repaint) this.paint();
      else paintTop(this);
    });
  }

  paint() {
    this.repaint = false;
    this.cells = null;
    if (showsImages(this)) paintMosaic(this);
    else paintDots(this);
    paintTop(this);
    Object.assign(this.stage.dataset, { zoom: this.zoomLevel().toFixed(4), selected: this.selectedCount ?? "" });
    if (!this.stale) return;
    this.stale = false;
    performance.mark("umeta:map-drawn", { detail: { key: this.options.key, points: this.n, finished: !this.following } });
  }

  radius() {
    const room = Math.sqrt((this.width * this.height) / this.n);
    return clamp(clamp(room * 0.45, 1.15, 5) * this.zoomLevel() ** 0.3, 1.1, 8) * this.view.pointSize;
  }

  say(text) {
    this.live.textContent = text;
  }

}

Object.assign(EmbeddingMap.prototype, INKS, LOOKING, TRAVELLING, POINTING, SELECTING);
