// What a scan does on the page that is open.
const same = (one, other) => one.trim().toUpperCase() === other.trim().toUpperCase();
const numbersOfCase = () => JSON.parse(work()?.dataset.numbers ?? "[]");
let turn = Promise.resolve(); // scans are taken one after the other, also where one waits for an answer

document.addEventListener("scan", (event) => {
  if (!pda) return;
  const { code, field } = event.detail;
  turn = turn.then(() => taken(code, field)).catch(() => flash("bad", words.failed));
});

async function taken(code, field) {
  if (code.toUpperCase().startsWith("GCB-")) return flash("warn", words.badge);
  const command = /^GC:(\w+)(?::(.+))?$/i.exec(code);
  if (command) return obey(command[1].toLowerCase(), (command[2] ?? "").toLowerCase());
  if (!work() && fieldFor(field)) return fillField(fieldFor(field), code);
  if (!work()) return isTyped() ? flash("warn", fill(words.otherCase, code)) : openCode(code);
  if (list() && countCode(code)) return undefined;
  if (numbersOfCase().some((number) => same(number, code))) return sendIfComplete();
  if (fieldFor(field)) return fillField(fieldFor(field), code);
  if (list() && takeBin(code)) return undefined;
  if (isAway) return flash("bad", fill(words.notHere, code));
  return askWhat(code);
}

function countCode(code) {
  const wanted = code.trim().toUpperCase();
  const by = (line) => codesOf(line)[wanted];
  const candidates = lines().filter((line) => by(line));
  if (!candidates.length) return false;
  if (isBlind() && binNow && !candidates.some((line) => line.dataset.bin === binNow)) {
    const [{ dataset }] = candidates;
    const title = $(".pick-what b", candidates[0]).textContent;
    const line = addFound(dataset.sku, title, binNow, codesOf(candidates[0]));
    if (line) candidates.unshift(line);
  }
  countUp(candidates, by(candidates[0]));
  return true;
}

// --- bins

function takeBin(code) {
  const line = lines().find((one) => same(one.dataset.bin || "-", code));
  if (!line) return false;
  choseBin(line.dataset.bin);
  return true;
}

function choseBin(bin) {
  showBin(bin);
  if (lines().some((line) => $("[data-bin-of]", line) && !("found" in line.dataset))) moved(intoBin(bin));
  drawCount();
  flash("good", bin);
}

// --- fields

function fieldFor(field) {
  const isTaking = (one) => one.matches("[data-scan]:not([data-bin-of])");
  if (field?.isConnected && isTaking(field)) return field;
  return list() ? null : ($$(":is([data-send], [data-begin]) [data-scan]").find((one) => !one.value && isTaking(one) && one.offsetParent) ?? null);
}

async function fillField(field, code) {
  field.value = code;
  if (field.dataset.book && !isAway) {
    const thing = (await whatIs(code)).find((one) => one.kind === "product" || one.kind === field.dataset.book);
    if (thing?.sku && field.dataset.book === "sku") field.value = thing.sku;
    else if (thing) field.value = thing.code;
    const meaning = $(".meaning", field.closest(".combo"));
    if (thing && meaning) meaning.textContent = thing.label;
  }
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  flash("good", field.value);
}

// --- what the page was not given

async function whatIs(code) {
  const query = new URLSearchParams({ code });
  if (work()) query.set("store", work().dataset.store);
  const answer = await ask(`/api/v1/lookup?${query}`, { headers: { "Accept-Language": isChinese ? "zh" : "en" } });
  return answer?.ok ? (await answer.json()).items : [];
}

async function askWhat(code) {
  const things = await whatIs(code);
  const product = things.find((one) => one.kind === "product");
  if (product && list()) {
    const known = lines().filter((line) => line.dataset.sku === product.sku);
    for (const line of known) learn(line, { [code.toUpperCase()]: product.qty });
    if (known.length) return countCode(code);
    return foundBesides(product, code);
  }
  if (list() && things.some((one) => one.kind === "bin") && (isBlind() || $("[data-bin-of]", list()))) {
    return choseBin(things.find((one) => one.kind === "bin").code);
  }
  if (things.some((one) => one.case === work().dataset.case)) return sendIfComplete();
  if (things.some((one) => one.case)) {
    if (isUntouched()) return openCode(code);
    return flash("warn", fill(words.otherCase, code));
  }
  return flash("bad", fill(list() ? words.notHere : words.nothingEmpty, things[0]?.label || code));
}

function foundBesides(product, code) {
  if (!$("#found-line")) return flash("bad", fill(words.notHere, product.label || code));
  const bin = binNow || onlyBin();
  if (!bin && $("#found-line").content.querySelector("[data-bin-of]")) return flash("warn", words.whichBin);
  const line = addFound(product.sku, product.label, bin, { [code.toUpperCase()]: product.qty, [product.sku.toUpperCase()]: 1 });
  return countUp([line], product.qty);
}

function onlyBin() {
  const bins = [...new Set(lines().map((line) => line.dataset.bin).filter(Boolean))];
  return bins.length === 1 ? bins[0] : "";
}

const isChosen = (field) => /^(checkbox|radio)$/.test(field.type);
const isTyped = () =>
  $$(":is([data-send], [data-begin]) :is(input, textarea, select)").some(
    (field) =>
      (field.name?.startsWith("f.") || field.name === "subject") && field.type !== "hidden" && !field.matches("[data-qty], [data-bin-of]") &&
      (isChosen(field) ? field.checked !== field.defaultChecked : field.tagName === "SELECT" ? field.value !== "" && !$("[selected]", field) : field.value !== field.defaultValue),
  );
const isUntouched = () => !lines().some(isCounted) && !isTyped();

