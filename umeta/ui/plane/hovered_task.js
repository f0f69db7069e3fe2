/* A task of the mark under the pointer, drawn beside it from one sheet of images; every visit deals the next. */

export default function ({ parentElement, data: [data] }) {
  const box = parentElement.querySelector(".dealt");
  const [title, canvas, note] = ["b", "canvas", "p"].map((name) => box.querySelector(name));
  const SIDE = 34, GAP = 3, AFTER_SUPPORT = 10;
  const visits = new Map();
  let sheet = null, graph = null;

  function loaded() { // at the first hover: most visitors of the page need no sheet
    sheet ??= Object.assign(new Image(), { src: mediaUrl(data.sheet, data.mediaPath) });
    return sheet.decode().then(() => sheet);
  }

  async function deal({ points: [mark], event }) {
    const [number, name] = mark.customdata ?? [];
    const tasks = data.tasks[number];
    if (!tasks) return;
    const turn = visits.get(number) ?? 0;
    visits.set(number, turn + 1);
    title.textContent = name;
    place(event);
    const image = await loaded();
    const rows = tasks[turn % tasks.length], wrong = data.wrong[number][turn % tasks.length];
    draw(image, rows, wrong);
    const n = wrong.flat().filter(Boolean).length;
    note.textContent = n ? `× ${n} not of its row’s class` : "all of their rows’ classes";
    box.dataset.shown = `${number} ${turn}`;
    place(event);
  }

  function draw(image, rows, wrong) {
    const scale = devicePixelRatio, columns = rows[0].length;
    const width = columns * (SIDE + GAP) + AFTER_SUPPORT, height = rows.length * (SIDE + GAP);
    Object.assign(canvas, { width: width * scale, height: height * scale });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.imageSmoothingEnabled = false;
    const ink = getComputedStyle(box).color;
    const at = (row, column) => [column * (SIDE + GAP) + (column ? AFTER_SUPPORT : 0), row * (SIDE + GAP)];
    rows.forEach((items, row) => items.forEach((item, column) => {
      const [x, y] = at(row, column), from = data.side;
      context.drawImage(image, (item % data.columns) * from, Math.floor(item / data.columns) * from, from, from,
        x, y, SIDE, SIDE);
    }));
    if (data.ink) { // its opacity is the ink: the page gives the colour
      context.globalCompositeOperation = "source-in";
      context.fillStyle = ink;
      context.fillRect(0, 0, width, height);
      context.globalCompositeOperation = "source-over";
    }
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    wrong.forEach((flags, row) => flags.forEach((isWrong, column) => {
      if (!isWrong) return;
      const [x, y] = at(row, column);
      context.beginPath();
      for (const [dx, dy] of [[SIDE - 8, 2], [SIDE - 2, 2]]) {
        context.moveTo(x + dx, y + dy);
        context.lineTo(x + 2 * SIDE - 10 - dx, y + 8);
      }
      context.stroke();
      context.strokeRect(x + 0.5, y + 0.5, SIDE - 1, SIDE - 1);
    }));
  }

  function place(event) {
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    const fits = event.clientX - 24 - width > 4; // at the right is the chart’s own label
    box.style.left = `${fits ? event.clientX - 24 - width : event.clientX + 24}px`;
    box.style.top = `${Math.min(Math.max(4, event.clientY + 28), innerHeight - height - 4)}px`;
  }

  const hide = () => { box.hidden = true; };
  const listen = ({ target }) => { // a chart that is drawn anew is another element
    const found = target.closest?.(`.st-key-${data.chart} .js-plotly-plot`);
    if (!found || found === graph || !found.on) return;
    graph = found;
    graph.on("plotly_hover", deal);
    graph.on("plotly_unhover", hide);
  };
  hide();
  document.addEventListener("pointermove", listen);
  document.addEventListener("scroll", hide, true);
  return () => {
    document.removeEventListener("pointermove", listen);
    document.removeEventListener("scroll", hide, true);
    graph?.removeListener?.("plotly_hover", deal);
    graph?.removeListener?.("plotly_unhover", hide);
  };
}
