/* The pad: strokes of mouse, finger or pen, for the query and for an example of each class; Python hears of every stroke. */

export default function ({ parentElement, data: [data], setStateValue }) {
  const root = parentElement.querySelector(".pad");
  const find = (selector) => root.querySelector(selector);
  if (root.session !== data.session) {
    root.session = data.session;
    root.strokes = structuredClone(data.strokes); // by slot: "0" the query, "k" class k
    root.chosen = 0;
  }
  root.chosen = Math.min(root.chosen, data.examples.length);
  const [canvas, slots] = [find(".paper"), find(".slots")];
  const strokesOf = (slot) => root.strokes[slot] ?? [];

  slots.replaceChildren(...[0, ...data.examples.keys()].map((_, slot) => {
    const button = document.createElement("button");
    button.type = "button";
    const name = slot ? `class ${slot}` : "query";
    button.setAttribute("aria-label", `draw the ${slot ? `example of class ${slot}` : "query"}`);
    button.style.setProperty("--c", slot ? data.colours[slot - 1] : "transparent");
    const picture = document.createElement("canvas");
    picture.width = picture.height = 56;
    button.append(picture, name);
    button.onclick = () => { root.chosen = slot; show(); };
    return button;
  }));

  function paint(target, slot, pen) {
    const context = target.getContext("2d");
    const side = target.width;
    context.clearRect(0, 0, side, side);
    context.strokeStyle = context.fillStyle = getComputedStyle(target).color;
    context.lineWidth = pen * side;
    context.lineCap = context.lineJoin = "round";
    for (const points of strokesOf(slot)) {
      context.beginPath();
      points.forEach(([x, y], k) => context[k ? "lineTo" : "moveTo"](x * side, y * side));
      if (points.length === 1) context.lineTo(points[0][0] * side, points[0][1] * side);
      context.stroke();
    }
    if (!strokesOf(slot).length && slot) sample(context, side, data.examples[slot - 1]);
  }

  function sample(context, side, rows) { // 28 rows of 28 bits, drawn by the computer
    const cell = side / rows.length;
    rows.forEach((row, y) => [...row].forEach((ink, x) => {
      context.globalAlpha = Number(ink) / 9;
      context.fillRect(x * cell, y * cell, Math.ceil(cell), Math.ceil(cell));
    }));
    context.globalAlpha = 1;
  }

  function show() {
    const side = Math.round(canvas.clientWidth * devicePixelRatio) || 600;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    paint(canvas, root.chosen, 0.045);
    [...slots.children].forEach((button, slot) => {
      button.setAttribute("aria-pressed", slot === root.chosen);
      paint(button.firstChild, slot, 0.064);
    });
    const what = root.chosen ? `the example of class ${root.chosen}` : "the query";
    const n = strokesOf(root.chosen).length;
    canvas.setAttribute("aria-label", `Pad for ${what}, ${n ? `${n} stroke${n > 1 ? "s" : ""}` : "empty"}`);
    find(".what").textContent = n ? `This is ${what}.`
      : root.chosen ? `Draw here to replace ${what}.` : "Draw here one of the characters above.";
    find(".undo").disabled = find(".clear").disabled = !n;
  }

  function tell() {
    show();
    setStateValue("drawn", { session: root.session, strokes: root.strokes });
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const part = (value) => Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
    return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
  }

  canvas.onpointerdown = (event) => {
    if (root.stroke || event.button > 0) return; // a second finger draws nothing
    canvas.setPointerCapture(event.pointerId);
    root.stroke = { pointer: event.pointerId, points: [point(event)] }; // outlives an answer that comes meanwhile
    root.strokes[root.chosen] = [...strokesOf(root.chosen), root.stroke.points];
    show();
    event.preventDefault();
  };
  canvas.onpointermove = (event) => {
    if (root.stroke?.pointer !== event.pointerId) return;
    for (const moved of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = point(moved);
      const [lastX, lastY] = root.stroke.points.at(-1);
      if (Math.hypot(x - lastX, y - lastY) > 0.008) root.stroke.points.push([x, y]);
    }
    show();
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (root.stroke?.pointer !== event.pointerId) return;
    root.stroke = null;
    tell();
  };
  find(".undo").onclick = () => {
    root.strokes[root.chosen] = strokesOf(root.chosen).slice(0, -1);
    tell();
  };
  find(".clear").onclick = () => {
    root.strokes[root.chosen] = [];
    tell();
  };
  const resized = new ResizeObserver(show);
  resized.observe(canvas);
  show();
  return () => resized.disconnect();
}