async function openCode(code) {
  const answer = await ask("/inbox/scan/code", { method: "POST", body: new URLSearchParams({ code }) });
  if (!answer) return flash("bad", $("[data-away]").textContent);
  if (answer.status === 401) return undefined;
  const told = await answer.json();
  if (told.to) {
    flash("good", "");
    location.href = told.to;
    return undefined;
  }
  const said = $("[data-said]");
  if (said) {
    said.textContent = told.text;
    said.closest(".scan-here").className = `scan-here ${told.tone}`;
  }
  return flash(told.tone ?? "bad", told.text ?? words.failed);
}

// --- commands, and the end of it

function obey(verb, action) {
  if (!work()) return flash("warn", words.noTask);
  if (verb === "claim" || verb === "release") {
    const button = $(`[data-hold="${verb}"]`);
    return button ? hold(button) : flash("warn", words.notPossible);
  }
  if (verb === "do" && action === work().dataset.action) return sendIfComplete();
  if (verb === "do" && JSON.parse(work().dataset.actions).includes(action)) {
    location.href = `${work().dataset.address}&action=${encodeURIComponent(action)}`;
    return undefined;
  }
  return flash("bad", words.notPossible);
}

function firstEmpty() {
  const groups = new Map();
  for (const field of $$("[data-send] [name^='f.']")) {
    const box = field.closest(".field");
    if (!box || field.type === "hidden" || field.closest("details:not([open])") || !$("label", box)) continue;
    const isAnswered = isChosen(field) ? field.checked : field.value.trim() !== "";
    groups.set(field.name, { field, isAnswered: isAnswered || groups.get(field.name)?.isAnswered });
  }
  return [...groups.values()].find((one) => !one.isAnswered)?.field ?? null;
}

function sendIfComplete() {
  const form = $("[data-send]");
  if (!form) return flash("warn", words.notPossible);
  if (list() && !isAllThere()) {
    const missing = lines().filter((line) => !isFull(line)).length;
    return flash("warn", fill(words.notYet, missing));
  }
  const empty = firstEmpty();
  if (empty) {
    empty.focus();
    empty.scrollIntoView({ block: "center" });
    return flash("warn", words.answers);
  }
  return finish(form);
}

async function hold(button) {
  const body = new URLSearchParams({ task: work().dataset.task, do: button.dataset.hold });
  const answer = await ask("/inbox/scan/hold", { method: "POST", body });
  if (!answer || answer.status === 401) return;
  const told = await answer.json();
  flash(answer.ok ? "good" : "bad", told.text);
  if (answer.ok && isTyped()) button.remove(); // what is typed stays
  else if (answer.ok) again();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-hold]");
  if (button) hold(button);
  if (event.target.closest("[data-print]")) print();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-type-in]")) {
    event.preventDefault();
    const box = $("[name=code]", event.target);
    const code = box.value.trim();
    box.value = "";
    if (code) document.dispatchEvent(new CustomEvent("scan", { detail: { code, field: null } }));
  }
  if (event.target.matches("[data-send]")) {
    event.preventDefault();
    finish(event.target);
  }
}, true);

// --- what changes elsewhere

document.addEventListener("changed", (event) => {
  const told = JSON.parse(event.detail.data);
  const at = work();
  if (!at || !(told[at.dataset.case] > Number(at.dataset.revision)) || $("[data-finish][aria-busy=true]")) return;
  if (isUntouched()) again();
  else $("[data-moved-on]").hidden = false;
});
document.addEventListener("signed-out", () => pda && signInAgain());

// Nobody has told what changed while the line was cut or the device slept. The page is drawn again, unless somebody has
// begun: what is counted and typed stays, and what is another now is said above it.
let isCatchingUp = false;

async function catchUpHere() {
  const isBusy = () => isAway || queue().length || $("[data-finish][aria-busy=true], .kept-note");
  if (!pda || isCatchingUp || isBusy()) return;
  isCatchingUp = true;
  try {
    const address = location.href;
    const answer = await ask(address, { headers: { Accept: "text/html", ...BY_ITSELF.headers } });
    if (!answer?.ok && answer?.status !== 404) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#pda");
    if (!found || address !== location.href || isBusy()) return;
    if (isUntouched() && !binNow && !$("[data-type-in] [name=code]")?.value) {
      const at = scrollY;
      show(found.innerHTML, null);
      scrollTo(0, at);
    } else if (work()) {
      holdAgainst(found);
    }
  } finally {
    isCatchingUp = false;
  }
}

function holdAgainst(found) {
  const [at, now] = [work().dataset, $("[data-work]", found)?.dataset];
  if (now?.case !== at.case || now.task !== at.task || Number(now.revision) > Number(at.revision)) {
    $("[data-moved-on]").hidden = false;
    return;
  }
  $(".pda-top").replaceWith($(".pda-top", found));
  $("[data-owner]")?.remove();
  const owner = $("[data-owner]", found);
  if (owner) $("[data-moved-on]").after(owner);
}

document.addEventListener("htmx:sse:after:connection", () => {
  const isAgain = catchUpHere.wasLive;
  catchUpHere.wasLive = true;
  if (isAgain) catchUpHere();
});

// --- at the beginning

function begin() {
  binNow = "";
  countOn(pda);
  showLine();
  if (!work()) return;
  if (isQueued(work().dataset.case, work().dataset.action)) {
    showKept(queue().find((one) => one.case === work().dataset.case && one.action === work().dataset.action));
    return;
  }
  if (list()) {
    restoreCount();
    drawCount();
  }
}

if (pda && words.queued) {
  begin();
  if (!navigator.onLine) setAway(true);
  lookAtLine();
  if (pda.dataset.worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(pda.dataset.worker, { scope: "/inbox/scan" }).catch(() => {});
  }
  addEventListener("popstate", () => location.reload());
}
