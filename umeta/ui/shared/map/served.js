/* The map on a page of the app, which serves its files. */

function servedMedia(mediaPath) {
  async function fetched(path, options) {
    const answer = await fetch(mediaUrl(path, mediaPath), options);
    if (!answer.ok) throw new Error(`${answer.status} for ${path}`);
    return answer;
  }
  return {
    remedy: "Is the app started by app.py, with media_routes?",
    blob: async (name) => (await fetched(name)).blob(),
    async tiles({ content, ink }, items) {
      const name = items.map((item) => item.toString(36)).join("-");
      return (await fetched(`tiles/${content}/${ink ? "ink" : "picture"}/${name}.png`)).blob();
    },
    async snapshot(name) {
      const answer = await fetched(`moving/${name}`, { cache: "no-store" }).catch(() => null);
      return answer ? answer.arrayBuffer() : null;
    },
  };
}

export default function ({ parentElement, data: [data], setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".umap");
  root.embeddingMap ??= new EmbeddingMap(root, servedMedia(data.mediaPath));
  root.embeddingMap.update(data, {
    selection: (state) => setStateValue("selection", state),
    cell: (corners) => setTriggerValue("cell", corners),
  });
  return () => root.embeddingMap?.destroy();
}
