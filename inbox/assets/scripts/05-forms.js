// Forms: drafts, rows, files, what a book offers. Nothing that is typed is lost.
document.addEventListener("input", noteTyping);
document.addEventListener("change", noteTyping);
function noteTyping(event) {
  if (event.target.name?.startsWith("f.")) keep(event.target.closest("#act-form"));
}

function keep(form) {
  if (!form) return;
  form.dataset.touched = "1";
  form.dispatchEvent(new CustomEvent("keep", { bubbles: true }));
}

// --- rows

document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove-row]");
  if (remove) removeRow(remove.closest("[data-row]"));
  const add = event.target.closest("[data-add-row]");
  if (add) addRow(add.closest("[data-rows]"));
  const taken = event.target.closest("[data-remove]");
  if (taken) {
    const form = taken.closest("#act-form");
    taken.closest(".upload").remove();
    keep(form);
  }
});

function removeRow(row) {
  const box = row.closest("[data-rows]");
  row.remove();
  $(":scope > [data-add-row]", box).focus();
  keep(box.closest("#act-form"));
}

// A new row is the blank one under the next number: in names, in ids, and in the blank rows within it.
function addRow(box) {
  const body = $("[data-body]", box);
  const of = box.dataset.rows;
  const prefix = `f.${of}.`;
  const numbers = $$("[name]", body).filter((field) => field.name.startsWith(prefix)).map((field) => parseInt(field.name.slice(prefix.length), 10));
  const number = Math.max(-1, ...numbers) + 1;
  const dashed = of.replaceAll(".", "-");
  const made = document.createElement("template");
  made.innerHTML = $(":scope > template", box)
    .innerHTML.replaceAll(`"f.${of}.0.`, `"f.${of}.${number}.`)
    .replaceAll(`"${of}.0.`, `"${of}.${number}.`)
    .replaceAll(`f-${dashed}-0-`, `f-${dashed}-${number}-`);
  const row = made.content.firstElementChild;
  body.append(row);
  const table = body.closest(".scroll");
  if (table) table.hidden = false;
  $("input:not([type=hidden]), select, textarea", row)?.focus();
}

// --- files are sent at once, and named by the form

document.addEventListener("change", async (event) => {
  const input = event.target.closest("[data-upload]");
  if (!input?.files?.length) return;
  for (const file of input.files) await upload(input, file);
  input.value = "";
});

async function upload(input, file) {
  const body = new FormData();
  body.append("file", file);
  try {
    const kept = await askApi(input.dataset.upload.replace("/api/v1", ""), { method: "POST", body });
    showFile(input, kept);
  } catch (error) {
    toast(`${words.tooLarge} ${error.message}`, "bad");
  }
}

function showFile(input, kept) {
  const into = $(input.dataset.into);
  if (!input.dataset.name) {
    into.append(make("a", { class: "file", href: `/api/v1/files/${kept.id}`, download: "" }, make("span", {}, kept.name)));
    return;
  }
  if (!input.multiple) into.replaceChildren();
  into.append(
    make("span", { class: "upload" },
      make("span", {}, kept.name),
      make("input", { type: "hidden", name: input.dataset.name, value: kept.id }),
      make("button", { type: "button", "data-remove": "", "aria-label": words.remove }, "×")),
  );
  keep(into.closest("#act-form"));
}

// --- what a book or the store's people offer

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-book], [data-people]")) offerSoon(event.target);
  if (event.target.matches("[data-comment]")) offerNames(event.target);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-book], [data-people]")) offerSoon(event.target);
});
document.addEventListener("focusout", (event) => {
  const combo = event.target.closest(".combo");
  if (combo) setTimeout(() => combo.contains(document.activeElement) || closePicks(combo), 150);
});

function offerSoon(input) {
  clearTimeout(offerSoon.waiting);
  offerSoon.waiting = setTimeout(() => offer(input), 160);
}

