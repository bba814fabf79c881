"use strict";
// The packing desk. A scanned order opens; what is scanned next is counted, or is a command; nothing is lost that is
// scanned while the page is busy. Counting is local and at once: the server is told with the form.
(() => {
  const says = $("#desk-words")?.dataset ?? {};
  const waiting = [];
  let isBusy = false;
  let last = { code: "", at: 0 };

  // Before the pages' own listener, which would go to the case's page.
  window.addEventListener("scan", (event) => {
    event.stopImmediatePropagation();
    const { code, field } = event.detail;
    if (code === last.code && event.timeStamp - last.at < 250) return; // read twice
    last = { code, at: event.timeStamp };
    waiting.push({ code, field });
    takeAll();
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-scan-form]");
    if (!form) return;
    event.preventDefault();
    const box = $("input", form);
    if (box.value.trim()) scanned(box.value, null);
    box.value = "";
  });

  async function takeAll() {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length) {
      try {
        await take(waiting.shift());
      } catch (error) {
        wrong(error.message);
      }
    }
    isBusy = false;
  }

  async function take({ code, field }) {
    if ($("#candidates, #wave-form")) return choose(code);
    const command = /^GC:(do|claim|release)(?::([a-z0-9_]+))?$/i.exec(code);
    if (command) return obey(command[1].toLowerCase(), command[2]?.toLowerCase());
    if (count(code, 1)) return;
    if (field?.matches("#act-form [data-scan]")) return fill(field, code);
    const found = (await askApi(`/lookup?code=${encodeURIComponent(code)}`)).items;
    const goods = found.find((one) => one.kind === "product");
    if (goods && $("#check") && count(goods.sku, goods.qty ?? 1)) return;
    const about = found.find((one) => one.case);
    if (about) return open(about.case);
    const free = $$("#act-form [data-scan]").find((one) => !one.value);
    if (!goods && free) return fill(free, code);
    wrong(goods && $("#detail .case") ? says.notHere : goods ? says.nothingOpen : words.none);
  }

  // --- the case that is open

  async function open(name) {
    const query = new URLSearchParams({ desk: "1", case: name });
    await htmx.ajax("GET", `/inbox/part/case?${query}`, { source: "#detail", target: "#detail", swap: "innerHTML" });
    history.replaceState(null, "", `/inbox/desk?case=${encodeURIComponent(name)}`);
    $("[data-scan-here]")?.blur();
    makeReady();
    sound("hit");
  }

  // The first field that is checked and still open: a keyboard is ready for it, as the scanner is.
  function makeReady() {
    if (!matchMedia("(pointer: fine)").matches || isTyping(document.activeElement)) return;
    const fields = $$("#act-form [data-scan], #act-form .num");
    (fields.find((one) => !one.value) ?? fields[0])?.focus({ preventScroll: true });
  }

  async function obey(verb, action) {
    if (!$("#detail .case")) return wrong(says.nothingOpen);
    if (verb !== "do") {
      const button = $(verb === "claim" ? "#detail [data-claim]" : '#detail [hx-post="/inbox/release"] button');
      return button ? press(button) : wrong(says.notNow);
    }
    const form = $("#act-form");
    if (form && $("input[name=action]", form).value === action) return press($("button[type=submit]", form));
    const other = $$("#detail [hx-get]").find((one) =>
      new URLSearchParams(one.getAttribute("hx-get").split("?")[1]).get("action") === action);
    if (!other) return wrong(says.notNow);
    await htmx.ajax("GET", other.getAttribute("hx-get"), { source: "#act", target: "#act", swap: "outerHTML" });
    if (!$("#act-form .field")) press($("#act-form button[type=submit]"));
    else sound("hit");
  }

  function press(button) {
    sound("hit");
    button.click();
  }

  function fill(field, code) {
    field.value = code;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    sound("hit");
    const next = $$("#act-form [data-scan]").find((one) => !one.value);
    next?.focus();
  }

  // --- counting

  const lines = () => $$("#check li");
  const countOf = (line) => Number($("[data-count]", line).textContent);
  const wantedOf = (line) => Number(line.dataset.wanted);

  function count(sku, pieces) {
    const mine = lines().filter((line) => line.dataset.sku === sku);
    if (!mine.length) return false;
    let left = pieces;
    for (const line of mine) {
      const more = Math.min(left, wantedOf(line) - countOf(line));
      if (more > 0) setCount(line, countOf(line) + more);
      left -= Math.max(0, more);
    }
    if (left > 0) wrong(says.tooMany, "warn");
    else told();
    return true;
  }

  function setCount(line, pieces) {
    $("[data-count]", line).textContent = pieces;
    line.classList.toggle("full", pieces === wantedOf(line));
    line.classList.toggle("part", pieces > 0 && pieces < wantedOf(line));
    line.classList.remove("hit");
    void line.offsetWidth; // so that the same piece of light begins anew
    line.classList.add("hit");
    line.scrollIntoView({ block: "nearest" });
    keep();
  }

  function told() {
    const isWhole = lines().every((line) => countOf(line) === wantedOf(line));
    if (isWhole) flash("done", says.complete);
    sound(isWhole ? "done" : "hit");
  }

  // What is counted goes into the form's own fields, and is kept for this form alone as long as the tab is open.
  function keep() {
    const check = $("#check");
    const pieces = lines().reduce((sum, line) => sum + countOf(line), 0);
    const isWhole = lines().every((line) => countOf(line) === wantedOf(line));
    $("[data-pieces]", check).textContent = pieces;
    $("progress", check).value = pieces;
    check.classList.toggle("full", isWhole);
    for (const line of lines()) if (line.dataset.field) write(line.dataset.field, countOf(line));
    for (const name of check.dataset.total.split(" ").filter(Boolean)) write(name, pieces);
    for (const name of check.dataset.ticks.split(" ").filter(Boolean)) tick(name, isWhole);
    sessionStorage.setItem(`check ${check.dataset.of}`, JSON.stringify(lines().map(countOf)));
  }

  function write(name, pieces) {
    const field = $(`#act-form [name="${name}"]`);
    if (!field || field.value === String(pieces)) return;
    field.value = pieces;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function tick(name, isTicked) {
    const box = $(`#act-form [name="${name}"]`);
    if (!box || box.checked === isTicked) return;
    box.checked = isTicked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-count-by]");
    if (!button) return;
    const line = button.closest("li");
    const pieces = countOf(line) + Number(button.dataset.countBy);
    if (pieces < 0 || pieces > wantedOf(line)) return;
    setCount(line, pieces);
    told();
  });

  document.addEventListener("htmx:after:swap", () => {
    goOnCounting();
    if (!$("#detail .case")) {
      if (location.pathname === "/inbox/desk" && location.search) history.replaceState(null, "", "/inbox/desk");
      if (matchMedia("(pointer: fine)").matches && !isTyping(document.activeElement)) $("[data-scan-here]")?.focus();
      return;
    }
    makeReady();
  });

  function goOnCounting() {
    const check = $("#check");
    if (!check || check.dataset.taken) return;
    check.dataset.taken = "1";
    const before = JSON.parse(sessionStorage.getItem(`check ${check.dataset.of}`) ?? "[]");
    if (before.length !== lines().length || !before.some(Boolean)) return;
    lines().forEach((line, place) => setCount(line, Math.min(before[place], wantedOf(line))));
  }
  goOnCounting();

  // --- a new wave

  async function choose(code) {
    const form = $("[data-wave]");
    const values = form ? new FormData(form) : new FormData();
    const query = new URLSearchParams({ code });
    for (const name of ["store", "procedure", "stage"]) if (values.get(name)) query.set(name, values.get(name));
    const answer = await fetch(`/inbox/desk/part/candidate?${query}`, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return signedOut();
    const box = document.createElement("template");
    box.innerHTML = (await answer.text()).trim();
    const one = box.content.firstElementChild;
    if (!answer.ok || one.matches("[data-wrong]")) return wrong(one?.textContent.trim());
    if (!form) return location.assign(`/inbox/desk/new?${new URLSearchParams(one.dataset)}`);
    document.getElementById(one.id)?.remove();
    $("#candidates").prepend(one);
    tellChosen();
    sound("hit");
  }

  function tellChosen() {
    const boxes = $$("#candidates input");
    const chosen = boxes.filter((one) => one.checked).length;
    if ($("[data-chosen]")) $("[data-chosen]").textContent = chosen;
    if ($("[data-all]")) $("[data-all]").checked = chosen > 0 && chosen === boxes.length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const one of $$("#candidates input")) one.checked = event.target.checked;
    if (event.target.matches("[data-all], #candidates input")) tellChosen();
  });
  tellChosen();

  // --- what one hears and sees

  const button = $("[data-sound]");
  button?.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    htmx.ajax("POST", "/inbox/preferences", { source: button, target: button, swap: "none", values: { quiet: String(!isOn) } });
  });

  const TONES = { hit: [[880, 0.07]], done: [[880, 0.08], [1320, 0.14]], warn: [[330, 0.2]], bad: [[196, 0.32]] };
  let audio = null;

  function sound(kind) {
    if (button?.getAttribute("aria-pressed") === "false" || !window.AudioContext) return;
    audio ??= new AudioContext();
    let at = audio.currentTime;
    for (const [pitch, length] of TONES[kind]) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.16, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + length);
      tone.connect(loudness).connect(audio.destination);
      tone.start(at);
      tone.stop(at + length);
      at += length;
    }
  }

  function wrong(text, tone = "bad") {
    flash(tone, text);
    sound(tone);
    if (text) toast(text, "bad");
    navigator.vibrate?.(200);
  }

  function flash(tone, text = "") {
    const box = $("#flash");
    if (!box) return;
    box.className = "flash";
    box.textContent = text;
    void box.offsetWidth; // so that the same flash begins anew
    box.classList.add(tone, "on");
  }
})();
