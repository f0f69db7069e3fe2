export default function ({ parentElement }) {
  const button = parentElement.querySelector("button"), words = button.querySelector("span");
  button.onclick = async () => {
    await copyText(location.href);
    words.textContent = "Link copied";
    setTimeout(() => (words.textContent = "Copy link"), 2500);
  };
}
