/* The embedding map. Python sends what to show (see component.py); one EmbeddingMap lives as long as its DOM node and
   updates in place. Words: a *point* is a position in this map's arrays, an *item* the number of an image in the data
   set. Images, selections and rings go by item only. The files before this one hold its parts, one idea each. */

export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector(".umap");
  root.embeddingMap ??= new EmbeddingMap(root);
  root.embeddingMap.update(component);
  return () => root.embeddingMap?.destroy();
}

class EmbeddingMap {
  constructor(root) {
    Object.assign(this, { root, n: 0, tool: "pan", turn: 0, seen: {}, thumbs: new Map(), pointers: new Map(), cost: 0, tint: 0 });
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

  async update({ data: [data], setStateValue, setTriggerValue }) {
    const turn = ++this.turn;
    [this.send, this.trigger] = [setStateValue, setTriggerValue];
    [this.options, this.sprite, this.mediaPath] = [data.options, data.sprite, data.mediaPath];
    this.stage.setAttribute("aria-label", data.options.alt);
    this.root.style.height = Number.isFinite(data.options.height) ? `${data.options.height}px` : data.options.height;
    const { name, moving } = data.points, left = this.following && this.following !== moving;
    if (name !== this.seen.points || left) {
      let buffer;
      try {
        buffer = await file(mediaUrl(name, data.mediaPath));
      } catch (error) {
        this.fail(`The map's points could not be loaded (${error.message}). Is the app started by app.py, with media_routes?`);
        return;
      }
      if (turn !== this.turn) return; // a later rerun has overtaken this one
      this.setPoints(buffer, data);
    }
    if (left && !moving) this.say("The map is laid out.");
    this.follow(moving, data.mediaPath);
    this.problem.classList.remove("shown");
    showTools(this);
    this.setTheme();
    if (this.changed("view", data.view)) this.setView(data);
    if (this.changed("selected", data.selected) && data.selected) {
      this.mask(data.selected);
      this.stale = true;
    }
    if (this.wantsImages === undefined) toggleImages(this, new URL(location.href).searchParams.get(data.options.images) === "true");
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

  setTheme() {
    const style = getComputedStyle(this.root);
    const text = ["--paper", "--ink", "--accent"].map((name) => style.getPropertyValue(name).trim()).join("|");
    if (text === this.seen.theme) return;
    this.seen.theme = text;
    [this.paper, this.ink, this.accent] = text.split("|").map(parseColour);
    this.dark = luminance(this.paper) < 0.2;
    this.grey = mix(this.paper, this.ink, this.dark ? 0.2 : 0.17);
    this.font = style.fontFamily;
    if (this.view) this.mixColours();
    this.stale = true;
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

  mixColours() {
    this.palette = this.view.palette.map((rgb) => readable(rgb, this.paper));
    this.inkOf = this.view.palette.map((rgb) => css(strong(rgb, this.paper)));
    this.tint++;
    const muted = this.palette.map((rgb) => mix(rgb, mix(this.paper, this.ink, this.dark ? 0.3 : 0.24), 0.6));
    const rimmed = (palette, t) => palette.map((rgb) => mix(rgb, [0, 0, 0], t));
    this.colours = { vivid: [this.palette, rimmed(this.palette, this.dark ? 0.45 : 0.28)], muted: [muted, rimmed(muted, this.dark ? 0.3 : 0.12)] };
    this.legend.replaceChildren(...legendNodes(this));
  }

  /** The colours to draw by: muted ones only while nothing stands out from the rest. */
  inks() {
    const focus = this.selected !== null || this.lit !== null;
    const [palette, rims] = this.view.muted && !focus ? this.colours.muted : this.colours.vivid;
    return { focus, palette, rims };
  }

  /** Whether a point stands out while others are grey. */
  stands(point) {
    return this.lit !== null ? this.groups !== null && this.groups[point] === this.lit + 1 : this.selected[point] === 1;
  }

  lightUp(group) {
    if (this.lit === group) return;
    this.lit = group;
    this.draw();
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

  /* ---- pointing ---- */

  imageAt(sx, sy) {
    if (this.following) return undefined;
    if (this.cells) return cellAt(this, sx, sy);
    const { images, labels } = arrange(this), [dx, dy] = this.camera.toScreen(0, 0);
    const hit = (b, w, h) => Math.abs(b.x + dx - sx) * 2 < w && Math.abs(b.y + dy - sy) * 2 < h;
    return images.find((b) => hit(b, b.size, b.size)) ?? labels.find((b) => b.group !== null && hit(b, b.w, b.h));
  }

  pointAt(sx, sy, reach) {
    const image = this.imageAt(sx, sy);
    if (image?.item !== undefined) return this.points.pointOf.get(image.item);
    return this.points.nearest(...this.camera.toData(sx, sy), reach / this.camera.k);
  }

  hover(point) {
    if (point === this.hovered && point >= 0) return moveCard(this, point);
    this.hovered = point;
    if (this.options?.link) this.tellLinked({ hover: point < 0 ? null : this.points.items[point] });
    this.draw("top");
    showCard(this, point);
  }

  say(text) {
    this.live.textContent = text;
  }

  /* ---- other maps of the page ---- */

  tellLinked(news) {
    window.dispatchEvent(new CustomEvent("umeta:map", { detail: { link: this.options.link, source: this, ...news } }));
  }

  hearLinked({ link, source, hover, selected, images }) {
    if (!this.view || source === this || !this.options.link || link !== this.options.link) return;
    if (hover !== undefined) this.linked = hover === null ? -1 : this.points.pointOf.get(hover) ?? -1;
    if (images !== undefined) return toggleImages(this, images);
    if (selected !== undefined) this.mask(selected);
    this.draw(selected === undefined ? "top" : "all");
  }
}

Object.assign(EmbeddingMap.prototype, LOOKING, TRAVELLING, SELECTING);
