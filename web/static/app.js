// The verdict while the form is filled in. Without this script the page says the same after "Check".
(() => {
  "use strict";
  const form = document.querySelector("form[data-live]");
  const live = document.getElementById("live");
  if (!form || !live) return;
  let waiting, asking;

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    live.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.live, {
        method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal,
      });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) return;
      live.innerHTML = await answer.text();
      live.hidden = false;
    } catch (error) {
      if (error.name !== "AbortError") live.textContent = "The verdict cannot be had just now. Press Check.";
    } finally {
      live.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
})();
