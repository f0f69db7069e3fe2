/* The colours to draw by: of the page's theme, of the view, and of what stands out. */

const INKS = {
  setTheme() {
    const style = getComputedStyle(this.root);
    const text = ["--paper", "--ink", "--accent", "--umeta-small"].map((name) => style.getPropertyValue(name).trim()).join("|");
    if (text === this.seen.theme) return;
    this.seen.theme = text;
    const values = text.split("|");
    [this.paper, this.ink, this.accent] = values.slice(0, 3).map(parseColour);
    this.small = parseFloat(values[3]) || 12; // px of the words on the canvas
    this.dark = luminance(this.paper) < 0.2;
    this.grey = mix(this.paper, this.ink, this.dark ? 0.2 : 0.17);
    this.font = style.fontFamily;
    if (this.view) this.mixColours();
    this.stale = true;
  },

  mixColours() {
    this.palette = this.view.palette.map((rgb) => readable(rgb, this.paper));
    this.inkOf = this.view.palette.map((rgb) => css(strong(rgb, this.paper)));
    this.tint++;
    const muted = this.palette.map((rgb) => mix(rgb, mix(this.paper, this.ink, this.dark ? 0.3 : 0.24), 0.6));
    const rimmed = (palette, t) => palette.map((rgb) => mix(rgb, [0, 0, 0], t));
    this.colours = { vivid: [this.palette, rimmed(this.palette, this.dark ? 0.45 : 0.28)], muted: [muted, rimmed(muted, this.dark ? 0.3 : 0.12)] };
    this.legend.replaceChildren(...legendNodes(this));
  },

  /** The colours to draw by: muted ones only while nothing stands out from the rest. */
  inks() {
    const focus = this.selected !== null || this.lit !== null;
    const [palette, rims] = this.view.muted && !focus ? this.colours.muted : this.colours.vivid;
    return { focus, palette, rims };
  },

  /** Whether a point stands out while others are grey. */
  stands(point) {
    return this.lit !== null ? this.groups !== null && this.groups[point] === this.lit + 1 : this.selected[point] === 1;
  },

  lightUp(group) {
    if (this.lit === group) return;
    this.lit = group;
    this.draw();
  },
};
