// What changes elsewhere: a row is drawn again where it stands, what is new is a number above. Nothing moves by itself.
const changedCases = new Set();

document.addEventListener("changed", (event) => {
  const told = JSON.parse(event.detail.data);
  for (const name of Object.keys(told)) changedCases.add(name);
  const open = $("#detail .case");
  if (open && told[open.dataset.case] > Number(open.dataset.revision)) caseHasMoved(open);
  clearTimeout(drawChanged.waiting);
  drawChanged.waiting = setTimeout(drawChanged, 500);
});

document.addEventListener("counts", (event) => {
  const told = JSON.parse(event.detail.data);
  for (const [queue, number] of Object.entries(told)) {
    for (const el of $$(`[data-count="${queue}"]`)) {
      if (el.textContent === number) continue;
      el.textContent = number;
      el.classList.toggle("zero", number === "0");
    }
  }
  tellFresh();
});

function tellFresh() {
  const link = $("#fresh");
  const queue = asked().get("queue") ?? "roles";
  if (!link || asked().get("q") || asked().get("procedure")) return;
  const more = parseInt($(`#queues [data-count="${queue}"]`)?.textContent, 10) - rows().length;
  const isWhole = !$("#rows .more");
  link.hidden = !(isWhole && more > 0);
  if (!link.hidden) $("span", link).textContent = words.new.replace("#", more);
}

document.addEventListener("signed-out", signedOut);
document.addEventListener("htmx:sse:after:connection", () => {
  const isAgain = listenAgain.wasLive;
  listenAgain.wasLive = true;
  document.body.classList.add("live");
  if (isAgain) catchUp();
});
document.addEventListener("htmx:sse:error", (event) => {
  document.body.classList.remove("live");
  if (event.detail.status === 401) signedOut();
});

// A stream that could not even begin doesn't try again by itself, and one that was refused waits long.
function listenAgain() {
  const live = $("#live");
  if (!live || document.body.classList.contains("live")) return;
  const next = live.cloneNode();
  next.removeAttribute("data-htmx-powered");
  live.replaceWith(next);
  htmx.process(next);
}

// Nobody has told what changed while the stream was cut, the page lay behind others, or the night passed.
async function catchUp() {
  if (!$("#queues")) return;
  const query = $("#rows")?.dataset.query ?? "";
  for (const row of rows()) drawAgain(row, query);
  await htmx.ajax("GET", `/inbox/part/queues?${query}`, { target: "#queues", swap: "innerHTML" });
  tellFresh();
  const open = $("#detail .case");
  if (!open) return;
  const now = await askApi(`/cases/${encodeURIComponent(open.dataset.case)}`, BY_ITSELF).catch(() => null);
  if (now?.revision > Number(open.dataset.revision)) caseHasMoved(open);
}

// What a page asks for without anybody at it keeps no session open.
const BY_ITSELF = { headers: { "By-Itself": "1" } };

function drawChanged() {
  const query = $("#rows")?.dataset.query ?? "";
  for (const row of rows().filter((one) => changedCases.has(one.dataset.case))) drawAgain(row, query);
  changedCases.clear();
}

async function drawAgain(row, query) {
  const address = `/inbox/part/row?${query}&task=${encodeURIComponent(row.dataset.task)}`;
  const answer = await fetch(address, { headers: { "HX-Request": "true", ...BY_ITSELF.headers } });
  if (!answer.ok || !row.isConnected) return;
  const text = (await answer.text()).trim();
  if (!text) {
    row.classList.add("gone");
    tellNext();
    tellFresh(); // the numbers may have come before
    return;
  }
  const box = document.createElement("template");
  box.innerHTML = text;
  const next = box.content.firstElementChild;
  if (row.hasAttribute("aria-current")) next.setAttribute("aria-current", "true");
  const wasSelected = $("input[name=tasks]", row).checked;
  row.replaceWith(next);
  htmx.process(next);
  $("input[name=tasks]", next).checked = wasSelected;
  next.classList.toggle("selected", wasSelected);
  next.classList.toggle("at", next.id === cursor);
}

function caseHasMoved(open) {
  const form = $("#act-form");
  if (form?.classList.contains("htmx-request")) return;
  const isTouched = form?.dataset.touched || isTyping(document.activeElement);
  if (!isTouched) {
    const query = $("#rows")?.dataset.query ?? "";
    const which = `case=${encodeURIComponent(open.dataset.case)}&task=${encodeURIComponent(open.dataset.task)}`;
    htmx.ajax("GET", `/inbox/part/case?${query}&${which}`, { target: "#detail", swap: "innerMorph" });
    return;
  }
  if ($(".note.stale")) return;
  const note = make("div", { class: "note warn stale", role: "status" }, words.moved);
  $(".case-body").prepend(note);
}
