/* Loads the script that draws charts, once the page is there and nothing else happens. */

const SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]";
const LOOK_MS = 300;
const whenIdle = window.requestIdleCallback ?? ((then) => setTimeout(then, LOOK_MS)); // Safari has none

export default function () {
  const own = document.querySelector("script[type=module][src]"); // Streamlit's own, in the same folder
  const timer = setInterval(() => {
    if (!NAME || !own || !document.querySelector(SETTLED)) return;
    clearInterval(timer);
    whenIdle(() => import(new URL(NAME, own.src)).catch(() => {})); // without it the first chart asks for it, as ever
  }, LOOK_MS);
  return () => clearInterval(timer);
}
