/* From a key that goes down to the frame that shows every one of the graphs drawn anew. */
(graphIds) => {
  let pressed = 0;
  let told = null;
  let drawn = new Set();

  function afterThisFrame(work) {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = work;
      channel.port2.postMessage(0);
    });
  }

  document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);

  graphIds.forEach((id) => {
    const graph = document.querySelector(`#${id} .js-plotly-plot`);
    graph.on("plotly_afterplot", () => {
      if (!told) return;
      drawn.add(id);
      if (drawn.size < graphIds.length) return;
      const tell = told;
      told = null;
      afterThisFrame(() => tell(performance.now() - pressed));
    });
  });

  window.awaitNextMove = () => {
    drawn = new Set();
    window.nextMove = new Promise((resolve) => { told = resolve; });
  };
}
