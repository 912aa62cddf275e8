/* Language of the labels, chosen once and remembered; numbers and days as that language writes them. Text only, never markup. */
"use strict";
(() => {
  const languages = ["vi", "en"];
  const html = document.documentElement;

  function remembered() {
    const asked = new URLSearchParams(location.search).get("lang");
    if (languages.includes(asked)) return asked;
    try {
      const kept = localStorage.getItem("vnpress.language");
      if (languages.includes(kept)) return kept;
    } catch { /* storage is refused here: the address carries the language instead */ }
    const first = (navigator.language || "").slice(0, 2);
    return languages.includes(first) ? first : "vi";
  }

  function remember(language) {
    try {
      localStorage.setItem("vnpress.language", language);
      return;
    } catch { /* as above */ }
    for (const link of document.querySelectorAll("a[href]:not([rel~=external])")) {
      const [path, fragment] = link.getAttribute("href").split("#");
      if (path) link.setAttribute("href", path.split("?")[0] + "?lang=" + language + (fragment ? "#" + fragment : ""));
    }
  }

  function number(value) {
    const [whole, part] = String(value).split(".");
    const [group, point] = vnpress.language === "vi" ? [".", ","] : [",", "."];
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
    return part ? grouped + point + part : grouped;
  }

  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  function day(iso) {
    const [year, month, date] = iso.slice(0, 10).split("-");
    return vnpress.language === "vi" ? `${date}/${month}/${year}` : `${Number(date)} ${months[month - 1]} ${year}`;
  }

  /* The words of a label; {n} and {m} are put in. */
  function say(key, n, m) {
    const words = vnpress.labels[vnpress.language][key] ?? key;
    return words.replace("{n}", () => (n === undefined ? "" : number(n))).replace("{m}", () => (m === undefined ? "" : number(m)));
  }

  function localize(root) {
    for (const e of root.querySelectorAll("[data-l]")) e.textContent = say(e.dataset.l, e.dataset.n, e.dataset.m);
    for (const e of root.querySelectorAll("[data-l-aria]")) e.setAttribute("aria-label", say(e.dataset.lAria));
    for (const e of root.querySelectorAll("[data-l-title]")) e.title = say(e.dataset.lTitle);
    for (const e of root.querySelectorAll("[data-l-placeholder]")) e.placeholder = say(e.dataset.lPlaceholder);
    for (const e of root.querySelectorAll("data")) e.textContent = number(e.value);
    for (const e of root.querySelectorAll("time")) {
      const clock = / \d\d:\d\d$/.exec(e.textContent);
      e.textContent = day(e.dateTime) + (clock ? clock[0] : "");
    }
  }

  function speak(language) {
    vnpress.language = language;
    html.lang = language;
    localize(document);
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    document.dispatchEvent(new Event("vnpress:language"));
  }

  Object.assign(vnpress, { language: remembered(), say, number, day, localize });
  html.classList.add("scripted");
  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll(".languages")) group.hidden = false;
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => {
        remember(button.dataset.language);
        speak(button.dataset.language);
      });
    }
    if (vnpress.language !== "vi") speak(vnpress.language);
  });
})();
