/* Lines of equal density: each holds a share of the points, so that crowds show where points cover each other. */

const CELLS = 110; // of the longer side
const SHARES = [0.9, 0.7, 0.5, 0.3, 0.1];

/** The lines as one path in data coordinates. */
function contourPath(points) {
  const path = new Path2D();
  for (const [a, b] of contourLines(points)) {
    path.moveTo(...a);
    path.lineTo(...b);
  }
  return path;
}

/** The pieces of all lines, each from one place of the data to another. */
function contourLines({ flat, n, bounds: [x0, y0, x1, y1] }) {
  const cell = Math.max(x1 - x0, y1 - y0) / CELLS || 1, edge = 6;
  const [w, h] = [Math.ceil((x1 - x0) / cell) + 2 * edge, Math.ceil((y1 - y0) / cell) + 2 * edge];
  const at = (i) => Math.floor((flat[2 * i + 1] - y0) / cell + edge) * w + Math.floor((flat[2 * i] - x0) / cell + edge);
  let grid = new Float32Array(w * h);
  for (let i = 0; i < n; i++) grid[at(i)]++;
  for (let pass = 0; pass < 3; pass++) grid = blurred(blurred(grid, w, h, 1), w, h, w); // three boxes are nearly a Gaussian
  const densities = Float32Array.from({ length: n }, (_, i) => grid[at(i)]).sort();
  const levels = SHARES.map((share) => densities[Math.floor((1 - share) * (n - 1))]), middle = edge - 0.5;
  const place = ([x, y]) => [(x - middle) * cell + x0, (y - middle) * cell + y0];
  return levels.flatMap((level) => crossings(grid, w, h, level)).map((piece) => piece.map(place));
}

/** The mean of five cells in a row (stride 1) or in a column (stride w). */
function blurred(grid, w, h, stride) {
  const out = new Float32Array(w * h);
  for (let y = 2; y < h - 2; y++)
    for (let x = 2; x < w - 2; x++) {
      const i = y * w + x;
      out[i] = (grid[i - 2 * stride] + grid[i - stride] + grid[i] + grid[i + stride] + grid[i + 2 * stride]) / 5;
    }
  return out;
}

/** Marching squares: for each cell between four grid values, the one or two pieces of line through it. */
function crossings(grid, w, h, level) {
  const pieces = [];
  for (let y = 0; y < h - 1; y++)
    for (let x = 0; x < w - 1; x++) {
      const i = y * w + x, corners = [grid[i], grid[i + 1], grid[i + w + 1], grid[i + w]];
      const above = corners.map((v) => v > level);
      if (above.every((v) => v === above[0])) continue;
      const places = [[0, 0], [1, 0], [1, 1], [0, 1]], ends = [];
      for (let s = 0; s < 4; s++) {
        const e = (s + 1) % 4;
        if (above[s] === above[e]) continue;
        const t = (level - corners[s]) / (corners[e] - corners[s]), [a, b] = [places[s], places[e]];
        ends.push([x + a[0] + (b[0] - a[0]) * t, y + a[1] + (b[1] - a[1]) * t]);
      }
      for (let k = 0; k + 1 < ends.length; k += 2) pieces.push([ends[k], ends[k + 1]]);
    }
  return pieces;
}
