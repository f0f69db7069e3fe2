/* What is selected on a map. */

const SELECTING = {
  mask(items) {
    this.selected = null;
    this.selectedCount = 0;
    if (items?.length) {
      this.selected = new Uint8Array(this.n);
      for (const item of items) {
        const point = this.points.pointOf.get(item);
        if (point === undefined) continue;
        this.selected[point] = 1;
        this.selectedCount++;
      }
    }
    if (this.view) tellCount(this);
  },

  /** Show a selection and send it: the one place where a gesture becomes news for Python. */
  choose(kind, items, more = {}) {
    if (!items.length && !this.selectedCount) return;
    performance.mark("umeta:map-chosen", { detail: { key: this.options.key, items: items.length } });
    this.mask(items);
    this.draw();
    const state = { kind: items.length ? kind : "none", ...more, at: Date.now() };
    this.tell.selection({ ...state, ...(items.length > 1500 ? { bits: this.bitsOf(items) } : { items }) });
    if (this.options.link) this.tellLinked({ selected: items });
    this.say(items.length ? `${this.titleOf(kind, more)}${items.length.toLocaleString("en")} selected.` : "Selection cleared.");
  },

  titleOf(kind, { group, clicked }) {
    if (kind === "group") return `${this.view.groupTexts[group] ?? `group ${group}`}: `;
    return kind === "item" ? `item ${clicked}: ` : "";
  },

  bitsOf(items) {
    const bits = new Uint8Array((items.reduce((a, b) => Math.max(a, b), 0) >> 3) + 1);
    for (const item of items) bits[item >> 3] |= 1 << (item & 7);
    let text = "";
    for (let i = 0; i < bits.length; i += 8192) text += String.fromCharCode(...bits.subarray(i, i + 8192));
    return btoa(text);
  },

  selectGroup(group, clicked) {
    const items = [];
    for (let i = 0; i < this.n; i++) if (this.groups?.[i] === group + 1) items.push(this.points.items[i]);
    this.choose("group", items, { group, clicked });
  },

  selectPoint(point) {
    const group = this.groups ? this.groups[point] - 1 : -1, item = this.points.items[point];
    if (this.options.click === "group" && group >= 0) this.selectGroup(group, item);
    else this.choose("item", [item], { clicked: item });
  },

  selectInside(polygon, kind) {
    const { turned } = this.points; // what a polygon in space is drawn on
    const shape = turned.length ? { polygon, turned } : this.following ? {} : { polygon }; // no link can draw it on a map that was on its way
    this.choose(kind, this.points.inside(polygon), shape);
  },

  clear() {
    this.choose("none", []);
  },

  click(sx, sy) {
    const image = this.imageAt(sx, sy);
    if (image && image.item === undefined) return this.selectGroup(image.group, null);
    const point = this.pointAt(sx, sy, 12);
    if (point < 0) return this.clear();
    this.cursor = -1;
    this.selectPoint(point);
  },
};
