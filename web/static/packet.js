// The letter while its facts are typed, and the field sheet's copy buttons. Without this script "Show the letter" shows
// the same, and the fields of the sheet can be selected.
(() => {
  "use strict";
  const form = document.querySelector("form[data-letter]");
  const shown = document.getElementById("letter-shown");
  const said = document.getElementById("letter-said");
  let waiting, asking;

  const say = (text) => { if (said.textContent !== text) said.textContent = text; };

  const write = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.letter, {
        method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal,
      });
      if (!answer.ok && answer.status !== 422) return say(said.dataset.not);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      const told = page.querySelector("[data-said]");
      if (!told) return say(said.dataset.not);
      told.remove();
      say(told.textContent.trim());
      if (!answer.ok) return;
      const opened = shown.querySelector(".notes")?.open ?? true;
      shown.replaceChildren(...page.childNodes);
      shown.querySelector(".notes")?.toggleAttribute("open", opened);
    } catch (error) {
      if (error.name !== "AbortError") say(said.dataset.not);
    }
  };

  form?.addEventListener("input", () => {
    document.getElementById("unsaved").hidden = false;
    clearTimeout(waiting);
    waiting = setTimeout(write, 400);
  });

  // What a sentence rests on is shown at its number; Escape puts it away.
  shown?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shown.classList.add("no-tips");
  });
  for (const back of ["focusin", "mouseover"]) shown?.addEventListener(back, () => shown.classList.remove("no-tips"));

  const copied = document.getElementById("copied");
  for (const button of document.querySelectorAll("[data-copy]")) {
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
  }
})();
