/* Sends dropped or chosen files one by one, a few at a time, each under its path within what was dropped. */

const AT_ONCE = 6, RETRIES = 3;

export default function ({ parentElement, data: [data], setTriggerValue }) {
  const root = parentElement.querySelector(".drop");
  root.data = data;
  root.tell = (value) => setTriggerValue("sent", value);
  if (!root.firstChild) build(root);
  if (root.url !== data.url) {
    root.url = data.url;
    reset(root);
  }
  return () => pause(root, "");
}

function build(root) {
  root.innerHTML = `
    <div class="ask">
      <p class="what"><b>Drop images, a folder or a zip here</b><span class="limit"></span></p>
      <div class="ways">
        <button type="button" class="files">Choose files</button>
        <button type="button" class="folder">Choose a folder</button>
      </div>
      <input type="file" class="files" multiple hidden aria-label="Files to send">
      <input type="file" class="folder" webkitdirectory multiple hidden aria-label="A folder to send">
    </div>
    <div class="going" hidden>
      <progress max="1" value="0" aria-label="Files sent"></progress>
      <p class="how" aria-live="polite"></p>
      <div class="ways">
        <button type="button" class="stop">Stop</button>
        <button type="button" class="on" hidden>Go on</button>
        <button type="button" class="again" hidden>Choose others</button>
      </div>
    </div>
    <p class="left" role="status"></p>`;
  for (const kind of ["files", "folder"]) {
    const input = root.querySelector(`input.${kind}`);
    root.querySelector(`button.${kind}`).onclick = () => input.click();
    input.onchange = () => {
      take(root, [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      input.value = "";
    };
  }
  root.querySelector(".stop").onclick = () => pause(root, "Stopped");
  root.querySelector(".on").onclick = () => send(root);
  root.querySelector(".again").onclick = () => reset(root);
  root.ondragover = (event) => {
    event.preventDefault();
    root.classList.add("over");
  };
  root.ondragleave = () => root.classList.remove("over");
  root.ondrop = async (event) => {
    event.preventDefault();
    root.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    show(root, "Looking at what was dropped …");
    take(root, (await Promise.all(entries.map(walk))).flat());
  };
}

/* Every file below an entry of the file system; a folder hands out its entries in pieces. */
async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    return [{ file, name: entry.fullPath.replace(/^\/+/, "") }];
  }
  const reader = entry.createReader(), found = [];
  for (;;) {
    const piece = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!piece.length) return found;
    for (const child of piece) found.push(...(await walk(child)));
  }
}

function take(root, files) {
  const isHidden = (name) => name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
  const seen = files.filter(({ name }) => !isHidden(name));
  const kept = seen.filter(({ name }) => root.data.endings.some((end) => name.toLowerCase().endsWith(end)));
  const left = seen.filter((one) => !kept.includes(one)).map(({ name }) => name);
  const bytes = kept.reduce((sum, { file }) => sum + file.size, 0);
  root.left = { count: left.length, names: left.slice(0, 3) };
  tellLeft(root);
  if (!kept.length) return show(root, "", "No image, zip, table or array among these files.");
  if (bytes > root.data.limit)
    return show(root, "", `These files are ${megabytes(bytes)}, more than the ${megabytes(root.data.limit)} that can be sent. ` +
      "Copy them to the computer that umeta runs on and choose their folder there.");
  Object.assign(root, { queue: kept, bytes, done: 0, sent: 0, spent: 0 });
  send(root);
}

async function send(root) {
  const turn = (root.turn = {}), stop = (root.stopper = new AbortController()), start = performance.now();
  const before = root.spent, going = () => root.turn === turn && !stop.signal.aborted;
  const tell = () => {
    root.spent = before + (performance.now() - start) / 1000;
    const rest = root.sent ? Math.ceil((root.spent * (root.bytes - root.sent)) / root.sent) : 0;
    show(root, `Sending: ${root.done.toLocaleString("en")} of ${root.total.toLocaleString("en")} files, ` +
      `${megabytes(root.sent)} of ${megabytes(root.bytes)}${rest ? `, ${time(rest)} left` : ""}. Stay on this page.`);
  };
  root.total ??= 0;
  if (!root.done) root.total = root.queue.length;
  buttons(root, true);
  tell();
  const worker = async () => {
    while (going() && root.queue.length) {
      const one = root.queue.shift();
      const problem = await put(root, one, stop.signal);
      if (problem !== null) {
        root.queue.unshift(one);
        if (going()) pause(root, problem);
        return;
      }
      root.done += 1;
      root.sent += one.file.size;
      if (going() && (root.done % 20 === 0 || root.total < 100)) tell();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (going() && !root.queue.length && root.done === root.total) {
    root.turn = null;
    show(root, `${root.total === 1 ? "1 file is" : `${root.total.toLocaleString("en")} files are`} sent.`);
    buttons(root, null);
    root.tell({ files: root.done, left_out: root.left });
  }
}

/* null if the file arrived, else why it did not. */
async function put(root, { file, name }, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`${root.url}?name=${encodeURIComponent(name)}`, { method: "PUT", body: file, signal });
      return answer.ok ? null : await answer.text();
    } catch (error) {
      if (signal.aborted) return "";
      if (attempt === RETRIES) return `${name} could not be sent: ${error.message}`;
      await new Promise((done) => setTimeout(done, 500 * attempt));
    }
  }
}

function pause(root, why) {
  if (!root.turn) return;
  root.turn = null;
  root.stopper.abort();
  if (!why) return;
  show(root, `${why}. ${root.done.toLocaleString("en")} of ${root.total.toLocaleString("en")} files are sent.`.replace("..", "."));
  buttons(root, false);
}

function reset(root) {
  pause(root, "");
  Object.assign(root, { queue: [], done: 0, total: 0, sent: 0, bytes: 0, left: { count: 0, names: [] } });
  show(root, "");
  tellLeft(root);
  const limit = `At most ${megabytes(root.data.limit)} in all. They are copied to the computer that umeta runs on.`;
  root.querySelector(".limit").textContent = limit;
}

/* The words beside the bar; without any, the question is shown, with the problem below it. */
function show(root, words, problem = "") {
  root.querySelector(".ask").hidden = Boolean(words);
  root.querySelector(".going").hidden = !words;
  root.querySelector(".how").textContent = words;
  root.querySelector("progress").value = root.bytes ? root.sent / root.bytes : 0;
  if (problem) root.querySelector(".left").textContent = problem;
}

/* While it sends, Stop; when it was stopped, Go on; null when all is done. */
function buttons(root, sending) {
  root.querySelector(".stop").hidden = sending !== true;
  for (const name of [".on", ".again"]) root.querySelector(name).hidden = sending !== false;
}

function tellLeft(root) {
  const { count, names } = root.left, more = count > names.length ? ` and ${(count - names.length).toLocaleString("en")} more` : "";
  root.querySelector(".left").textContent = count
    ? `Not sent, as ${count === 1 ? "its name does" : "their names do"} not end like an image's, a table's or an array's: ${names.join(", ")}${more}.`
    : "";
}

const megabytes = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6).toLocaleString("en")} MB`);
const time = (seconds) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);
