/* What was read in the words under the pointer, the focus or the finger; and which kinds are marked. */
"use strict";
(() => {
  const tip = document.getElementById("tip");
  let shown = null; /* the mark that the tip tells of */
  let described = null;

  function marksAround(element) {
    const marks = [];
    for (let mark = element.closest(".m[data-r]"); mark; mark = mark.parentElement.closest(".m[data-r]")) {
      if (!mark.classList.contains("off")) marks.push(mark);
    }
    return marks;
  }

  function line(row) {
    const block = document.createElement("div");
    const head = document.createElement("p");
    head.className = "m " + row.parentElement.dataset.kind + " h1 first last";
    head.textContent = vnpress.say("kind." + row.parentElement.dataset.kind);
    block.append(head);
    for (const pair of row.querySelectorAll(".fields > div")) {
      const told = document.createElement("p");
      const name = document.createElement("b");
      name.textContent = pair.querySelector("dt").textContent + ": ";
      told.append(name, pair.querySelector("dd").textContent);
      block.append(told);
    }
    const rule = document.createElement("p");
    rule.className = "rule";
    rule.textContent = row.querySelector("code").textContent + " · " + vnpress.say("article.confidence") + " " + row.querySelector(".rule data").textContent;
    block.append(rule);
    return block;
  }

  function show(element, point) {
    const marks = marksAround(element);
    if (!marks.length) return hide();
    if (shown === marks[0]) return undefined;
    hide();
    shown = marks[0];
    for (const mark of marks) {
      for (const key of mark.dataset.r.split(" ")) {
        const row = document.getElementById("r-" + key);
        if (row) tip.append(line(row));
      }
    }
    const last = document.createElement("p");
    last.className = "follow";
    last.textContent = vnpress.say("article.follow");
    tip.append(last);
    tip.hidden = false;
    place(shown, point);
    light(shown, true);
    described = element.closest("a.f");
    if (described) described.setAttribute("aria-describedby", "tip");
    return undefined;
  }

  /* Below the words, above them where there is no room below. */
  function place(mark, point) {
    const boxes = [...mark.getClientRects()];
    const box = (point && boxes.find((b) => point.y >= b.top - 2 && point.y <= b.bottom + 2)) || boxes[0];
    const size = tip.getBoundingClientRect();
    const below = box.bottom + 6 + size.height < innerHeight || box.top < size.height + 6;
    const top = below ? box.bottom + 6 : box.top - size.height - 6;
    const wanted = point ? point.x - 40 : box.left;
    const left = Math.max(8, Math.min(wanted, document.documentElement.clientWidth - size.width - 8));
    tip.style.top = top + scrollY + "px";
    tip.style.left = left + scrollX + "px";
  }

  function light(mark, on) {
    const keys = mark.dataset.r;
    for (const piece of document.querySelectorAll('.m[data-r="' + keys + '"]')) piece.classList.toggle("lit", on);
  }

  function hide() {
    if (shown) light(shown, false);
    if (described) described.removeAttribute("aria-describedby");
    shown = described = null;
    tip.hidden = true;
    tip.replaceChildren();
  }

  const article = document.querySelector("article");
  let openBefore = null; /* what the tip told of when the finger came down */
  let byTouch = false;
  let leaving = 0;

  article.addEventListener("pointerover", (event) => {
    clearTimeout(leaving);
    if (event.pointerType === "mouse" && event.target.closest(".m[data-r]")) show(event.target, { x: event.clientX, y: event.clientY });
  });
  article.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse") leaving = setTimeout(hide, 250);
  });
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
  article.addEventListener("focusin", (event) => { if (event.target.matches("a.f")) show(event.target); });
  article.addEventListener("focusout", () => { if (!tip.matches(":hover")) hide(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (event) => {
    byTouch = event.pointerType !== "mouse";
    openBefore = shown;
    if (byTouch && !event.target.closest(".m[data-r], #tip")) hide();
  });
  article.addEventListener("click", (event) => {
    const [mark] = marksAround(event.target);
    if (!mark || event.target.closest(".legend")) return;
    event.preventDefault();
    if (byTouch && openBefore !== mark) {
      show(event.target, { x: event.clientX, y: event.clientY });
      return;
    }
    if (String(getSelection())) return; /* somebody marks words to copy them */
    byTouch = false;
    go("r-" + mark.dataset.r.split(" ")[0]);
  });

  function go(id) {
    hide();
    location.hash = id;
    const row = document.getElementById(id);
    if (!row) return;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
  }

  /* Back in the text the whole of the words is lit, also where it is torn by a crossing one. */
  function arrive() {
    for (const piece of document.querySelectorAll(".m.here")) piece.classList.remove("here");
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const mark = target && target.closest(".m[data-r]");
    if (!mark) return;
    for (const piece of document.querySelectorAll('.m[data-r="' + mark.dataset.r + '"]')) piece.classList.add("here");
  }
  addEventListener("hashchange", arrive);
  arrive();
  document.addEventListener("vnpress:language", hide);

  for (const box of document.querySelectorAll(".legend input")) {
    box.hidden = false;
    box.addEventListener("change", () => {
      for (const mark of document.querySelectorAll(".m[data-r]." + box.dataset.kind)) mark.classList.toggle("off", !box.checked);
    });
  }
})();
