/* Small tools and colours: a colour is [red, green, blue], 0 to 255. */

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const mix = (a, b, t) => a.map((v, i) => Math.round(v + (b[i] - v) * t));
const css = (rgb) => `rgb(${rgb.join(" ")})`;
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

/** Mix a colour with black or white until thin ink in it stands out from the page. */
function strong(rgb, paper) {
  const far = luminance(paper) > 0.2 ? [0, 0, 0] : [255, 255, 255];
  for (let t = 0; t < 1; t += 0.1) if (contrast(mix(rgb, far, t), paper) >= 3.6) return mix(rgb, far, t);
  return far;
}

function parseColour(text) {
  const context = el("canvas", { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
