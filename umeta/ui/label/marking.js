/* The grid in which a person marks images: all of it happens here at once, and Python stores every change. */

const TARGET = 10; // marks of a class that are enough
const MAX_CLASSES = 20;
const MAX_UNDO = 200;
const MAX_NAME = 80;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/* What is marked: names of classes, and the class of each item. Nothing here knows of the page. */
class Marks {
  constructor({ classes, items }) {
    this.names = [...classes];
    this.of = new Map(items);
    this.past = [];
  }
  remember() {
    this.past.push([[...this.names], new Map(this.of)]);
    if (this.past.length > MAX_UNDO) this.past.shift();
  }
  undo() {
    if (!this.past.length) return false;
    [this.names, this.of] = this.past.pop();
    return true;
  }
  free(name) {
    let tried = name;
    for (let k = 2; this.names.includes(tried); k++) tried = `${name} ${k}`;
    return tried;
  }
  counts() {
    const counts = this.names.map(() => 0);
    for (const k of this.of.values()) counts[k]++;
    return counts;
  }
  data() {
    return { classes: this.names, items: [...this.of] };
  }
}

class Page {
  constructor(root, data, send) {
    Object.assign(this, { root, data, send, view: 0, group: 0, active: 0, sent: data.saved });
    this.marks = new Marks(data.marks);
    this.build();
    this.show();
  }

  build() {
    const button = (text, title, act, extra = {}) =>
      make("button", { type: "button", textContent: text, title, onclick: act, ...extra });
    this.chips = make("div", { className: "chips", role: "radiogroup", ariaLabel: "Class that a click gives" });
    this.newName = make("input", {
      type: "text", className: "new", placeholder: "New class, Enter", maxLength: MAX_NAME, ariaLabel: "Name of a new class",
    });
    this.newName.onkeydown = (event) => {
      if (event.key === "Enter" && this.newName.value.trim()) this.add(this.newName.value.trim());
      if (event.key === "Escape") this.newName.blur();
    };
    this.views = make("div", { className: "views" });
    this.data.views.forEach((view, k) =>
      this.views.append(button(view.name, view.meaning, () => this.open(k, 0), { className: "view" })));
    this.title = make("strong", { ariaLive: "polite" });
    this.before = button("‹", "Previous (p)", () => this.step(-1), { ariaLabel: "Previous group" });
    this.after = button("›", "Next (n)", () => this.step(1), { ariaLabel: "Next group" });
    this.all = button("", "All of these that are not marked yet (a)", () => this.markAll(), { className: "all" });
    this.back = button("Undo", "Take the last change back (u)", () => this.undo(), { className: "undo" });
    this.saved = make("span", { className: "saved", role: "status" });
    this.grid = make("div", { className: "tiles", role: "group" });
    this.root.replaceChildren(
      make("div", { className: "classes" }, this.chips, this.newName),
      make("div", { className: "bar" }, this.views,
        make("span", { className: "where" }, this.before, this.title, this.after), this.all, this.back, this.saved),
      this.grid,
    );
  }

  add(name) {
    if (this.marks.names.length >= MAX_CLASSES) return;
    this.marks.remember();
    this.marks.names.push(this.marks.free(name.slice(0, MAX_NAME)));
    this.active = this.marks.names.length - 1;
    this.newName.value = "";
    this.changed();
  }

  rename(k, name) {
    if (!name.trim() || name.trim() === this.marks.names[k]) return this.show();
    this.marks.remember();
    this.marks.names[k] = "";
    this.marks.names[k] = this.marks.free(name.trim().slice(0, MAX_NAME));
    this.changed();
  }

  ready() {
    if (this.marks.names.length) return true;
    this.newName.focus();
    this.newName.classList.add("wanted");
    return false;
  }

  mark(item) {
    if (!this.ready()) return;
    this.marks.remember();
    if (this.marks.of.get(item) === this.active) this.marks.of.delete(item);
    else this.marks.of.set(item, this.active);
    this.changed();
  }

  markAll() {
    if (!this.ready()) return;
    const open = this.shown().filter((item) => !this.marks.of.has(item));
    if (!open.length) return;
    this.marks.remember();
    open.forEach((item) => this.marks.of.set(item, this.active));
    this.changed();
  }

  undo() {
    if (!this.marks.undo()) return;
    this.active = Math.max(0, Math.min(this.active, this.marks.names.length - 1));
    this.changed();
  }

  choose(k) {
    if (k >= this.marks.names.length) return;
    this.active = k;
    this.show();
  }

  open(view, group) {
    Object.assign(this, { view, group });
    this.show();
  }

  step(by) {
    const n = this.data.views[this.view].groups.length;
    this.open(this.view, (this.group + by + n) % n);
  }

  shown() {
    const view = this.data.views[this.view];
    const { start, count } = view.groups[this.group];
    return view.items.slice(start, start + count);
  }

  changed() {
    this.sent += 1;
    this.send({ session: this.data.session, sent: this.sent, ...this.marks.data() });
    this.show();
  }

  show() {
    this.newName.classList.toggle("wanted", !this.marks.names.length);
    this.newName.hidden = this.marks.names.length >= MAX_CLASSES;
    this.showChips();
    const { groups } = this.data.views[this.view];
    [...this.views.children].forEach((node, k) => node.setAttribute("aria-pressed", k === this.view));
    this.title.textContent = `${groups[this.group].title} (${this.group + 1} of ${groups.length})`;
    this.before.disabled = this.after.disabled = groups.length < 2;
    const name = this.marks.names[this.active];
    this.all.textContent = name === undefined ? "Mark all shown" : `Mark all shown as ${name}`;
    this.all.disabled = name === undefined || this.shown().every((item) => this.marks.of.has(item));
    this.back.disabled = !this.marks.past.length;
    this.showTiles();
    this.showSaved();
  }

