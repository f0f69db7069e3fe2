/* The embedding map. Python sends what to show (see component.py); one EmbeddingMap lives as long as its DOM node and
   updates in place. Words: a *point* is a position in this map's arrays, an *item* the number of an image in the data
   set. Images, selections and rings go by item only. Points are drawn pixel by pixel, all else by canvas commands. */

const SUB = 4; // a stamp is cut for 4 x 4 places inside a pixel, so that points do not jump when the map moves
const MAX_ZOOM = 400;
const OPAQUE = 255 << 24, RED_BLUE = 0xff00ff;
const CLICK_SLACK = 5; // pixels a finger or mouse may slip in a click
const shared = (window.__umetaMap ??= { places: new Map(), pages: new Map(), files: new Map() });
const ICONS = {
  pan: '<path d="M12 3v18M3 12h18M12 3l-2.5 2.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5"/>',
  lasso: '<path d="M7.5 16.2C4.8 15 3 12.9 3 10.5 3 6.9 7 4 12 4s9 2.9 9 6.5-4 6.5-9 6.5c-.9 0-1.7-.1-2.5-.25"/><circle cx="8" cy="17" r="2"/><path d="M8.3 19c.2 1.2-.6 2-1.8 2.3"/>',
  box: '<rect x="4" y="4" width="16" height="16" rx="1.5" stroke-dasharray="3.2 2.6"/>',
  reset: '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
};
const HINT = "Arrow keys go from point to point, Enter selects, Escape clears, plus and minus zoom, 0 shows everything.";

export default function (component) {
  const { parentElement } = component;
  const root = parentElement.querySelector(".umap");
  root.embeddingMap ??= new EmbeddingMap(root);
  root.embeddingMap.update(component);
  return () => root.embeddingMap?.destroy();
}

/* ---- small tools ---- */

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const mix = (a, b, t) => a.map((v, i) => Math.round(v + (b[i] - v) * t));
const css = (rgb) => `rgb(${rgb.join(" ")})`;
const packRgb = ([r, g, b]) => OPAQUE | (b << 16) | (g << 8) | r; // little-endian RGBA
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Lighten a colour until it stands out from a dark page; on a light page the dark rim of a point does that. */
function readable(rgb, paper) {
  if (luminance(paper) > 0.2) return rgb;
  for (let t = 0; t < 1; t += 0.1) if (contrast(mix(rgb, [255, 255, 255], t), paper) >= 3) return mix(rgb, [255, 255, 255], t);
  return rgb;
}

function parseColour(text) {
  const context = el("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function unpackNumbers(packed) {
  if (!packed) return null;
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  return new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[packed.bytes](bytes.buffer);
}

/** Where the app's own files are: next to its scripts, whatever path or proxy the page was reached by. */
function mediaUrl(name, mediaPath) {
  const script = document.querySelector('script[src*="static/js/"]');
  if (!script) return new URL(`/${mediaPath}${name}`, location.origin).href;
  return script.src.slice(0, script.src.indexOf("static/js/")) + mediaPath.split("/").slice(-2).join("/") + name;
}

/** Fetch a published file once for all maps; a failure is forgotten, so that the next rerun tries again. */
function file(url) {
  if (!shared.files.has(url)) {
    const answer = fetch(url).then((r) => (r.ok ? r.arrayBuffer() : Promise.reject(new Error(`${r.status} for ${url}`))));
    shared.files.set(url, answer);
    answer.catch(() => shared.files.delete(url));
    if (shared.files.size > 6) shared.files.delete(shared.files.keys().next().value); // the browser's cache has the rest
  }
  return shared.files.get(url);
}

/** Even-odd rule, the same arithmetic as `items_inside` in Python. */
function inside(polygon, x, y) {
  let odd = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [x1, y1] = polygon[i], [x0, y0] = polygon[j];
    if (y0 !== y1 && y1 > y !== y0 > y && x < ((x0 - x1) * (y - y1)) / (y0 - y1) + x1) odd = !odd;
  }
  return odd;
}

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

/* ---- the map ---- */

class EmbeddingMap {
  constructor(root) {
    Object.assign(this, { root, n: 0, tool: "pan", turn: 0, seen: {}, thumbs: new Map(), pointers: new Map(), cost: 0 });
    Object.assign(this, { selected: null, hovered: -1, cursor: -1, lit: null, linked: -1, gesture: null, camera: null });
    this.build();
    this.listen();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
  }

