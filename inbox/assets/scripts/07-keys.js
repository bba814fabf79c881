// Keys, dialogs, menus.
document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  let el;
  if ((el = on("[data-open]"))) openDialog(document.getElementById(el.dataset.open));
  if ((el = on("[data-close]"))) el.closest("dialog").close();
  if (on("[data-close-detail]")) closeDetail();
  if (on("[data-clear]")) {
    unselect();
    $("#bulk").hidden = true;
    $("#bulk").replaceChildren();
  }
  if ((el = on("[data-copy]"))) {
    copyText(el.dataset.copy);
  }
  if ((el = on("[data-map]"))) showMap(el);
  if (on("[data-ways]")) drawMap(false);
  if (on("[data-whole]")) drawMap(true);
  if ((el = on(".menu .menu-item"))) el.closest("[popover]")?.hidePopover();
});

// Browsers lend the clipboard under TLS alone; many stores reach their pages without.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { class: "sr", readonly: "" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(words.copied);
}

function openDialog(dialog) {
  for (const menu of $$("[popover]")) if (menu.matches(":popover-open")) menu.hidePopover();
  for (const field of $$("[data-filters]", dialog)) field.value = $("#rows")?.dataset.query ?? field.value;
  dialog.showModal();
  $("input:not([type=hidden])", dialog)?.select();
}

function showMap(el) {
  const dialog = $("#map");
  $("h2", dialog).textContent = el.dataset.title;
  dialog.dataset.of = el.dataset.map;
  drawMap(false);
  dialog.showModal();
}

// The ways on, or all of them.
function drawMap(isWhole) {
  const dialog = $("#map");
  const picture = make("img", { src: dialog.dataset.of + (isWhole ? "&whole=1" : ""), alt: $("h2", dialog).textContent });
  picture.classList.toggle("whole", isWhole);
  $("[data-ways]", dialog).setAttribute("aria-pressed", String(!isWhole));
  $("[data-whole]", dialog).setAttribute("aria-pressed", String(isWhole));
  const body = $(".map-body", dialog);
  body.replaceChildren(picture);
  body.scrollTo(0, 0);
}

for (const dialog of $$("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function sendForm(from) {
  const form = from.closest?.("form") ?? $("#act-form");
  const button = form && $("button[type=submit], button:not([type])", form);
  if (button && !button.disabled) button.click();
}

function movePalette(event) {
  const palette = $("#palette");
  const links = $$("a", palette);
  const at = links.findIndex((link) => link.classList.contains("at"));
  if (event.key === "Escape") {
    event.preventDefault(); // a search field would be emptied first
    palette.close();
  } else if (event.key === "Enter") {
    event.preventDefault();
    (links[at] ?? links[0])?.click();
  } else if (event.key.startsWith("Arrow") && links.length) {
    event.preventDefault();
    links[at]?.classList.remove("at");
    const next = links[(at + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length];
    next.classList.add("at");
    next.scrollIntoView({ block: "nearest" });
  }
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => openRow(document.getElementById(cursor) ?? rows()[0]),
  c: () => $("[data-claim]")?.click(),
  s: () => $("[data-snooze]")?.click(),
  m: () => $("[data-comment]")?.focus(),
  "/": () => $("#q")?.focus(),
  "?": () => openDialog($("#keys")),
  x: () => {
    const row = document.getElementById(cursor) ?? rows()[0];
    if (!row) return;
    $("input[name=tasks]", row).checked = !$("input[name=tasks]", row).checked;
    showSelection();
  },
};

document.addEventListener("keydown", (event) => {
  const isCommand = event.metaKey || event.ctrlKey;
  const el = event.target;
  if (isCommand && event.key.toLowerCase() === "k" && $("#palette")) {
    event.preventDefault();
    if ($("#palette").open) $("#palette").close();
    else openDialog($("#palette"));
    return;
  }
  if (isCommand && event.key === "Enter") {
    event.preventDefault();
    sendForm(el);
    return;
  }
  if ($("#palette")?.open) {
    movePalette(event);
    return;
  }
  if (event.key === "Escape" && !$("dialog[open], [popover]:popover-open")) {
    if (isTyping(el)) el.blur();
    else if (selected().length) unselect();
    else closeDetail();
    return;
  }
  if (isTyping(el) || isCommand || event.altKey || $("dialog[open]") || $("[popover]:popover-open")) return;
  if (event.key === "Enter" && el.closest("a, button, summary, label")) return;
  const act = KEYS[event.key];
  if (act && $("#rows, #detail")) {
    event.preventDefault();
    act();
  }
});
