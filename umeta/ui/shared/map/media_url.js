/** Where the app's own files are: next to its scripts, whatever path or proxy the page was reached by. */
function mediaUrl(name, mediaPath) {
  const script = document.querySelector('script[src*="static/js/"]');
  if (!script) return new URL(`/${mediaPath}${name}`, location.origin).href;
  return script.src.slice(0, script.src.indexOf("static/js/")) + mediaPath.split("/").slice(-2).join("/") + name;
}
