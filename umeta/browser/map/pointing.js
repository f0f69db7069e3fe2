/* What is under the pointer, here and on the maps that are linked to this one. */

const POINTING = {
  imageAt(sx, sy) {
    if (this.following) return undefined;
    if (this.cells) return cellAt(this, sx, sy);
    const { images, labels } = arrange(this), [dx, dy] = this.camera.toScreen(0, 0);
    const hit = (b, w, h) => Math.abs(b.x + dx - sx) * 2 < w && Math.abs(b.y + dy - sy) * 2 < h;
    return images.find((b) => hit(b, b.size, b.size)) ?? labels.find((b) => b.group !== null && hit(b, b.w, b.h));
  },

  pointAt(sx, sy, reach) {
    const image = this.imageAt(sx, sy);
    if (image?.item !== undefined) return this.points.pointOf.get(image.item);
    return this.points.nearest(...this.camera.toData(sx, sy), reach / this.camera.k);
  },

  hover(point) {
    if (point === this.hovered && point >= 0) return moveCard(this, point);
    this.hovered = point;
    if (this.options?.link) this.tellLinked({ hover: point < 0 ? null : this.points.items[point] });
    this.draw("top");
    showCard(this, point);
  },

  tellLinked(news) {
    window.dispatchEvent(new CustomEvent("umeta:map", { detail: { link: this.options.link, source: this, ...news } }));
  },

  hearLinked({ link, source, hover, selected, images }) {
    if (!this.view || source === this || !this.options.link || link !== this.options.link) return;
    if (hover !== undefined) this.linked = hover === null ? -1 : this.points.pointOf.get(hover) ?? -1;
    if (images !== undefined) return toggleImages(this, images);
    if (selected !== undefined) this.mask(selected);
    this.draw(selected === undefined ? "top" : "all");
  },
};