async function offer(input) {
  const typed = input.value === input.defaultValue ? "" : input.value;
  const query = new URLSearchParams({ q: typed, limit: "12" });
  const store = input.dataset.store ?? $("#act-form input[name=case]")?.value.split(":")[1];
  if (store) query.set("store", store);
  const address = input.matches("[data-people]") ? "/people" : `/refs/${input.dataset.book}`;
  let found = [];
  try {
    found = (await askApi(`${address}?${query}`)).items;
  } catch {
    return; // a book that somebody may not read offers nothing; the code can be typed
  }
  if (document.activeElement !== input) return;
  if (input.matches("[data-book]") && found.length === 1 && found[0].code === typed) {
    // typed in full: nothing is left to choose, and nothing is to lie over the button below
    const meaning = $(".meaning", input.closest(".combo"));
    if (meaning) meaning.textContent = found[0].label === typed ? "" : (found[0].label ?? "");
    closePicks(input.closest(".combo"));
    return;
  }
  const picks = $(".picks", input.closest(".combo"));
  picks.replaceChildren(
    ...found.map((one, place) => {
      const code = one.code ?? one.id;
      const name = one.label ?? one.name;
      const option = make("button", { type: "button", role: "option", tabindex: "-1", id: `${picks.id}-${place}`, "data-choose": code, "data-meaning": name === code ? "" : name });
      option.append(make("b", {}, name || code));
      if (name && name !== code) option.append(make("span", { class: "no" }, code));
      if (one.detail) option.append(make("small", {}, one.detail));
      return option;
    }),
  );
  if (!found.length && typed) picks.append(make("span", { class: "none" }, words.none));
  input.setAttribute("aria-expanded", String(picks.childElementCount > 0));
}

function closePicks(combo) {
  $(".picks", combo).replaceChildren();
  const input = $("input", combo);
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-choose]")) event.preventDefault(); // the field keeps the focus
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-choose]");
  if (!option) return;
  const combo = option.closest(".combo");
  const input = $("input", combo);
  input.value = option.dataset.choose;
  const meaning = $(".meaning", combo);
  if (meaning) meaning.textContent = option.dataset.meaning;
  closePicks(combo);
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("keydown", (event) => {
  const combo = event.target.closest?.(".combo");
  if (!combo || !["ArrowDown", "ArrowUp", "Enter", "Escape"].includes(event.key)) return;
  const options = $$("[data-choose]", combo);
  const at = options.findIndex((one) => one.classList.contains("at"));
  if (event.key === "Escape" && options.length) {
    event.stopPropagation();
    closePicks(combo);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    options[at].click();
  } else if (event.key.startsWith("Arrow") && options.length) {
    event.preventDefault();
    options[at]?.classList.remove("at");
    const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
    next.classList.add("at");
    event.target.setAttribute("aria-activedescendant", next.id);
  }
});

// --- @name in a comment

async function offerNames(area) {
  const begun = /@([\p{L}\p{N}_.-]{1,30})$/u.exec(area.value.slice(0, area.selectionStart));
  $(".mentions")?.remove();
  if (!begun) return;
  const query = new URLSearchParams({ q: begun[1], limit: "6", store: area.dataset.store });
  const found = (await askApi(`/people?${query}`).catch(() => ({ items: [] }))).items;
  if (!found.length || document.activeElement !== area || !area.value.slice(0, area.selectionStart).endsWith(begun[0])) return;
  $(".mentions")?.remove(); // of what was typed meanwhile
  const list = make("div", { class: "mentions picks", role: "listbox" });
  for (const one of found) {
    const option = make("button", { type: "button", role: "option" }, make("b", {}, one.name), make("span", { class: "no" }, one.id));
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const start = area.selectionStart - begun[0].length;
      area.setRangeText(`@${one.id} `, start, area.selectionStart, "end");
      list.remove();
    });
    list.append(option);
  }
  area.after(list);
}
