/* The board of "guess it": the person puts each query into a row, by click or by a digit. */

/** Show a board.
 *  data: what `board_data` of board.py gives; with `reveal`, the answers are told here once all queries are answered.
 *  hearAnswers: is given the row of each query, once.
 *  keys: what hears the digits and arrow keys. The function that is returned lets go of it. */
function mountBoard(root, data, hearAnswers, keys) {
  if (root.task !== data.task) {
    root.task = data.task;
    root.innerHTML = data.html;
    root.answers = Array(data.rows.length).fill(-1);
    root.current = 0;
  }
  const find = (selector) => [...root.querySelectorAll(selector)];
  const [samples, queries, done] = [find(".samples button"), find(".queries button"), find(".done")[0]];
  const atOnce = find(".at-once")[0];
  const sign = (k) => (!atOnce.checked ? "" : root.answers[k] === data.rows[k] ? " ✓" : ` ✗ ${data.rows[k] + 1}`);

  function show() {
    queries.forEach((query, k) => {
      const row = root.answers[k];
      query.setAttribute("aria-current", k === root.current);
      query.setAttribute("aria-label", `query ${k + 1}, ${row < 0 ? "not answered" : `row ${row + 1}${sign(k)}`}`);
      query.classList.toggle("answered", row >= 0);
      query.style.setProperty("--c", row < 0 ? "" : samples[row].style.getPropertyValue("--c"));
      query.querySelector(".answer").textContent = row < 0 ? "" : `${row + 1}${sign(k)}`;
    });
    const left = root.answers.filter((row) => row < 0).length;
    const right = root.answers.filter((row, k) => row === data.rows[k]).length;
    const score = atOnce.checked ? ` ${right} of ${queries.length - left} right.` : "";
    done.disabled = left > 0;
    root.querySelector(".left").textContent = left
      ? `Query ${root.current + 1} of ${queries.length} is marked. ${left} to go.${score}`
      : `All answered. Click a query to change it.${score}`;
  }

  function move(to) {
    root.current = (to + queries.length) % queries.length;
    show();
  }

  function answer(row) {
    root.answers[root.current] = row;
    const open = queries.map((_, k) => (root.current + 1 + k) % queries.length);
    move(open.find((k) => root.answers[k] < 0) ?? root.current);
  }

  const onKey = (event) => {
    const where = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (where.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(where.tagName) && where !== atOnce) return;
    const row = Number(event.key) - 1;
    if (row >= 0 && row < samples.length) answer(row);
    else if (event.key === "ArrowRight") move(root.current + 1);
    else if (event.key === "ArrowLeft") move(root.current - 1);
    else return;
    event.preventDefault();
  };

  samples.forEach((sample, row) => (sample.onclick = () => answer(row)));
  queries.forEach((query, k) => (query.onclick = () => move(k)));
  atOnce.onchange = show;
  done.onclick = () => {
    if (data.reveal) atOnce.checked = true;
    show();
    hearAnswers(root.answers);
  };
  keys.addEventListener("keydown", onKey);
  show();
  return () => keys.removeEventListener("keydown", onKey);
}
