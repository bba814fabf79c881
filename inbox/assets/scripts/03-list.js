// The list, the case beside it, and what is selected.
const rows = () => $$("#rows .row:not(.gone)");
const current = () => $("#rows .row[aria-current]");
let cursor = null; // the row at which j and k stand

function standAt(row, isScrolled = true) {
  for (const one of $$("#rows .row.at")) one.classList.remove("at");
  cursor = row?.id ?? cursor;
  row?.classList.add("at");
  if (row && isScrolled) row.scrollIntoView({ block: "nearest" });
}

function showOpened() {
  if (!$(".list-pane")) return;
  const open = $("#detail .case");
  document.body.classList.toggle("has-detail", Boolean($(".detail")?.children.length));
  current()?.removeAttribute("aria-current");
  const row = open?.dataset.mark ? document.getElementById(`row-${open.dataset.mark}`) : null;
  row?.setAttribute("aria-current", "true");
  if (row) standAt(row);
  tellNext();
}

// An action says which task stands below it: only the page knows its own order.
function tellNext() {
  const all = rows();
  const at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = at < 0 ? null : (all[at + 1] ?? all[at - 1]);
  for (const field of $$("#detail [data-next]")) field.value = next?.dataset.task ?? "";
}

function openRow(row) {
  const link = row && $("a.row-link", row);
  if (link) htmx.trigger(link, "click");
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.id === cursor);
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  standAt(next);
  $("a.row-link", next)?.focus({ preventScroll: true });
  if (!$("#detail .case")) return;
  clearTimeout(move.waiting); // a key that is held down asks for the last row alone
  move.waiting = setTimeout(() => openRow(next), 120);
}

function closeDetail() {
  if (!document.body.classList.contains("has-detail")) return;
  $("#detail").replaceChildren();
  document.body.classList.remove("has-detail");
  const query = asked();
  query.delete("task");
  query.delete("case");
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  const row = current();
  row?.removeAttribute("aria-current");
  (row ? $("a.row-link", row) : null)?.focus({ preventScroll: true });
}

const selected = () => $$("#rows input[name=tasks]:checked");

function showSelection() {
  const bar = $("#bulk");
  if (!bar) return;
  for (const row of $$("#rows .row")) row.classList.toggle("selected", $("input[name=tasks]", row).checked);
  document.body.classList.toggle("selecting", selected().length > 0);
  clearTimeout(showSelection.waiting);
  if (!selected().length) {
    bar.hidden = true;
    bar.replaceChildren();
    return;
  }
  showSelection.waiting = setTimeout(async () => {
    const tasks = selected().map((box) => box.value).join(",");
    await htmx.ajax("POST", "/inbox/bulk/form", {
      source: bar, target: bar, swap: "innerHTML", values: { tasks, filters: $("#rows").dataset.query },
    });
    bar.hidden = !selected().length;
  }, 160);
}

function unselect() {
  for (const box of selected()) box.checked = false;
  showSelection();
}

document.addEventListener("change", (event) => {
  if (event.target.name === "tasks") showSelection();
});

document.addEventListener("htmx:after:swap", (event) => {
  let target = event.detail.ctx?.target;
  if (typeof target === "string") target = $(target);
  countOn();
  showOpened();
  if (target?.id === "detail") {
    const fault = $("#detail [aria-invalid=true]");
    if (fault) fault.focus();
    else target.scrollTop = 0;
  }
  if (target?.classList.contains("list-pane")) showSelection();
});

document.addEventListener("htmx:after:request", (event) => {
  const ctx = event.detail.ctx;
  const answer = ctx?.response?.raw;
  if (answer?.status === 401) signedOut();
  else if (answer?.status >= 500 && !answer.headers.has("HX-Reswap")) toast(words.failed, "bad");
  if (ctx?.sourceElement?.closest?.("[data-closes]")) ctx.sourceElement.closest("dialog")?.close();
});
document.addEventListener("htmx:error", () => toast(words.failed ?? "", "bad"));