  showChips() {
    const counts = this.marks.counts();
    this.chips.replaceChildren(...this.marks.names.map((name, k) => {
      const chip = make("span", { className: "chip" });
      chip.style.setProperty("--c", this.data.colours[k % this.data.colours.length]);
      chip.classList.toggle("active", k === this.active);
      const pick = make("button", {
        type: "button", role: "radio", ariaChecked: String(k === this.active), title: k < 9 ? `Key ${k + 1}` : "",
        ariaLabel: `${name}, ${counts[k]} marked`, onclick: () => this.choose(k),
      }, make("b", { textContent: k + 1 }));
      const count = make("span", { className: "count", title: `${TARGET} are enough`, onclick: () => this.choose(k) });
      count.textContent = counts[k] >= TARGET ? `${counts[k]} ✓` : `${counts[k]}/${TARGET}`;
      const label = make("input", { type: "text", value: name, maxLength: MAX_NAME, ariaLabel: `Name of class ${k + 1}` });
      label.size = Math.max(3, Math.min(18, name.length));
      label.onfocus = () => { if (this.active !== k) { this.active = k; this.mute(k); } };
      label.onkeydown = (event) => { if (event.key === "Enter" || event.key === "Escape") label.blur(); };
      label.onchange = () => this.rename(k, label.value);
      chip.append(pick, label, count);
      return chip;
    }));
  }

  /* Choose a class without building its chip anew, whose name is being typed. */
  mute(k) {
    [...this.chips.children].forEach((chip, place) => {
      chip.classList.toggle("active", place === k);
      chip.querySelector("button").setAttribute("aria-checked", place === k);
    });
    this.all.textContent = `Mark all shown as ${this.marks.names[k]}`;
  }

  showTiles() {
    const view = this.data.views[this.view];
    const { start, count } = view.groups[this.group];
    const place = `${this.view}/${this.group}`;
    if (this.grid.place !== place) {
      this.grid.place = place;
      this.grid.ariaLabel = view.groups[this.group].title;
      this.grid.replaceChildren(...Array.from({ length: count }, (_, k) => this.tile(view, start + k)));
    }
    [...this.grid.children].forEach((tile) => {
      const k = this.marks.of.get(tile.item);
      const marked = k !== undefined;
      tile.setAttribute("aria-pressed", marked);
      tile.setAttribute("aria-label", `image ${tile.item}, ${marked ? this.marks.names[k] : "not marked"}`);
      tile.title = marked ? this.marks.names[k] : "";
      tile.style.setProperty("--c", marked ? this.data.colours[k % this.data.colours.length] : "");
      tile.querySelector("b").textContent = marked ? k + 1 : "";
    });
  }

  tile(view, place) {
    const { columns, tiles_per_page: perPage, pages, tile_width: width, tile_height: height } = view.sprite;
    const [page, tile] = [Math.floor(place / perPage), place % perPage];
    const rows = Math.ceil(Math.min(perPage, view.items.length - page * perPage) / columns);
    const share = (at, n) => (n > 1 ? `${(100 * at) / (n - 1)}%` : "0%");
    const picture = make("i");
    picture.style.cssText = `--sprite:url("${mediaUrl(pages[page], this.data.mediaPath)}");--w:${100 * columns}%;--h:${100 * rows}%;` +
      `--x:${share(tile % columns, columns)};--y:${share(Math.floor(tile / columns), rows)};aspect-ratio:${width}/${height}`;
    const node = make("button", { type: "button", className: "tile" }, picture, make("b"));
    node.item = view.items[place];
    node.onclick = () => this.mark(node.item);
    return node;
  }

  showSaved() {
    const n = this.marks.of.size;
    const stored = this.sent <= this.data.saved;
    const noun = n === 1 ? "mark" : "marks";
    this.saved.textContent = this.data.problem || (stored ? `${n} ${noun}, stored` : `storing ${n} ${noun} …`);
    this.root.dataset.stored = stored ? n : "";
  }

  move(key) {
    const tiles = [...this.grid.children];
    const at = tiles.indexOf(this.root.getRootNode().activeElement);
    const inRow = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop);
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: inRow < 0 ? 1 : inRow, ArrowUp: inRow < 0 ? -1 : -inRow }[key];
    tiles[at < 0 ? 0 : Math.max(0, Math.min(tiles.length - 1, at + by))]?.focus();
  }

  key(event) {
    const where = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (where.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(where.tagName)) return;
    const act = { u: () => this.undo(), a: () => this.markAll(), n: () => this.step(1), p: () => this.step(-1) }[event.key];
    if (/^[1-9]$/.test(event.key)) this.choose(Number(event.key) - 1);
    else if (event.key.startsWith("Arrow")) this.move(event.key);
    else if (act) act();
    else return;
    event.preventDefault();
  }
}

export default function ({ parentElement, data: [data], setStateValue }) {
  const root = parentElement.querySelector(".marking");
  root.classList.toggle("ink", data.ink);
  if (root.page?.data.session === data.session) {
    Object.assign(root.page.data, { saved: data.saved, problem: data.problem });
    root.page.showSaved();
  } else {
    root.page = new Page(root, data, () => {});
  }
  root.page.send = (marks) => setStateValue("marks", marks);
  const onKey = (event) => root.page.key(event);
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
