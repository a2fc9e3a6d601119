/* Files made in the browser: nothing leaves it, and a picture says how large it is on paper. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const BEFORE_SECOND_CHUNK = 33; /* a PNG's signature and its first chunk, whose lengths never vary */
  const KINDS = { png: "image/png", svg: "image/svg+xml", csv: "text/csv;charset=utf-8" };
  const KEPT_MS = 10000;

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
    return name;
  }

  /* Letters: a drawing made into pixels sees no font of the page, so they are written onto the pixels
     exactly where the page would write them. */

  function opacityOf(element, root) {
    let share = 1;
    for (let at = element; at && at !== root; at = at.parentElement) share *= Number(getComputedStyle(at).opacity);
    return share;
  }

  /* Every run of letters in one style: what it says, and where it begins. */
  function runsOf(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const runs = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const holder = node.parentElement;
      if (holder.closest("text") && node.data.trim()) runs.push({ node, holder });
    }
    return runs;
  }

  function before(node) {
    let letters = 0;
    for (let at = node.previousSibling; at; at = at.previousSibling) letters += at.textContent.length;
    return letters;
  }

  function writeRun(context, { node, holder }, root, scale) {
    const style = getComputedStyle(holder);
    if (style.visibility === "hidden" || style.display === "none") return;
    const at = holder.getStartPositionOfChar(before(node));
    const { a, b, c, d, e, f } = root.getScreenCTM().inverse().multiply(holder.getScreenCTM());
    context.setTransform(scale * a, scale * b, scale * c, scale * d, scale * e, scale * f);
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.fill;
    context.globalAlpha = opacityOf(holder, root) * Number(style.fillOpacity);
    context.direction = style.direction;
    context.textAlign = "start";
    context.fillText(node.data, at.x, at.y);
  }

  /* pixels */

  function crc(bytes) {
    let rest = 0xffffffff;
    for (const byte of bytes) {
      rest ^= byte;
      for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
    }
    return (rest ^ 0xffffffff) >>> 0;
  }

  /* How many pixels stand on a metre, so that the picture opens in its size. */
  function resolution(perMetre) {
    const chunk = new DataView(new ArrayBuffer(21));
    chunk.setUint32(0, 9);
    [..."pHYs"].forEach((letter, k) => chunk.setUint8(4 + k, letter.charCodeAt(0)));
    chunk.setUint32(8, perMetre);
    chunk.setUint32(12, perMetre);
    chunk.setUint8(16, 1);
    chunk.setUint32(17, crc(new Uint8Array(chunk.buffer, 4, 13)));
    return chunk.buffer;
  }

  async function imageOf(text) {
    const address = URL.createObjectURL(new Blob([text], { type: KINDS.svg }));
    const image = new Image();
    image.src = address;
    await image.decode();
    URL.revokeObjectURL(address);
    return image;
  }

  /* On the page, where letters have their places, but out of sight. */
  function staged({ svg, size, high }) {
    const stage = document.createElement("div");
    stage.className = "picture-stage";
    stage.setAttribute("aria-hidden", "true");
    svg.setAttribute("width", size.wide);
    svg.setAttribute("height", high);
    stage.append(svg);
    document.body.append(stage);
    return stage;
  }

  async function pixels(picture) {
    const { svg, size, high } = picture;
    const scale = size.pixels / size.wide;
    const canvas = document.createElement("canvas");
    canvas.width = size.pixels;
    canvas.height = Math.round(high * scale);
    const context = canvas.getContext("2d");
    const stage = staged(picture);
    try {
      const lines = svg.cloneNode(true);
      lines.querySelectorAll("text").forEach((text) => text.remove());
      lines.setAttribute("width", canvas.width);
      lines.setAttribute("height", canvas.height);
      context.drawImage(await imageOf(new XMLSerializer().serializeToString(lines)), 0, 0, canvas.width, canvas.height);
      await document.fonts.ready;
      runsOf(svg).forEach((run) => writeRun(context, run, svg, scale));
    } finally {
      stage.remove();
    }
    const plain = await new Promise((resolve) => canvas.toBlob(resolve, KINDS.png));
    const bytes = await plain.arrayBuffer();
    const [head, rest] = [bytes.slice(0, BEFORE_SECOND_CHUNK), bytes.slice(BEFORE_SECOND_CHUNK)];
    return new Blob([head, resolution(size.perMetre), rest], { type: KINDS.png });
  }

  function letters({ svg }) {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
    return new Blob([text], { type: KINDS.svg });
  }

  /* Make what was chosen of what the server told, and save it; gives the file's name. */
  mirodash.saveTaken = async function saveTaken(told, { size, type }) {
    if (type === "csv") return save(new Blob([told.table], { type: KINDS.csv }), `${told.stem}.csv`);
    const picture = await mirodash.pictureOf(told.forest ? { ...told.forest, ...told } : told, size);
    if (type === "pdf") return mirodash.printPicture(picture);
    if (type === "copy") {
      await navigator.clipboard.write([new ClipboardItem({ [KINDS.png]: await pixels(picture) })]);
      return "";
    }
    return save(type === "png" ? await pixels(picture) : letters(picture), `${told.stem}-${picture.size.name || size}.${type}`);
  };
})(window.dash_clientside.mirodash);
