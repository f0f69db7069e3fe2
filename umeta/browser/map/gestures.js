/* Pointer and keyboard. */

const CLICK_SLACK = 5; // pixels a finger or mouse may slip in a click
const CORNERS = 100; // of a lasso at most, so that it fits into a link

function listen(map) {
  const { stage } = map;
  stage.onpointerdown = (event) => pointerDown(map, event);
  stage.onpointermove = (event) => pointerMove(map, event);
  stage.onpointerup = (event) => pointerUp(map, event);
  stage.onpointercancel = () => dropGesture(map);
  // A finger leaves with every tap; what the tap has shown stays until the next one.
  stage.onpointerleave = (event) => event.pointerType === "touch" || map.pointers.size || map.hover(-1);
  stage.ondblclick = () => map.reset();
  stage.onkeydown = (event) => keyDown(map, event);
  stage.onblur = () => ((map.cursor = -1), map.hover(-1));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (!map.view) return;
    map.look(map.zoomAt(...where(map, event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016))), false);
  }, { passive: false });
}

function where(map, event) {
  const box = map.stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function pointerDown(map, event) {
  if (!map.view || event.button !== 0) return;
  map.stage.setPointerCapture(event.pointerId);
  map.pointers.set(event.pointerId, where(map, event));
  map.animation = null;
  const mode = event.shiftKey && map.tool === "pan" ? "lasso" : map.tool, start = where(map, event);
  const { camera, points: { yaw, pitch } } = map;
  map.gesture = map.pointers.size > 1 ? { mode: "pinch" } : { mode, start, camera, yaw, pitch, path: mode === "lasso" || mode === "box" ? [start] : null };
}

function pointerMove(map, event) {
  if (!map.view) return;
  const here = where(map, event), last = map.pointers.get(event.pointerId), { gesture } = map;
  if (!gesture) {
    const point = map.pointAt(...here, 14);
    map.stage.classList.toggle("pointing", point >= 0);
    return void map.hover(point);
  }
  if (!last) return;
  if (gesture.mode === "pinch") pinch(map, event.pointerId, here);
  map.pointers.set(event.pointerId, here);
  if (gesture.mode === "pinch") return;
  const [dx, dy] = [here[0] - gesture.start[0], here[1] - gesture.start[1]];
  gesture.moved ||= Math.hypot(dx, dy) > CLICK_SLACK;
  if (!gesture.moved) return;
  map.hover(-1);
  if (gesture.path) {
    const [x, y] = gesture.path.at(-1);
    if (gesture.mode === "box") gesture.path = [gesture.start, here];
    else if (Math.hypot(here[0] - x, here[1] - y) > 3) gesture.path.push(here);
    return map.draw("top");
  }
  map.stage.classList.add("dragging");
  if (gesture.mode === "turn") map.turnTo(gesture.yaw + dx * 0.008, gesture.pitch + dy * 0.008);
  else map.look(gesture.camera.moved(dx, dy), false);
}

function pinch(map, id, here) {
  const other = [...map.pointers].find(([key]) => key !== id)?.[1], last = map.pointers.get(id);
  if (!other) return;
  const far = (p) => Math.max(20, Math.hypot(p[0] - other[0], p[1] - other[1]));
  const [ox, oy] = [(last[0] + other[0]) / 2, (last[1] + other[1]) / 2], [mx, my] = [(here[0] + other[0]) / 2, (here[1] + other[1]) / 2];
  map.look(map.zoomAt(ox, oy, far(here) / far(last)).moved(mx - ox, my - oy), false);
}

function pointerUp(map, event) {
  const { gesture } = map, here = where(map, event);
  map.pointers.delete(event.pointerId);
  if (!gesture || map.pointers.size) return;
  const path = gesture.path?.length > 1 ? outline(gesture) : [];
  dropGesture(map);
  if (gesture.mode === "pinch") return;
  if (!gesture.moved) {
    if (event.pointerType === "touch") map.hover(map.pointAt(...here, 20)); // a tap shows what a mouse shows by hovering
    return map.click(...here);
  }
  // Rounded before it is used, so that a polygon read from a URL encloses the very same points.
  if (path.length > 2) map.selectInside(path.map((p) => map.camera.toData(...p).map((v) => Number(v.toPrecision(6)))), gesture.mode);
  else map.draw("top");
}

function dropGesture(map) {
  map.gesture = null;
  map.pointers.clear();
  map.stage.classList.remove("dragging");
}

/** The corners of the gesture on screen. */
function outline({ path, mode }) {
  if (mode !== "box") return path.filter((_, i) => i % Math.ceil(path.length / CORNERS) === 0);
  const [[x0, y0], [x1, y1]] = path;
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function keyDown(map, event) {
  if (!map.view || event.altKey || event.metaKey || event.ctrlKey) return;
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const centre = map.cursor < 0 ? [map.width / 2, map.height / 2] : map.screenOfPoint(map.cursor);
  if (way && event.shiftKey && map.points.dims === 3) map.turnTo(map.points.yaw + way[0] * 0.15, map.points.pitch + way[1] * 0.15);
  else if (way) step(map, way);
  else if (event.key === "Enter" || event.key === " ") map.cursor >= 0 && map.selectPoint(map.cursor);
  else if (event.key === "Escape") escape(map);
  else if (event.key === "+" || event.key === "=") map.look(map.zoomAt(...centre, 1.5), true);
  else if (event.key === "-" || event.key === "_") map.look(map.zoomAt(...centre, 1 / 1.5), true);
  else if (event.key === "i" || event.key === "I") map.options.tools && map.sprite && switchImages(map);
  else if (event.key === "0" || event.key === "Home") map.reset();
  else return;
  event.preventDefault();
  event.stopPropagation(); // Streamlit listens for single keys, too
}

function step(map, [ux, uy]) {
  const { points, camera } = map;
  map.cursor = map.cursor < 0 ? points.nearest(camera.x, camera.y, Infinity) : points.neighbour(map.cursor, ux, uy);
  const item = points.items[map.cursor], [x, y] = map.screenOfPoint(map.cursor), edge = 40;
  if (x < edge || y < edge || x > map.width - edge || y > map.height - edge)
    map.look(camera.with(points.positions[2 * map.cursor], points.positions[2 * map.cursor + 1]), false);
  map.stage.dataset.cursorItem = item;
  map.hover(map.cursor);
  const group = map.groups ? map.groups[map.cursor] - 1 : -1;
  map.say([map.view.itemTexts[item] ?? `item ${item}`, map.view.groupTexts[group]].filter(Boolean).join(", "));
}

function escape(map) {
  dropGesture(map);
  map.cursor = -1;
  map.hover(-1);
  map.clear();
}
