/* Clicks on the pictures of a task's rows: Python hears the number of the picture, counted row by row. */

export default function ({ setTriggerValue }) {
  const pictures = ".ugr.pick .umeta-tile";

  const choose = (event) => {
    const picture = event.target.closest?.(pictures);
    if (!picture) return;
    setTriggerValue("picture", [...document.querySelectorAll(pictures)].indexOf(picture));
    event.preventDefault();
  };
  const onKey = (event) => {
    if (event.key === "Enter" || event.key === " ") choose(event);
  };

  document.addEventListener("click", choose);
  document.addEventListener("keydown", onKey);
  return () => {
    document.removeEventListener("click", choose);
    document.removeEventListener("keydown", onKey);
  };
}
