// A word on what was done. What is held back can be taken back as long as its word is there.
function toast(text, tone = "good") {
  $("#toasts")?.append(make("div", { class: `toast ${tone}`, "data-toast": "" }, text));
}

function leave(el) {
  el.classList.add("leaving");
  setTimeout(() => el.remove(), 200);
}

function showToast(el) {
  const row = el.dataset.done && document.getElementById(`row-${el.dataset.done}`);
  if (row) row.classList.add("gone");
  tellNext();
  const seconds = Number(el.dataset.seconds ?? 0);
  setTimeout(() => leave(el), seconds ? seconds * 1000 : el.classList.contains("bad") ? 9000 : 4500);
  if (seconds) setTimeout(() => el.dataset.taken || askOutcome(el), seconds * 1000 + 1500);
}

async function askOutcome(el) {
  const query = new URLSearchParams({ request_id: el.dataset.request, task: el.dataset.task, about: el.dataset.about });
  await htmx.ajax("GET", `/inbox/part/outcome?${query}`, { source: "#toasts", target: "#toasts", swap: "none" });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-undo]");
  if (!button) return;
  const el = button.closest("[data-toast]");
  el.dataset.taken = "1";
  leave(el);
  const row = document.getElementById(`row-${el.dataset.done}`);
  row?.classList.remove("gone");
  await htmx.ajax("POST", "/inbox/undo", {
    source: "#toasts", target: "#detail", swap: "innerHTML",
    values: { request: el.dataset.request, task: el.dataset.task, filters: $("#rows")?.dataset.query ?? "" },
  });
});

if ($("#toasts")) {
  new MutationObserver((changes) => {
    for (const change of changes) for (const el of change.addedNodes) if (el.dataset && "toast" in el.dataset) showToast(el);
  }).observe($("#toasts"), { childList: true });
}
