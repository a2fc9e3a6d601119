/* From a key that goes down to the frame that shows every one of the graphs drawn anew, or the sketches that a
   threshold pack puts over them; and what lies between: when the page asks the server, and when the last reply
   before the picture is there. And how long the frames of a drag take. */
(graphIds) => {
  let pressed = 0;
  let asked = 0;
  let answered = 0;
  let told = null;
  let drawn = new Set();

  /* A message that is sent while a frame is made arrives once it is painted. */
  function afterThisFrame(work) {
    const channel = new MessageChannel();
    channel.port1.onmessage = work;
    channel.port2.postMessage(0);
  }

  const afterNextFrame = (work) => requestAnimationFrame(() => afterThisFrame(work));

  document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);

  const fetching = window.fetch;
  window.fetch = (...given) => {
    const first = told && !asked;
    if (first) asked = performance.now();
    return fetching(...given).then((reply) => {
      if (first) answered = performance.now();
      return reply;
    });
  };

  /* Sketches are drawn while a frame is made, plotly's pictures between two. */
  function paint(isPacked) {
    const tell = told;
    told = null;
    (isPacked ? afterThisFrame : afterNextFrame)(() => {
      const painted = performance.now();
      tell({ total: painted - pressed, isPacked, asking: asked - pressed, replying: answered - asked, painting: painted - answered });
    });
  }

  graphIds.forEach((id) => {
    const graph = document.querySelector(`#${id} .js-plotly-plot`);
    graph.on("plotly_afterplot", () => {
      if (!told) return;
      drawn.add(id);
      if (drawn.size === graphIds.length) paint(false);
    });
  });

  window.addEventListener("mirodash-scrubbed", () => told && paint(true));

  /* Milliseconds from frame to frame until it is called off. */
  window.watchFrames = () => {
    const frames = [];
    let isOver = false;
    let before = 0;
    function next(now) {
      if (before) frames.push(now - before);
      before = now;
      if (!isOver) requestAnimationFrame(next);
    }
    requestAnimationFrame(next);
    window.endFrames = () => {
      isOver = true;
      return frames;
    };
  };

  window.awaitNextMove = () => {
    drawn = new Set();
    asked = answered = 0;
    window.nextMove = new Promise((resolve, reject) => {
      told = resolve;
      setTimeout(() => reject(new Error("Ten seconds after a key the curves were not drawn anew.")), 10000);
    });
  };
}