  build() {
    const layer = () => el("canvas", { class: "layer", "aria-hidden": "true" });
    [this.base, this.top] = [layer(), layer()];
    this.hint = el("span", { class: "unseen", id: "hint" }, HINT);
    this.stage = el("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "map", "aria-describedby": "hint" });
    this.stage.append(this.base, this.top, this.hint);
    this.tools = el("div", { class: "tools", role: "toolbar", "aria-label": "Map tools" });
    const names = { pan: "Move the map", lasso: "Select by lasso", box: "Select by box", reset: "Show everything" };
    for (const [tool, label] of Object.entries(names)) {
      const button = el("button", { type: "button", "aria-label": label, title: label, "data-tool": tool });
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[tool]}</svg>`;
      button.onclick = () => (tool === "reset" ? this.reset() : this.pick(tool));
      if (tool === "reset") button.classList.add("apart");
      this.tools.append(button);
    }
    this.picture = el("canvas", { "aria-hidden": "true" });
    [this.cardTitle, this.cardText] = [el("strong"), el("small")];
    this.card = el("div", { class: "card", "aria-hidden": "true" }, this.picture, el("div", {}, this.cardTitle, this.cardText));
    this.problem = el("div", { class: "problem", role: "alert" });
    this.legend = el("div", { class: "legend" });
    this.count = el("div", { class: "count" });
    this.live = el("div", { class: "unseen", role: "status", "aria-live": "polite" });
    const frame = el("div", { class: "frame" }, this.stage, this.tools, this.card, this.problem);
    this.root.replaceChildren(frame, el("div", { class: "foot" }, this.legend, this.count), this.live);
    this.pick("pan");
  }

  destroy() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.restTimer);
    window.removeEventListener("umeta:map", this.onLink);
    this.root.embeddingMap = null;
  }

  /* ---- what Python sends ---- */

  async update({ data: [data], setStateValue }) {
    const turn = ++this.turn;
    this.send = setStateValue;
    this.options = data.options;
    this.stage.setAttribute("aria-label", data.options.alt);
    this.root.style.height = `${data.options.height}px`;
    this.tools.hidden = !data.options.tools;
    this.tools.style.display = data.options.tools ? "" : "none";
    if (data.points.name !== this.seen.points) {
      let buffer;
      try {
        buffer = await file(mediaUrl(data.points.name, data.mediaPath));
      } catch (error) {
        this.fail(`The map's points could not be loaded (${error.message}). Is the app started by app.py, with media_routes?`);
        return;
      }
      if (turn !== this.turn) return; // a later rerun has overtaken this one
      this.setPoints(buffer, data);
    }
    this.problem.classList.remove("shown");
    this.setTheme();
    if (this.changed("view", data.view)) this.setView(data);
    if (this.changed("selected", data.selected) && data.selected) this.setSelected(data.selected);
    if (this.changed("viewport", data.viewport) && data.viewport) this.look(this.cameraOf(data.viewport), false);
    if (this.stale) this.draw();
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
    const n = data.points.n, before = this.camera && this.n ? { ...this } : null;
    this.n = n;
    this.target = new Float32Array(buffer, 0, 2 * n);
    this.items = new Int32Array(buffer, 8 * n, n);
    this.pointOf = new Map();
    for (let i = 0; i < n; i++) this.pointOf.set(this.items[i], i);
    this.positions = this.target;
    this.bounds = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < n; i++) {
      const x = this.target[2 * i], y = this.target[2 * i + 1], b = this.bounds;
      this.bounds = [x < b[0] ? x : b[0], y < b[1] ? y : b[1], x > b[2] ? x : b[2], y > b[3] ? y : b[3]];
    }
    const chosen = before?.selected ? [...before.items].filter((_, i) => before.selected[i]) : null;
    this.seen = { points: data.points.name, selected: this.seen.selected };
    this.thumbs.clear();
    this.hovered = this.cursor = this.linked = -1;
    this.hover(-1);
    this.resize();
    this.place = `${data.options.key} ${data.points.name}`;
    this.camera = shared.places.get(this.place) ?? this.home();
    this.mask(chosen);
    this.stale = true;
    if (before && !calm() && n <= 60000) this.fly(before);
  }

  /** Let the points travel from where the last projection had them. */
  fly(before) {
    const from = this.target.slice(), [w, h] = [this.width, this.height];
    for (let i = 0; i < this.n; i++) {
      const old = before.pointOf.get(this.items[i]);
      if (old === undefined) continue;
      const sx = (before.positions[2 * old] - before.camera.x) * before.camera.k + w / 2;
      const sy = h / 2 - (before.positions[2 * old + 1] - before.camera.y) * before.camera.k;
      from[2 * i] = (sx - w / 2) / this.camera.k + this.camera.x;
      from[2 * i + 1] = (h / 2 - sy) / this.camera.k + this.camera.y;
    }
    this.positions = from.slice();
    const target = this.target;
    this.animate(600, (t) => {
      if (this.target !== target) return;
      for (let i = 0; i < from.length; i++) this.positions[i] = from[i] + (target[i] - from[i]) * t;
      if (t === 1) this.positions = target;
    });
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
    this.sprite = data.sprite;
    this.mediaPath = data.mediaPath;
    this.mixColours();
    this.placed = null;
    this.stale = true;
    this.tell();
  }

  mixColours() {
    this.palette = this.view.palette.map((rgb) => readable(rgb, this.paper));
    this.rims = this.palette.map((rgb) => mix(rgb, [0, 0, 0], this.dark ? 0.45 : 0.28));
    this.legend.replaceChildren(...this.legendNodes());
  }

  legendNodes() {
    const rings = this.view.rings.filter((ring) => ring.text).map((ring) => ({ ...ring, kind: ring.shape, group: null }));
    return [...this.view.legend.map((entry) => ({ ...entry, kind: `mark${entry.mark}` })), ...rings].map((entry) => {
      const swatch = el("i", { class: entry.kind });
      swatch.style.setProperty("--swatch", css(readable(entry.colour, this.paper)));
      if (entry.group === null) return el("span", {}, swatch, entry.text);
      const button = el("button", { type: "button", title: "Select this group" }, swatch, entry.text);
      button.onpointerenter = button.onfocus = () => this.lightUp(entry.group);
      button.onpointerleave = button.onblur = () => this.lightUp(this.view.litGroup);
      button.onclick = () => this.selectGroup(entry.group, null);
      return button;
    });
  }

  lightUp(group) {
    if (this.lit === group) return;
    this.lit = group;
    this.draw();
  }

  /* ---- camera ---- */

  home() {
    const [x0, y0, x1, y1] = this.bounds, room = this.options.tools ? 34 : 12; // for labels of the outermost points
    const k = Math.min((this.width - 2 * room) / (x1 - x0 || 1), (this.height - 2 * room) / (y1 - y0 || 1));
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k };
  }
  cameraOf([x0, y0, x1, y1]) {
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k: Math.min(this.width / (x1 - x0), this.height / (y1 - y0)) };
  }
  viewport() {
    const [x0, y1] = this.toData(0, 0), [x1, y0] = this.toData(this.width, this.height);
    return [x0, y0, x1, y1].map((v) => Number(v.toPrecision(6)));
  }
  toData(sx, sy) {
    return [(sx - this.width / 2) / this.camera.k + this.camera.x, (this.height / 2 - sy) / this.camera.k + this.camera.y];
  }
  toScreen(x, y) {
    return [(x - this.camera.x) * this.camera.k + this.width / 2, this.height / 2 - (y - this.camera.y) * this.camera.k];
  }
  screenOf(item) {
    const point = this.pointOf.get(item);
    return point === undefined ? null : this.toScreen(this.positions[2 * point], this.positions[2 * point + 1]);
  }
  zoomLevel() {
    return this.camera.k / this.home().k;
  }
  zoomAt(sx, sy, factor) {
    const [x, y] = this.toData(sx, sy), home = this.home().k;
    const k = clamp(this.camera.k * factor, home * 0.5, home * MAX_ZOOM);
    return { k, x: x - (sx - this.width / 2) / k, y: y - (this.height / 2 - sy) / k };
  }
  look(camera, smooth) {
    const from = this.camera;
    const step = (t) => (this.camera = { x: from.x + (camera.x - from.x) * t, y: from.y + (camera.y - from.y) * t, k: from.k * (camera.k / from.k) ** t });
    if (smooth && !calm()) return this.animate(220, step);
    step(1);
    this.moved();
  }
  reset() {
    this.look(this.home(), true);
    this.say("Showing everything.");
  }
  animate(duration, step) {
    const start = performance.now(), turn = (this.animation = {});
    const tick = () => {
      if (this.animation !== turn) return;
      const t = clamp((performance.now() - start) / duration, 0, 1);
      step(t * t * (3 - 2 * t));
      this.moved();
      if (t < 1) requestAnimationFrame(tick);
    };
    tick();
  }
  /** Redraw now, thinned if that is slow; in full, once the map has come to rest. */
  moved() {
    this.moving = true;
    this.draw();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.moving = false;
      this.draw();
      shared.places.set(this.place, this.camera);
      if (this.options.reportViewport) this.send("viewport", this.viewport());
    }, 140);
  }

  resize() {
    const ratio = Math.min(window.devicePixelRatio || 1, 3), { clientWidth: w, clientHeight: h } = this.stage;
    if (!w || !h || (w === this.width && h === this.height && ratio === this.ratio)) return;
    const whole = this.camera && this.camera.k / this.home().k;
    Object.assign(this, { width: w, height: h, ratio, pixels: null, placed: null });
    for (const canvas of [this.base, this.top]) Object.assign(canvas, { width: Math.round(w * ratio), height: Math.round(h * ratio) });
    if (this.camera) this.camera.k = this.home().k * whole;
    if (this.view) this.paint(); // at once: a resized canvas is blank until it is drawn
  }

  /* ---- drawing ---- */

  draw(part = "all") {
    if (part === "all") this.repaint = true;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.view || !this.width) return;
      if (this.repaint) this.paint();
      else this.paintTop();
    });
  }

  paint() {
    this.repaint = false;
    const start = performance.now();
    this.paintPoints(this.moving ? clamp(Math.ceil(this.cost / 14), 1, 8) : 1);
    if (!this.moving) this.cost = performance.now() - start;
    this.paintTop();
    Object.assign(this.stage.dataset, { zoom: this.zoomLevel().toFixed(4), selected: this.selectedCount ?? "" });
    if (!this.stale) return;
    this.stale = false;
    performance.mark("umeta:map-drawn", { detail: { key: this.options.key, points: this.n } });
  }

  radius() {
    const room = Math.sqrt((this.width * this.height) / this.n);
    return clamp(clamp(room * 0.45, 1.15, 5) * this.zoomLevel() ** 0.3, 1.1, 8) * this.view.pointSize;
  }

  stampsFor(mark, width) {
    const radius = Math.round(this.radius() * this.ratio * 8) / 8 * (mark ? 1.25 : 1);
    const rim = mark ? Math.max(1.1 * this.ratio, radius * 0.3) : Math.max(0.55 * this.ratio, radius * 0.22);
    const { reach, stamps } = cutStamps(mark, radius, rim);
    const flat = stamps.map((dots) => Int32Array.from(dots.flatMap(([dx, dy, body, edge]) => [dy * width + dx, body, edge])));
    return { reach, flat };
  }

  /** Blend each point's stamp into the pixels: greyed points first, so that they never hide the others. */
  paintPoints(stride) {
    const margin = Math.ceil(12 * this.ratio * Math.max(1, this.view.pointSize));
    const [w, h] = [this.base.width + 2 * margin, this.base.height + 2 * margin];
    if (this.pixels?.width !== w || this.pixels?.height !== h) this.pixels = new ImageData(w, h);
    const buffer = new Int32Array(this.pixels.data.buffer), { marks, index, groups, selected, lit } = this;
    buffer.fill(packRgb(this.paper));
    const stamps = [0, 1, 2].map((mark) => (mark === 0 || marks ? this.stampsFor(mark, w) : null));
    const k = this.camera.k * this.ratio, ox = this.base.width / 2 - this.camera.x * k + margin, oy = this.base.height / 2 + this.camera.y * k + margin;
    const focus = selected !== null || lit !== null;
    const [inks, rims, greyInk, greyRim] = [this.palette.map(packRgb), this.rims.map(packRgb), packRgb(this.grey), packRgb(mix(this.grey, this.paper, 0.45))];
    const shown = (i) => (lit !== null ? groups && groups[i] === lit + 1 : selected[i]);
    for (let pass = focus ? 0 : 1; pass < 2; pass++)
      for (let i = 0; i < this.n; i += stride) {
        if (focus && !!shown(i) !== (pass === 1)) continue;
        const x = this.positions[2 * i] * k + ox, y = oy - this.positions[2 * i + 1] * k;
        const { reach, flat } = stamps[marks ? marks[i] : 0];
        const px = Math.floor(x), py = Math.floor(y);
        if (px < reach || py < reach || px >= w - reach || py >= h - reach) continue;
        const stamp = flat[(((y - py) * SUB) | 0) * SUB + (((x - px) * SUB) | 0)], at = py * w + px;
        const [body, rim] = pass ? [inks[index[i]], rims[index[i]]] : [greyInk, greyRim];
        for (let s = 0; s < stamp.length; s += 3) {
          const p = at + stamp[s], b = stamp[s + 1], e = stamp[s + 2], rest = 256 - b - e, old = buffer[p];
          // Red and blue in one multiplication: their bytes lie 16 bits apart and the weights add up to 256.
          const redBlue = ((Math.imul(old & RED_BLUE, rest) + Math.imul(body & RED_BLUE, b) + Math.imul(rim & RED_BLUE, e)) >>> 8) & RED_BLUE;
          const green = (((old >>> 8) & 255) * rest + ((body >>> 8) & 255) * b + ((rim >>> 8) & 255) * e) & 0xff00;
          buffer[p] = OPAQUE | redBlue | green;
        }
      }
    this.base.getContext("2d").putImageData(this.pixels, -margin, -margin);
  }

  paintTop() {
    const c = this.top.getContext("2d");
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    this.paintGroup(c);
    this.paintImages(c);
    this.paintRings(c);
    for (const point of [this.linked, this.hovered, this.cursor]) if (point >= 0) this.paintCursor(c, point);
    if (this.gesture?.path?.length > 1) this.paintLasso(c);
  }

  paintGroup(c) {
    const point = this.hovered >= 0 ? this.hovered : this.cursor;
    const group = point >= 0 && this.groups ? this.groups[point] : 0;
    if (!group || this.moving) return;
    const r = this.radius() + 0.8;
    c.lineWidth = 1;
    c.strokeStyle = css(this.ink);
    for (let i = 0, left = 3000; i < this.n && left; i++) {
      if (this.groups[i] !== group) continue;
      left--;
      c.beginPath();
      c.arc(...this.toScreen(this.positions[2 * i], this.positions[2 * i + 1]), r, 0, 7);
      c.fillStyle = css(this.palette[this.index[i]]);
      c.fill();
      c.stroke();
    }
  }

  paintCursor(c, point) {
    const [x, y] = this.toScreen(this.positions[2 * point], this.positions[2 * point + 1]), r = this.radius() + 4;
    for (const [width, colour] of [[4.5, this.paper], [2, this.ink]]) {
      c.beginPath();
      c.arc(x, y, r, 0, 7);
      c.lineWidth = width;
      c.strokeStyle = css(colour);
      c.stroke();
    }
  }

  paintRings(c) {
    const r = this.radius() + 3.5;
    for (const ring of this.view.rings)
      for (const item of ring.items) {
        const place = this.screenOf(item);
        if (!place) continue;
        for (const [width, colour] of [[5, this.paper], [2.5, readable(ring.colour, this.paper)]]) {
          c.beginPath();
          if (ring.shape === "square") c.rect(place[0] - r, place[1] - r, 2 * r, 2 * r);
          else c.arc(place[0], place[1], r, 0, 7);
          c.lineWidth = width;
          c.strokeStyle = css(colour);
          c.stroke();
        }
      }
  }

  paintLasso(c) {
    c.beginPath();
    for (const [x, y] of this.outline()) c.lineTo(x, y);
    c.closePath();
    c.fillStyle = css(this.accent).replace(")", " / 0.14)");
    c.fill();
    c.setLineDash([5, 4]);
    c.lineWidth = 1.6;
    c.strokeStyle = css(this.ink);
    c.stroke();
    c.setLineDash([]);
  }

  /* ---- images and labels on the map ---- */

  /** Choose by rank what fits without overlap. It depends on the zoom alone, so nothing blinks while panning. */
  arrange() {
    const zoom = this.zoomLevel(), stamp = `${zoom.toFixed(3)} ${this.width}`;
    if (this.placed?.stamp === stamp) return this.placed;
    const size = Math.round(clamp((this.width < 520 ? 30 : 38) * zoom ** 0.12, 26, 64)), gap = Math.max(9, size * 0.4);
    const area = this.width * this.height * zoom * zoom, boxes = [], images = [], labels = [];
    const fits = (x, y, w, h, gap) => boxes.every((b) => Math.abs(b.x - x) * 2 >= b.w + w + 2 * gap || Math.abs(b.y - y) * 2 >= b.h + h + 2 * gap);
    const byRank = (list) => [...list].sort((a, b) => a.rank - b.rank);
    const at = (x, y) => [x * this.camera.k, -y * this.camera.k]; // screen coordinates up to the pan
    const c = this.top.getContext("2d");
    for (const thumb of this.sprite ? byRank(this.view.thumbnails) : []) {
      if (images.length > area / (size * size * 7)) break;
      const point = this.pointOf.get(thumb.item);
      if (point === undefined) continue;
      const [x, y] = at(this.target[2 * point], this.target[2 * point + 1]);
      if (!fits(x, y, size, size, gap)) continue;
      boxes.push({ x, y, w: size, h: size });
      images.push({ ...thumb, x, y, size });
    }
    c.font = `600 12px ${this.font}`;
    const words = images.filter((image) => image.text).map((image) => ({ ...image, y: image.y + size / 2 + 11 }));
    for (const label of [...words, ...byRank(this.view.labels).map((l) => ({ ...l, x: at(l.x, l.y)[0], y: at(l.x, l.y)[1] }))]) {
      if (labels.length > area / 21000) break;
      const w = c.measureText(label.text).width + 10;
      if (!fits(label.x, label.y, w, 18, label.size ? 2 : 6)) continue;
      boxes.push({ x: label.x, y: label.y, w, h: 18 });
      labels.push({ ...label, w, h: 18 });
    }
    return (this.placed = { stamp, images, labels });
  }

  paintImages(c) {
    const { images, labels } = this.arrange();
    const [dx, dy] = this.toScreen(0, 0);
    const visible = (b, r) => b.x + dx > -r && b.x + dx < this.width + r && b.y + dy > -r && b.y + dy < this.height + r;
    for (const image of images) if (visible(image, image.size)) this.paintTile(c, image, image.x + dx, image.y + dy);
    c.font = `600 12px ${this.font}`;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    for (const label of labels) {
      if (!visible(label, label.w)) continue;
      c.globalAlpha = this.faded(label) ? 0.5 : 1;
      c.lineWidth = 4;
      c.strokeStyle = css(this.paper).replace(")", " / 0.88)");
      c.strokeText(label.text, label.x + dx, label.y + dy);
      c.fillStyle = css(this.ink);
      c.fillText(label.text, label.x + dx, label.y + dy);
    }
    c.globalAlpha = 1;
  }

  /** Whether a label or image belongs to what is greyed now. */
  faded({ group, item }) {
    if (this.lit !== null) return group !== this.lit;
    return this.selected !== null && item !== undefined && !this.selected[this.pointOf.get(item)];
  }

  paintTile(c, image, x, y) {
    const tile = this.thumbs.get(image.item);
    if (!tile) return this.fetchThumb(image.item);
    if (tile === "waiting") return;
    const s = image.size, dim = this.faded(image);
    const pad = Math.max(4, Math.round(s * 0.11)), left = Math.round(x - s / 2), up = Math.round(y - s / 2);
    c.save();
    c.globalAlpha = dim ? (this.dark ? 0.16 : 0.35) : 1;
    c.shadowColor = dim ? "transparent" : "rgba(0,0,0,.32)";
    c.shadowBlur = 7;
    c.shadowOffsetY = 1.5;
    c.fillStyle = "#fff";
    c.beginPath();
    c.roundRect(left, up, s, s, s * 0.2);
    c.fill();
    c.shadowColor = "transparent";
    c.lineWidth = 2.2;
    c.strokeStyle = css(readable(image.colour, this.paper));
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

  async fetchThumb(item) {
    this.thumbs.set(item, "waiting");
    const tile = el("canvas");
    await this.drawTile(item, tile);
    this.thumbs.set(item, tile);
    this.draw("top");
  }

  /** Copy an item's image onto a canvas, pixel for pixel. The tile's number is the item's number: nothing to mix up. */
  async drawTile(item, canvas) {
    const { tile_width: w, tile_height: h, columns, tiles_per_page: perPage, pages, ink } = this.sprite;
    const url = mediaUrl(pages[Math.floor(item / perPage)], this.mediaPath), tile = item % perPage;
    if (!shared.pages.has(url)) {
      const page = Object.assign(new Image(), { src: url });
      shared.pages.set(url, page.decode().then(() => page));
      shared.pages.get(url).catch(() => shared.pages.delete(url));
    }
    const page = await shared.pages.get(url);
    Object.assign(canvas, { width: w, height: h });
    const c = canvas.getContext("2d");
    c.drawImage(page, (tile % columns) * w, Math.floor(tile / columns) * h, w, h, 0, 0, w, h);
    if (ink) {
      // white minus the image: light ink on black becomes dark ink on the white of cards and thumbnails
      Object.assign(c, { globalCompositeOperation: "difference", fillStyle: "#fff" });
      c.fillRect(0, 0, w, h);
    }
  }

  /* ---- finding points ---- */

  nearest(sx, sy, reach) {
    const [x, y] = this.toData(sx, sy), { positions, n } = this;
    let best = (reach / this.camera.k) ** 2, found = -1;
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

  imageAt(sx, sy) {
    const [dx, dy] = this.toScreen(0, 0), hit = (b, w, h) => Math.abs(b.x + dx - sx) * 2 < w && Math.abs(b.y + dy - sy) * 2 < h;
    return this.arrange().images.find((b) => hit(b, b.size, b.size)) ?? this.arrange().labels.find((b) => b.group !== null && hit(b, b.w, b.h));
  }

  pointAt(sx, sy, reach) {
    const image = this.imageAt(sx, sy);
    return image?.item !== undefined ? this.pointOf.get(image.item) : this.nearest(sx, sy, reach);
  }

  /* ---- selecting ---- */

  mask(items) {
    this.selected = null;
    this.selectedCount = 0;
    if (items?.length) {
      this.selected = new Uint8Array(this.n);
      for (const item of items) {
        const point = this.pointOf.get(item);
        if (point === undefined) continue;
        this.selected[point] = 1;
        this.selectedCount++;
      }
    }
    this.tell();
  }

  setSelected(items) {
    this.mask(items);
    this.stale = true;
  }

  /** Show a selection and send it: the one place where a gesture becomes news for Python. */
  choose(kind, items, more = {}) {
    if (!items.length && !this.selectedCount) return;
    this.mask(items);
    this.draw();
    const state = { kind: items.length ? kind : "none", ...more, viewport: this.viewport(), at: Date.now() };
    this.send("selection", { ...state, ...(items.length > 1500 ? { bits: this.bitsOf(items) } : { items }) });
    if (this.options.link) this.tellLinked({ selected: items });
    this.say(items.length ? `${this.titleOf(kind, more)}${items.length.toLocaleString("en")} selected.` : "Selection cleared.");
  }

  titleOf(kind, { group, clicked }) {
    if (kind === "group") return `${this.view.groupTexts[group] ?? `group ${group}`}: `;
    return kind === "item" ? `item ${clicked}: ` : "";
  }

  bitsOf(items) {
    const bits = new Uint8Array((items.reduce((a, b) => Math.max(a, b), 0) >> 3) + 1);
    for (const item of items) bits[item >> 3] |= 1 << (item & 7);
    let text = "";
    for (let i = 0; i < bits.length; i += 8192) text += String.fromCharCode(...bits.subarray(i, i + 8192));
    return btoa(text);
  }

  selectGroup(group, clicked) {
    const items = [];
    for (let i = 0; i < this.n; i++) if (this.groups?.[i] === group + 1) items.push(this.items[i]);
    this.choose("group", items, { group, clicked });
  }

  selectPoint(point) {
    const group = this.groups ? this.groups[point] - 1 : -1, item = this.items[point];
    if (this.options.click === "group" && group >= 0) this.selectGroup(group, item);
    else this.choose("item", [item], { clicked: item });
  }

  selectInside(polygon, kind) {
    const [xs, ys] = [polygon.map((p) => p[0]), polygon.map((p) => p[1])], items = [];
    const [x0, y0, x1, y1] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    for (let i = 0; i < this.n; i++) {
      const x = this.target[2 * i], y = this.target[2 * i + 1];
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && inside(polygon, x, y)) items.push(this.items[i]);
    }
    this.choose(kind, items, { polygon });
  }

  clear() {
    this.choose("none", []);
  }

  click(sx, sy) {
    const image = this.imageAt(sx, sy);
    if (image && image.item === undefined) return this.selectGroup(image.group, null);
    const point = this.pointAt(sx, sy, 12);
    if (point < 0) return this.clear();
    this.cursor = -1;
    this.selectPoint(point);
  }

  tell() {
    const number = (v) => v.toLocaleString("en");
    this.count.replaceChildren(this.selectedCount ? `${number(this.selectedCount)} of ${number(this.n)} selected` : `${number(this.n)} items`);
    if (!this.selectedCount) return;
    const button = el("button", { type: "button" }, "Clear");
    button.onclick = () => (this.clear(), this.stage.focus());
    this.count.append(button);
  }

  say(text) {
    this.live.textContent = text;
  }

  /* ---- hover ---- */

  async hover(point) {
    if (point === this.hovered && point >= 0) return this.moveCard(point);
    this.hovered = point;
    if (this.options?.link) this.tellLinked({ hover: point < 0 ? null : this.items[point] });
    this.draw("top");
    this.card.classList.toggle("shown", point >= 0);
    if (point < 0) return;
    const item = this.items[point], group = this.groups ? this.groups[point] - 1 : -1;
    this.stage.dataset.hoverItem = item;
    this.cardTitle.textContent = this.view.groupTexts[group] ?? "";
    this.cardText.textContent = this.view.itemTexts[item] ?? `item ${item}`;
    this.card.style.setProperty("--swatch", css(this.palette[this.index[point]]));
    this.picture.style.display = this.sprite ? "" : "none";
    if (this.sprite) {
      const times = Math.max(1, Math.floor(116 / Math.max(this.sprite.tile_width, this.sprite.tile_height)));
      Object.assign(this.picture.style, { width: `${this.sprite.tile_width * times}px`, height: `${this.sprite.tile_height * times}px` });
    }
    this.moveCard(point);
    if (!this.sprite) return;
    const tile = el("canvas");
    this.picture.removeAttribute("data-item");
    await this.drawTile(item, tile);
    if (this.hovered !== point) return; // the pointer has gone on while the page was loading
    Object.assign(this.picture, { width: tile.width, height: tile.height });
    this.picture.getContext("2d").drawImage(tile, 0, 0);
    this.picture.dataset.item = item;
  }

  /** Beside the point, on the side that has room; inside the frame on a phone, too. */
  moveCard(point) {
    const [x, y] = this.toScreen(this.positions[2 * point], this.positions[2 * point + 1]);
    const { offsetWidth: w, offsetHeight: h } = this.card;
    const within = (value, size, room) => Math.round(clamp(value, 4, Math.max(4, room - size - 4)));
    let [left, up] = [x + 18, y - h / 2];
    if (left + w > this.width) left = x - 18 - w;
    if (left < 0) [left, up] = [x - w / 2, y > h + 20 ? y - h - 16 : y + 16]; // no room beside it: above or below
    this.card.style.transform = `translate(${within(left, w, this.width)}px, ${within(up, h, this.height)}px)`;
  }

  tellLinked(news) {
    window.dispatchEvent(new CustomEvent("umeta:map", { detail: { link: this.options.link, source: this, ...news } }));
  }

  /* ---- pointer and keyboard ---- */

  pick(tool) {
    this.tool = tool;
    for (const button of this.tools.children) if (button.dataset.tool !== "reset") button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this.stage.classList.toggle("choosing", tool !== "pan");
  }

  listen() {
    const { stage } = this;
    stage.onpointerdown = (event) => this.down(event);
    stage.onpointermove = (event) => this.move(event);
    stage.onpointerup = (event) => this.up(event);
    stage.onpointercancel = () => this.drop();
    // A finger leaves with every tap; what the tap has shown stays until the next one.
    stage.onpointerleave = (event) => event.pointerType === "touch" || this.pointers.size || this.hover(-1);
    stage.ondblclick = () => this.reset();
    stage.onkeydown = (event) => this.key(event);
    stage.onblur = () => ((this.cursor = -1), this.hover(-1));
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (!this.view) return;
      this.look(this.zoomAt(...this.where(event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016))), false);
    }, { passive: false });
    this.onLink = ({ detail }) => {
      if (!this.view || detail.source === this || !this.options.link || detail.link !== this.options.link) return;
      if (detail.hover !== undefined) this.linked = detail.hover === null ? -1 : this.pointOf.get(detail.hover) ?? -1;
      if (detail.selected !== undefined) this.mask(detail.selected);
      this.draw(detail.selected === undefined ? "top" : "all");
    };
    window.addEventListener("umeta:map", this.onLink);
  }

  where(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (!this.view || event.button !== 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.where(event));
    this.animation = null;
    const mode = event.shiftKey && this.tool === "pan" ? "lasso" : this.tool;
    this.gesture = this.pointers.size > 1 ? { mode: "pinch" } : { mode, start: this.where(event), camera: this.camera, path: mode === "pan" ? null : [this.where(event)] };
  }

  move(event) {
    if (!this.view) return;
    const here = this.where(event), last = this.pointers.get(event.pointerId), { gesture } = this;
    if (!gesture) {
      const point = this.pointAt(...here, 14);
      this.stage.classList.toggle("pointing", point >= 0);
      return void this.hover(point);
    }
    if (!last) return;
    if (gesture.mode === "pinch") this.pinch(event.pointerId, here);
    this.pointers.set(event.pointerId, here);
    if (gesture.mode === "pinch") return;
    gesture.moved ||= Math.hypot(here[0] - gesture.start[0], here[1] - gesture.start[1]) > CLICK_SLACK;
    if (!gesture.moved) return;
    this.hover(-1);
    if (gesture.mode === "pan") {
      this.stage.classList.add("dragging");
      const { camera, start } = gesture;
      this.look({ ...camera, x: camera.x - (here[0] - start[0]) / camera.k, y: camera.y + (here[1] - start[1]) / camera.k }, false);
    } else {
      const [x, y] = gesture.path.at(-1);
      if (gesture.mode === "box") gesture.path = [gesture.start, here];
      else if (Math.hypot(here[0] - x, here[1] - y) > 3) gesture.path.push(here);
      this.draw("top");
    }
  }

  pinch(id, here) {
    const other = [...this.pointers].find(([key]) => key !== id)?.[1], last = this.pointers.get(id);
    if (!other) return;
    const far = (p) => Math.max(20, Math.hypot(p[0] - other[0], p[1] - other[1]));
    const [ox, oy] = [(last[0] + other[0]) / 2, (last[1] + other[1]) / 2], [mx, my] = [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2];
    const next = this.zoomAt(ox, oy, far(here) / far(last));
    this.look({ k: next.k, x: next.x - (mx - ox) / next.k, y: next.y + (my - oy) / next.k }, false);
  }

  up(event) {
    const { gesture } = this, here = this.where(event);
    this.pointers.delete(event.pointerId);
    if (!gesture || this.pointers.size) return;
    const path = gesture.path?.length > 1 ? this.outline() : [];
    this.drop();
    if (gesture.mode === "pinch") return;
    if (!gesture.moved) {
      if (event.pointerType === "touch") this.hover(this.pointAt(...here, 20)); // a tap shows what a mouse shows by hovering
      return this.click(...here);
    }
    // Rounded before it is used, so that a polygon read from a URL encloses the very same points.
    if (path.length > 2) this.selectInside(path.map((p) => this.toData(...p).map((v) => Number(v.toPrecision(6)))), gesture.mode);
    else this.draw("top");
  }

  drop() {
    this.gesture = null;
    this.pointers.clear();
    this.stage.classList.remove("dragging");
  }

  /** The corners of the gesture on screen, at most 200, so that a lasso fits into a link. */
  outline() {
    const { path, mode } = this.gesture;
    if (mode !== "box") return path.filter((_, i) => i % Math.ceil(path.length / 200) === 0);
    const [[x0, y0], [x1, y1]] = path;
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  key(event) {
    if (!this.view || event.altKey || event.metaKey || event.ctrlKey) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const centre = this.cursor < 0 ? [this.width / 2, this.height / 2] : this.screenOf(this.items[this.cursor]);
    if (way) this.step(way);
    else if (event.key === "Enter" || event.key === " ") this.cursor >= 0 && this.selectPoint(this.cursor);
    else if (event.key === "Escape") this.escape();
    else if (event.key === "+" || event.key === "=") this.look(this.zoomAt(...centre, 1.5), true);
    else if (event.key === "-" || event.key === "_") this.look(this.zoomAt(...centre, 1 / 1.5), true);
    else if (event.key === "0" || event.key === "Home") this.reset();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit listens for single keys, too
  }

  step([ux, uy]) {
    this.cursor = this.cursor < 0 ? this.nearest(this.width / 2, this.height / 2, Infinity) : this.neighbour(this.cursor, ux, uy);
    const item = this.items[this.cursor], [x, y] = this.screenOf(item), edge = 40;
    if (x < edge || y < edge || x > this.width - edge || y > this.height - edge)
      this.look({ ...this.camera, x: this.positions[2 * this.cursor], y: this.positions[2 * this.cursor + 1] }, false);
    this.stage.dataset.cursorItem = item;
    this.hover(this.cursor);
    const group = this.groups ? this.groups[this.cursor] - 1 : -1;
    this.say([this.view.itemTexts[item] ?? `item ${item}`, this.view.groupTexts[group]].filter(Boolean).join(", "));
  }

  escape() {
    this.drop();
    this.cursor = -1;
    this.hover(-1);
    this.clear();
  }
}
