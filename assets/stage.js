/* The stage: opens full screen over everything, follows keys and remotes, and gives the page back. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const [WIDTH, HEIGHT] = [960, 540];
  const UPRIGHT = { width: 656, buttons: 84 }; /* its picture and the margins, and what stands under the slide */
  const SETTLE_MS = 600;

  let kept = []; /* the strip as it is now; a talk is given of the strip as it was when it began */
  let strip = [];
  let at = -1; /* which view is shown; -1 is an empty, closed stage */
  let moved = null; /* the same view with a threshold that was moved on stage */
  let shown = null; /* the slide that is written */
  let slider = null; /* of the view as it was kept */
  let before = null; /* what had the focus */
  let still = []; /* what is inert because of us */
  let fills = false; /* whether the screen was given to us */
  let hasEnded = false; /* the code is shown large after the last slide */
  let settling = 0;
  let unsent = false; /* the slide on stage is a pack's, and the server was not asked for it */

  const part = (name) => document.getElementById(`stage-${name}`);
  const stage = () => document.getElementById("stage");
  const isOpen = () => at >= 0 && Boolean(stage());
  const inView = () => moved || strip[at];

  /* opening and leaving */

  mirodash.keepStrip = function keepStrip(found) {
    kept = (found && Array.isArray(found.views) && found.views) || [];
    return window.dash_clientside.no_update;
  };

  /* To be called while the browser still knows of the click: only then does it give the whole screen. */
  mirodash.present = function present(place) {
    if (!stage() || !kept.length || isOpen()) return;
    strip = [...kept];
    before = document.activeElement;
    takeScreen();
    mirodash.forgetSlides();
    stage().hidden = false;
    setApart();
    mirodash.fitStage();
    stage().focus();
    go(Number.isInteger(place) ? place : 0);
  };

  function takeScreen() {
    const root = document.documentElement;
    if (!root.requestFullscreen || document.fullscreenElement) return;
    root.requestFullscreen().then(
      () => {
        fills = true;
        if (!isOpen()) giveScreenBack();
      },
      () => {} /* refused: the stage fills the window instead */
    );
  }

  function giveScreenBack() {
    if (fills && document.fullscreenElement) document.exitFullscreen();
    fills = false;
  }

  /* Everything but the stage is out of reach of the keyboard and of screen readers. */
  function setApart() {
    for (let inner = stage(); inner !== document.body; inner = inner.parentElement) {
      for (const beside of inner.parentElement.children) {
        if (beside === inner || beside.inert) continue;
        beside.inert = true;
        still.push(beside);
      }
    }
  }

  function leave() {
    at = -1;
    moved = null;
    shown = null;
    unsent = false;
    mirodash.endStageScrub();
    mirodash.wantStagePack(null);
    window.clearTimeout(settling);
    still.forEach((beside) => (beside.inert = false));
    still = [];
    giveScreenBack();
    hasEnded = false;
    mirodash.hideCode();
    if (!stage()) return;
    part("help").hidden = true;
    stage().hidden = true;
    stage().classList.remove("blank");
    if (before && before.isConnected) before.focus();
  }

  /* one slide */

  function go(place) {
    if (hasEnded) {
      hasEnded = false;
      mirodash.endCode();
    }
    at = Math.min(Math.max(place, 0), strip.length - 1);
    moved = null;
    shown = null;
    unsent = false;
    mirodash.endStageScrub();
    stage().classList.remove("blank");
    mirodash.forgetLost();
    show();
  }

  /* After the last slide comes the code of its link, for as long as the questions take. */
  function turn(by) {
    if (hasEnded) return by < 0 ? go(at) : undefined;
    if (at + by < strip.length || !mirodash.showCodeAtEnd()) return go(at + by);
    hasEnded = true;
    part("next").disabled = true;
    part("previous").disabled = false;
    part("said").textContent = mirodash.codeInWords();
    return undefined;
  }

  /* The neighbours are asked for as well, so that the next key shows its slide at once. */
  function show() {
    const around = [strip[at + 1], strip[at - 1]].filter(Boolean);
    const slide = mirodash.slideOf(inView());
    if (slide) write(slide);
    else if (!shown) wait();
    mirodash.wantSlides([inView(), ...around]);
  }

  function wait() {
    part("number").textContent = `${at + 1} / ${strip.length}`;
    mirodash.clearSlide();
    mirodash.placeStageSlider(null);
    part("back").hidden = true;
  }

  /* While a threshold is dragged, what comes is shown although the thumb may be farther by now. */
  mirodash.slideCame = function slideCame(view, slide) {
    if (!isOpen()) return mirodash.thumbnailCame(view, slide);
    const newest = mirodash.slideOf(inView());
    if (newest && newest !== shown && !unsent) write(newest);
    else if (!newest && !unsent && moved && view.at === at) write(slide);
    return undefined;
  };

  mirodash.isOnStage = () => isOpen();

  function write(slide) {
    const isNew = !shown;
    shown = slide;
    part("number").textContent = `${at + 1} / ${strip.length}`;
    part("previous").disabled = at === 0;
    part("next").disabled = at === strip.length - 1 && !mirodash.hasCode(slide);
    if (isNew) {
      slider = slide.slider || null;
      mirodash.placeStageSlider(slider, slider ? slider.thresholds : []);
      mirodash.wantStagePack(slider && standing(inView(), slider.thresholds, 0));
    }
    mirodash.endStageScrub();
    sayMoved();
    mirodash.writeCode(slide.code);
    mirodash.writeSlide(slide);
    if (isNew) say();
    window.clearTimeout(settling);
    settling = window.setTimeout(settle, SETTLE_MS);
  }

  function say() {
    part("said").textContent = `Slide ${at + 1} of ${strip.length}: ${shown.cannot || shown.title}`;
  }

  /* What stays on stage for a moment was looked at, and is told. */
  function settle() {
    if (!isOpen() || !shown) return;
    say();
    if (typeof shown.query === "string") mirodash.countLook(shown.query);
  }

  /* a threshold moved on stage: the presenter's title was about another one */

  const standing = ({ query, picture }, thresholds, slot) => ({ query, picture, thresholds: [...thresholds], slot, stops: slider.stops });

  mirodash.stageMoved = function stageMoved(thresholds, slot) {
    const query = new URLSearchParams(strip[at].query);
    query.delete("threshold");
    thresholds.forEach((threshold) => query.append("threshold", threshold));
    const same = mirodash.same(thresholds, slider.thresholds);
    moved = same ? null : { query: mirodash.inOrder(query), picture: strip[at].picture, title: "", at };
    window.clearTimeout(settling);
    unsent = Boolean(moved && shown && mirodash.scrubStage(standing(moved, thresholds, slot)));
    if (!unsent) return show();
    settling = window.setTimeout(sendWhatIsShown, SETTLE_MS);
    return sayMoved();
  };

  /* Once the hand lets go, or rests: the whole slide, with what screen readers are told. */
  function sendWhatIsShown() {
    if (!unsent || !isOpen()) return;
    unsent = false;
    show();
  }

  for (const end of ["pointerup", "pointercancel", "blur"]) window.addEventListener(end, sendWhatIsShown, true);

  function sayMoved() {
    const back = part("back");
    back.hidden = !moved;
    if (moved) back.textContent = `moved on stage · back to ${slider.at.join(" · ")}`;
  }

  function restore() {
    moved = null;
    mirodash.placeStageSlider(slider, slider.thresholds);
    show();
    stage().focus();
  }

  mirodash.stageSwiped = function stageSwiped(steps) {
    if (isOpen()) turn(steps);
  };

  /* keys, also those of remote controls */

  const KEYS = {
    ArrowRight: () => turn(1),
    ArrowDown: () => turn(1),
    PageDown: () => turn(1),
    " ": () => turn(1),
    n: () => turn(1),
    ArrowLeft: () => turn(-1),
    ArrowUp: () => turn(-1),
    PageUp: () => turn(-1),
    p: () => turn(-1),
    Home: () => go(0),
    End: () => go(strip.length - 1),
    Escape: leave,
    b: blank,
    ".": blank,
    q: turnCode,
    h: help,
    "?": help,
    F5: () => {} /* a remote's "start": the page must not be loaded again */,
  };

  function turnCode() {
    if (hasEnded) return;
    mirodash.turnCode();
    part("said").textContent = mirodash.codeInWords();
    if (shown) mirodash.fitTitle(shown);
  }

  function help() {
    const keys = part("help");
    keys.hidden = !keys.hidden;
    part("said").textContent = keys.hidden ? "" : keys.innerText;
  }

  function blank() {
    const isBlank = stage().classList.toggle("blank");
    if (isBlank) part("said").textContent = "The stage is blank";
    else say();
  }

  document.addEventListener(
    "keydown",
    function press(event) {
      if (!isOpen() || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const onButton = event.key === " " && event.target.closest("button");
      const taken = !stage().classList.contains("blank") && mirodash.keyOnStageSlider(event);
      if (!taken && (!act || onButton)) return;
      event.preventDefault();
      event.stopPropagation();
      if (!taken) act();
    },
    true
  );

  const CLICKS = {
    "stage-previous": () => turn(-1),
    "stage-next": () => turn(1),
    "stage-leave": leave,
    "stage-back": restore,
  };

  document.addEventListener("click", function press(event) {
    const button = isOpen() && event.target.closest && event.target.closest("button");
    const act = button && CLICKS[button.id];
    if (!act) return;
    act();
    /* after a click of the mouse, space is the next slide and not the same button again */
    if (event.detail && isOpen()) stage().focus();
  });

  /* the screen */

  /* Upright where the words of a slide have room under its picture, which does not take the width of a slide. */
  mirodash.turnStage = function turnStage() {
    const isWide = document.getElementById("stage-box").classList.contains("wide");
    return stage().classList.toggle("upright", window.innerHeight > window.innerWidth && !isWide);
  };

  function scaleUpright() {
    const height = document.getElementById("stage-box").offsetHeight + 2 * UPRIGHT.buttons;
    return Math.min(window.innerWidth / UPRIGHT.width, window.innerHeight / height);
  }

  /* As large as the window lets it be; upright it is as tall as its words. */
  mirodash.fitStage = function fitStage() {
    if (!stage()) return;
    const scale = mirodash.turnStage() ? scaleUpright() : Math.min(window.innerWidth / WIDTH, window.innerHeight / HEIGHT);
    stage().style.setProperty("--stage-scale", scale);
  };

  /* A phone that is turned has other room for the words. */
  function followWindow() {
    const wasUpright = stage() && stage().classList.contains("upright");
    mirodash.fitStage();
    if (shown && stage().classList.contains("upright") !== wasUpright) mirodash.writeSlideWords(shown);
  }

  window.addEventListener("resize", followWindow);

  document.addEventListener("fullscreenchange", function follow() {
    followWindow();
    if (fills && !document.fullscreenElement && isOpen()) leave();
  });

  /* Going back in the browser builds another page; nothing of it may stay inert. */
  window.addEventListener("popstate", function goneBack() {
    if (at >= 0) leave();
  });
})(window.dash_clientside.mirodash);
