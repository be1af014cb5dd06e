// What scripts add. Without them every page says the same after its button is pressed. First the parts, each for the
// element that it serves; at the end, which of them the page has.
(() => {
  "use strict";
  const send = (address, form, signal) =>
    fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), signal });

  // While one types: what the server says of the form as it stands, the last that was asked for.
  const live = (form, address, wait, { begin, take, fail, end }) => {
    let waiting, asking;
    const ask = async () => {
      asking?.abort();
      asking = new AbortController();
      begin?.();
      try {
        await take(await send(address, form, asking.signal));
      } catch (error) {
        if (error.name !== "AbortError") fail();
      } finally {
        end?.();
      }
    };
    form.addEventListener("input", (event) => {
      if (event.target.dataset.search) return;
      clearTimeout(waiting);
      waiting = setTimeout(ask, wait);
    });
  };

  // Another language opens the page anew: what was typed, and sent back with mistakes, is not saved.
  const askBeforeTextIsLost = (languages) => {
    const main = document.querySelector("main");
    let typed = Boolean(main.querySelector("[aria-invalid]"));
    main.addEventListener("input", () => { typed = true; });
    languages.addEventListener("submit", (event) => { if (typed && !confirm(languages.dataset.ask)) event.preventDefault(); });
  };

  const liveVerdict = (form) => {
    const shown = document.getElementById("live");
    live(form, form.dataset.live, 300, {
      begin: () => shown.setAttribute("aria-busy", "true"),
      take: async (answer) => {
        if (answer.status === 401) return location.reload();
        if (answer.ok) shown.innerHTML = await answer.text();
      },
      fail: () => { shown.textContent = form.dataset.failed; },
      end: () => shown.removeAttribute("aria-busy"),
    });
  };

  // A combobox (ARIA 1.2): choices from the field's datalist, or from the server by what is typed.
  const begins = (text, typed) =>
    typed.toLowerCase().split(/\s+/).every((word) => (" " + text.toLowerCase()).includes(" " + word) || text.toLowerCase().startsWith(word));

  const combobox = (field, form) => {
    const said = document.getElementById("choices-said");
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
      const answer = await send(field.dataset.search, form);
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

  // The slider over the band of days.
  const daySlider = (over, slider) => {
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
  };

  // The letter beside its facts.
  const liveLetter = (form, shown) => {
    const said = document.getElementById("letter-said");
    const say = (text) => { if (said.textContent !== text) said.textContent = text; };
    const fail = () => say(said.dataset.not);
    const take = async (answer) => {
      if (!answer.ok && answer.status !== 422) return fail();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const told = page.querySelector("[data-said]");
      if (!told) return fail();
      told.remove();
      say(told.textContent.trim());
      if (!answer.ok) return;
      const opened = shown.querySelector(".notes")?.open ?? true;
      shown.replaceChildren(...page.childNodes);
      shown.querySelector(".notes")?.toggleAttribute("open", opened);
    };
    form.addEventListener("input", () => { document.getElementById("unsaved").hidden = false; });
    live(form, form.dataset.letter, 400, { take, fail });
  };

  // What a sentence rests on is shown at its number; Escape puts it away.
  const tips = (shown) => {
    shown.addEventListener("keydown", (event) => { if (event.key === "Escape") shown.classList.add("no-tips"); });
    for (const back of ["focusin", "mouseover"]) shown.addEventListener(back, () => shown.classList.remove("no-tips"));
  };

  // The field sheet's fields, which can also be selected.
  const copyButton = (button) => {
    const copied = document.getElementById("copied");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const entry = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(entry.value);
        copied.textContent = `${copied.dataset.done} ${entry.labels[0].textContent}`;
      } catch {
        entry.select();
        copied.textContent = copied.dataset.not;
      }
    });
  };

  // A look, soon and then every few seconds, whether what runs at the maintainers' desk is done.
  const lookUntilDone = async (wait) => {
    try {
      const answer = await fetch(location.href);
      if (!(await answer.text()).includes("data-running")) return location.reload();
    } catch { /* The server does not answer: it is asked again. */ }
    setTimeout(lookUntilDone, wait, Math.min(2 * wait, 2000));
  };

  // The maintainers' editor: line numbers while one types.
  const lineNumbers = (numbers) => {
    const field = numbers.nextElementSibling;
    const count = () => {
      const lines = field.value.split("\n").length;
      while (numbers.children.length > lines) numbers.lastChild.remove();
      while (numbers.children.length < lines) {
        const one = document.createElement("span");
        one.id = (numbers.dataset.of || "") + "L" + (numbers.children.length + 1);
        one.textContent = numbers.children.length + 1;
        numbers.append(one);
      }
      field.rows = lines + 2;
    };
    field.addEventListener("input", count);
    count();
  };

  // The meaning of the key at the cursor.
  const keyHelp = (field) => {
    const help = document.getElementById("key-help");
    const meanings = new Map();
    for (const one of document.querySelectorAll("dt[data-key]"))
      meanings.set(one.dataset.key, (meanings.get(one.dataset.key) || new Set()).add(one.nextElementSibling.textContent));
    const tell = () => {
      const before = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
      const line = field.value.slice(before).split("\n", 1)[0];
      const keys = [...line.matchAll(/([a-z][a-z0-9_.]*)(?=:)/g)].filter((one) => one.index + before <= field.selectionStart);
      const key = (keys.pop() || line.match(/([a-z][a-z0-9_.]*)(?=:)/))?.[1];
      // A key of the ruleset itself stands at the beginning of its line; further in, a key may be of several parts.
      const said = [...(meanings.get(key) || [])];
      help.textContent = said.length ? `${key}: ${/^[a-z]/.test(line) ? said[0] : said.join(" / ")}` : help.dataset.none;
    };
    for (const event of ["input", "keyup", "click", "focus"]) field.addEventListener(event, tell);
    help.textContent = help.dataset.none;
  };

  const one = (selector) => document.querySelector(selector);
  const languages = one("form[data-ask]"), check = one("form[data-live]"), days = one("form[data-live] .over");
  const facts = one("form[data-letter]"), letter = one("#letter-shown"), content = one("#content");
  if (languages) askBeforeTextIsLost(languages);
  if (check) {
    liveVerdict(check);
    for (const field of check.querySelectorAll("input[list], input[data-search]")) combobox(field, check);
    for (const button of check.querySelectorAll("button[name=finding]")) button.parentElement.hidden = true;
  }
  if (days) daySlider(days, one("#day"));
  if (facts) liveLetter(facts, letter);
  if (letter) tips(letter);
  document.querySelectorAll("[data-copy]").forEach(copyButton);
  if (one("[data-running]")) setTimeout(lookUntilDone, 250, 500);
  document.querySelectorAll(".numbered > .numbers").forEach(lineNumbers);
  if (content) keyHelp(content);
})();
