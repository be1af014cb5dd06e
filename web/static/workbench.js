// What scripts add to the maintainers' desk: line numbers while one types, the meaning of the key at the cursor, and a
// look every few seconds whether what runs is done.
(() => {
  "use strict";
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      if (!(await answer.text()).includes("data-running")) return location.reload();
    } catch { /* The server does not answer: it is asked again. */ }
    setTimeout(look, 2000);
  };
  if (document.querySelector("[data-running]")) setTimeout(look, 2000);

  const field = document.getElementById("content");
  const numbers = document.querySelector(".numbers");
  const help = document.getElementById("key-help");
  if (!field || !numbers) return;
  const meanings = new Map();
  for (const one of document.querySelectorAll("dt[data-key]"))
    meanings.set(one.dataset.key, (meanings.get(one.dataset.key) || new Set()).add(one.nextElementSibling.textContent));
  const count = () => {
    const lines = field.value.split("\n").length;
    while (numbers.children.length > lines) numbers.lastChild.remove();
    while (numbers.children.length < lines) {
      const one = document.createElement("span");
      one.id = "L" + (numbers.children.length + 1);
      one.textContent = numbers.children.length + 1;
      numbers.append(one);
    }
    field.rows = lines + 2;
  };
  const tell = () => {
    const before = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const line = field.value.slice(before).split("\n", 1)[0];
    const keys = [...line.matchAll(/([a-z][a-z0-9_.]*)(?=:)/g)].filter((one) => one.index + before <= field.selectionStart);
    const key = (keys.pop() || line.match(/([a-z][a-z0-9_.]*)(?=:)/))?.[1];
    // A key of the ruleset itself stands at the beginning of its line; further in, a key may be of several parts.
    const said = [...(meanings.get(key) || [])];
    help.textContent = said.length ? `${key}: ${/^[a-z]/.test(line) ? said[0] : said.join(" / ")}` : help.dataset.none;
  };
  field.addEventListener("input", count);
  for (const event of ["input", "keyup", "click", "focus"]) field.addEventListener(event, tell);
  count();
  help.textContent = help.dataset.none;
})();
