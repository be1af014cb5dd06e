// What scripts add: the verdict while the form is filled in, choices below a field, the day of the visit on a slider.
// Without them every page says the same after its button is pressed.
(() => {
  "use strict";
  // Another language opens the page anew: what was typed, and sent back with mistakes, is not saved.
  let typed = Boolean(document.querySelector("main [aria-invalid]"));
  document.querySelector("main").addEventListener("input", () => { typed = true; });
  const languages = document.querySelector("form[data-ask]");
  languages?.addEventListener("submit", (event) => { if (typed && !confirm(languages.dataset.ask)) event.preventDefault(); });

  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const posted = (address, signal) =>
    fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });

  // The live verdict.
  let waiting, asking;
  const ask = async () => {
    const live = document.getElementById("live");
    asking?.abort();
    asking = new AbortController();
    live.setAttribute("aria-busy", "true");
    try {
      const answer = await posted(form.dataset.live, asking.signal);
      if (answer.status === 401) return location.reload();
      if (answer.ok) live.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") live.textContent = form.dataset.failed;
    } finally {
      live.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.dataset.search) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });

  // A combobox (ARIA 1.2): choices from the field's datalist, or from the server by what is typed.
  const said = document.getElementById("choices-said");
  const begins = (text, typed) =>
    typed.toLowerCase().split(/\s+/).every((word) => (" " + text.toLowerCase()).includes(" " + word) || text.toLowerCase().startsWith(word));

  const combobox = (field) => {
    const list = field.list;
    const offered = list ? [...list.options].map((one) => [one.value, one.textContent]) : null;
    const box = document.createElement("ul");
    let choices = [], at = -1, late;
    box.id = field.id + "-choices";
    box.className = "choices";
    box.hidden = true;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", field.labels[0].textContent.trim());
    if (!list) box.lang = "en";
    field.removeAttribute("list");
    field.after(box);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", box.id]])
      field.setAttribute(name, value);

    const close = () => {
      box.hidden = true;
      at = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const mark = (to) => {
      box.children[at]?.removeAttribute("aria-selected");
      at = to;
      if (at < 0) return field.removeAttribute("aria-activedescendant");
      box.children[at].setAttribute("aria-selected", "true");
      box.children[at].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", box.children[at].id);
    };
    const take = (number) => {
      const [value, text] = choices[number];
      const into = document.getElementById(field.dataset.into) || field;
      if (into === field) field.value = value;
      else {
        if (!into.value.includes(value)) into.value = (into.value.trim() + " " + value).trim();
        said.textContent = value + " " + text;
        field.value = "";
      }
      close();
      into.dispatchEvent(new Event("input", { bubbles: true }));
      clearTimeout(late);
    };
    const open = (found) => {
      choices = found;
      box.replaceChildren(...found.map(([value, text], number) => {
        const one = document.createElement("li");
        one.id = box.id + "-" + number;
        one.setAttribute("role", "option");
        const strong = document.createElement("strong");
        strong.textContent = value;
        one.append(strong, " ", text);
        one.addEventListener("pointerdown", (event) => { event.preventDefault(); take(number); });
        return one;
      }));
      at = -1;
      field.removeAttribute("aria-activedescendant");
      box.hidden = !found.length;
      field.setAttribute("aria-expanded", String(Boolean(found.length)));
      said.textContent = found.length === 1 ? said.dataset.one : found.length ? said.dataset.many.replace("#", found.length) : said.dataset.none;
    };
    const look = async () => {
      if (offered) return open(offered.filter(([value, text]) => begins(value + " " + text, field.value.trim())));
      if (field.value.trim().length < 2) return close();
      const answer = await posted(field.dataset.search);
      if (answer.ok && document.activeElement === field) open(await answer.json());
    };
    field.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      clearTimeout(late);
      late = setTimeout(look, offered ? 0 : 200);
    });
    field.addEventListener("keydown", async (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (box.hidden) await look();
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (choices.length && !box.hidden) mark((at + step + choices.length + (at < 0 && step < 0 ? 1 : 0)) % choices.length);
      } else if (event.key === "Enter" && !box.hidden && (at >= 0 || choices.length === 1)) {
        event.preventDefault();
        take(Math.max(at, 0));
      } else if (event.key === "Enter" && field.dataset.search) {
        event.preventDefault();
        look();
      } else if (event.key === "Tab" && !box.hidden && (at >= 0 || choices.length === 1)) {
        take(Math.max(at, 0));
      } else if (event.key === "Escape") close();
    });
    field.addEventListener("blur", () => { clearTimeout(late); close(); });
  };
  form.querySelectorAll("input[list], input[data-search]").forEach(combobox);
  for (const button of form.querySelectorAll("button[name=finding]")) button.parentElement.hidden = true;

  // The slider over the band of days.
  const over = form.querySelector(".over");
  const slider = document.getElementById("day");
  if (!over || !slider) return;
  const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" });
  const show = () => {
    const day = new Date(Date.parse(over.dataset.first) + slider.value * 864e5);
    const iso = day.toISOString().slice(0, 10);
    for (const one of over.querySelectorAll("[data-last]")) {
      const here = one.dataset.first <= iso && iso <= one.dataset.last;
      here ? one.setAttribute("aria-current", "date") : one.removeAttribute("aria-current");
      if (!here) continue;
      const text = `${weekday.format(day)} ${iso}: ${one.querySelector(".badge").textContent}`;
      over.querySelector("output").textContent = text;
      slider.setAttribute("aria-valuetext", text);
    }
    document.getElementById("band-at").setAttribute("x", slider.value);
    return iso;
  };
  slider.addEventListener("input", () => { document.getElementById("date_of_service").value = show(); });
  slider.parentElement.hidden = false;
  show();
})();
