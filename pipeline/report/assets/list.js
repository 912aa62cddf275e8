/* Search and filters over the pieces of an index: scripts, since a page from disk may fetch nothing else. */
"use strict";
(() => {
  const PAGE = 50;
  const [HREF, TITLE, ABOUT, DAY, GROUP, TAGS, MORE, ARTICLES, DONE, TOTAL] = Array(10).keys();
  const form = document.getElementById("search");
  const byId = (id) => document.getElementById(id);
  const inputs = ["q", "group", "tag", "from", "to", "plain"].map(byId).filter(Boolean);

  /* As pipeline.vietnamese.spelling: lower case, the tone where today's spelling has it (hoà, hòa), then without marks. */
  const TONES = "\u0300\u0301\u0309\u0303\u0323";
  const moved = (pairs, both) => new Map(pairs.flatMap(([a, b]) => [...TONES].map((t) => both(a, b, t).map((s) => s.normalize("NFC")))));
  const OPEN = moved([["o", "a"], ["o", "e"], ["u", "y"]], (a, b, t) => [a + b + t, a + t + b]);
  const SLIP = moved(["âu", "ây", "êu", "ôi", "ơi", "ưi", "ưu", "ưa"].map((p) => [p[0], p[1]]), (a, b, t) => [a + b + t, a + t + b]);
  const either = (map) => [...map.keys()].join("|");
  const open = new RegExp(`(?<!q)(?:${either(OPEN)})(?!\\p{L})`, "gu");
  const slip = new RegExp(`(?:${either(SLIP)})(?!\\p{L})`, "gu");
  function fold(text) {
    return text.normalize("NFC").toLowerCase().replace(slip, (s) => SLIP.get(s)).replace(open, (s) => OPEN.get(s));
  }
  function strip(folded) {
    return folded.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
  }

  /* The index: entries as they arrive, and what of them is searched. */
  const pieces = Number(form.dataset.pieces);
  const entries = [];
  const folded = { marked: [], plain: [] };
  const arrived = [];
  let loading = null;

  vnpress.piece = (list, number, records) => { arrived[number] = records; };

  function load(number) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `index/${form.dataset.list}-${number}.js`;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function loadAll() {
    for (let number = 1; number <= pieces; number += 1) {
      tell("list.loading", number, pieces);
      await load(number);
      for (const record of arrived[number]) entries.push(record);
      arrived[number] = null;
    }
  }

  function searched(number, plain) {
    const kept = plain ? folded.plain : folded.marked;
    if (kept[number] === undefined) {
      const e = entries[number];
      kept[number] = plain ? strip(searched(number, false)) : fold([e[TITLE], e[ABOUT], e[MORE], e[GROUP]].join("\n"));
    }
    return kept[number];
  }

  /* What is asked: words that must all be there, each at the beginning of a word; "phrases" in quotation marks. */
  function words(text) {
    return [...text.matchAll(/["“”]([^"“”]+)["“”]?|(\S+)/g)].map((m) => (m[1] ?? m[2]).trim().replace(/\s+/g, " ")).filter(Boolean);
  }
  function pattern(word) {
    return new RegExp("(?<![\\p{L}\\p{N}])" + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "u");
  }

  function ask() {
    const value = (id) => byId(id)?.value ?? "";
    return { q: value("q").trim(), group: value("group"), tag: value("tag"), from: value("from"), to: value("to"), plain: byId("plain").checked };
  }
  const asksNothing = (asked) => !(asked.q || asked.group || asked.tag || asked.from || asked.to);

  function find(asked) {
    const prepare = (text) => (asked.plain ? strip(fold(text)) : fold(text));
    const parts = words(asked.q).map(prepare);
    const patterns = parts.map(pattern);
    const whole = parts.length > 1 ? pattern(parts.join(" ")) : null;
    const ranks = [[], [], []]; /* the whole in the title, the whole anywhere, all words */
    for (let number = 0; number < entries.length; number += 1) {
      const e = entries[number];
      if (asked.group && e[GROUP] !== asked.group && shown(e[GROUP] ?? "") !== asked.group) continue;
      if (asked.tag && !e[TAGS].split(" ").includes(asked.tag)) continue;
      if (asked.from && !(e[DAY] >= asked.from)) continue;
      if (asked.to && !(e[DAY] && e[DAY] <= asked.to)) continue;
      if (!patterns.length) { ranks[0].push(number); continue; }
      const text = searched(number, asked.plain);
      if (!patterns.every((p) => p.test(text))) continue;
      const best = whole ?? patterns[0];
      ranks[best.test(text.slice(0, text.indexOf("\n"))) ? 0 : best.test(text) ? 1 : 2].push(number);
    }
    return ranks.flat();
  }

  /* What was found. */
  let found = [];
  let page = 0;

  function element(name, className, ...children) {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...children.filter((child) => child !== null && child !== ""));
    return e;
  }
  function term(value) {
    const key = "term." + value;
    if (!(key in vnpress.labels.vi)) return element("bdi", "", shown(value));
    const e = element("span", "", vnpress.say(key));
    e.dataset.l = key;
    return e;
  }
  /* As pipeline.report.safe: characters that would act unseen are named instead. */
  function shown(text) {
    return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (c) => "⟨U+" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩");
  }
  function bar(done, total) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    for (const [k, v] of Object.entries({ class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" })) svg.setAttribute(k, v);
    for (const [name, width] of [["rail", 100], ["done", Math.min(100, (100 * done) / total)]]) {
      const rect = document.createElementNS(ns, "rect");
      for (const [k, v] of Object.entries({ class: name, width, height: 8 })) rect.setAttribute(k, v);
      svg.append(rect);
    }
    return svg;
  }
  function item(e) {
    const title = element("bdi", "", shown(e[TITLE]) || "—");
    const link = e[HREF] ? element("a", "", title) : title;
    if (e[HREF]) link.setAttribute("href", e[HREF]);
    const facts = element("p", "entry-facts");
    const add = (child) => facts.append(child, " ");
    if (e[DAY]) { const t = element("time", "", vnpress.day(e[DAY])); t.dateTime = e[DAY]; add(t); }
    if (e[GROUP]) add(element("span", "group", term(e[GROUP])));
    if (e[ARTICLES] !== null) {
      const count = element("span", "", vnpress.say("list.in_articles", e[ARTICLES]));
      Object.assign(count.dataset, { l: "list.in_articles", n: e[ARTICLES] });
      add(count);
    }
    for (const tag of e[TAGS].split(" ").filter(Boolean)) add(element("span", "tag t-" + tag, term(tag)));
    return element("li", "entry", element("p", "entry-title", link), e[TOTAL] === null ? null : bar(e[DONE], e[TOTAL]),
      e[ABOUT] ? element("p", "entry-about", element("bdi", "", shown(e[ABOUT]))) : null, facts);
  }

  function tell(key, n, m) {
    const status = byId("status");
    status.replaceChildren(element("span", "", vnpress.say(key, n, m)));
    Object.assign(status.firstChild.dataset, { l: key, n: n ?? "", m: m ?? "" });
  }

  function draw() {
    const last = Math.max(1, Math.ceil(found.length / PAGE));
    byId("found").replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map((number) => item(entries[number])));
    byId("found").start = page * PAGE + 1;
    byId("back").disabled = page === 0;
    byId("forth").disabled = page + 1 >= last;
    const place = byId("place");
    place.replaceChildren(element("span", "", vnpress.say("list.pages", page + 1, last)));
    Object.assign(place.firstChild.dataset, { l: "list.pages", n: page + 1, m: last });
    place.parentElement.hidden = last === 1;
  }

  async function search(keepPage) {
    const asked = ask();
    note(asked);
    byId("all").hidden = !asksNothing(asked);
    if (asksNothing(asked)) {
      byId("results").hidden = true;
      byId("status").replaceChildren();
      return;
    }
    loading ??= loadAll();
    try {
      await loading;
    } catch {
      tell("list.broken");
      return;
    }
    if (JSON.stringify(asked) !== JSON.stringify(ask())) return; /* asked anew while it was loading */
    found = find(asked);
    page = keepPage ? Math.min(page, Math.max(0, Math.ceil(found.length / PAGE) - 1)) : 0;
    byId("results").hidden = found.length === 0;
    if (found.length) tell("list.found", found.length);
    else tell("list.none");
    draw();
  }

  /* The address keeps what is asked, so that the way back from an article leads to the same results. */
  function note(asked) {
    const kept = Object.entries(asked).filter(([, value]) => value).map(([key, value]) => [key, value === true ? "1" : value]);
    const hash = kept.length ? "#" + new URLSearchParams(kept) : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }
  function recall() {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const input of inputs) {
      const value = kept.get(input.id) ?? "";
      if (input.type === "checkbox") {
        input.checked = value === "1";
        continue;
      }
      if (value && input.tagName === "SELECT" && ![...input.options].some((o) => o.value === value)) input.add(new Option(value, value));
      input.value = value;
    }
    search();
  }

  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  form.addEventListener("reset", () => setTimeout(() => { search(); byId("q").focus(); }));
  for (const [id, step] of [["back", -1], ["forth", 1]]) {
    byId(id).addEventListener("click", () => { page += step; draw(); byId("status").scrollIntoView(); });
  }
  addEventListener("hashchange", recall);
  document.addEventListener("vnpress:language", () => { if (!byId("results").hidden) vnpress.localize(byId("results")); });
  vnpress.fold = fold;
  vnpress.strip = strip;
  form.hidden = false;
  recall();
})();
