// Counting: each scan counts one line up, on the device and at once. Nothing waits for the network.
const list = () => $("[data-pick]", pda ?? undefined);
const lines = () => $$(".pick-line", list() ?? document.createElement("ol"));
const boxOf = (line) => $("[data-qty]", line);
const needOf = (line) => ("need" in line.dataset ? Number(line.dataset.need) : null);
const gotOf = (line) => Number(boxOf(line).value || 0);
const isCounted = (line) => boxOf(line).value !== "";
const isFull = (line) => (needOf(line) === null ? isCounted(line) : gotOf(line) >= needOf(line));
const codesOf = (line) => JSON.parse(line.dataset.codes || "{}");
const work = () => $("[data-work]");
const isBlind = () => Boolean(list()?.dataset && "blind" in list().dataset);
let binNow = ""; // the bin that was scanned last

const countKept = () => `count:${work().dataset.case}:${work().dataset.action}`;

function isAllThere() {
  const all = lines();
  if (!all.length) return false;
  switch (list().dataset.until) {
    case "some":
      return all.some(isCounted);
    case "each":
      return all.every(isCounted);
    default:
      return all.every((line) => gotOf(line) === needOf(line));
  }
}

function drawCount() {
  const all = lines();
  const done = all.reduce((sum, line) => sum + (needOf(line) === null ? gotOf(line) : Math.min(gotOf(line), needOf(line))), 0);
  const total = Number(list().dataset.total);
  $("[data-done]").textContent = done;
  const ring = $("[data-ring]");
  ring.hidden = !total;
  ring.style.setProperty("--part", total ? done / total : 0);
  const next = all.find((line) => line.dataset.bin === binNow && binNow && !isFull(line)) ?? all.find((line) => !isFull(line));
  for (const line of all) {
    const [got, need] = [gotOf(line), needOf(line)];
    line.classList.toggle("full", isFull(line) && (need === null || got === need));
    line.classList.toggle("over", need !== null && got > need);
    line.classList.toggle("some", isCounted(line) && !isFull(line));
    line.classList.toggle("next", line === next);
  }
  fillAnswers(all);
  drawHint(all);
  keepCount();
}

// Where the lines are no answer, they give others: a tick for all of them, or how many they are.
function fillAnswers(all) {
  for (const name of list().dataset.fills.split(" ").filter(Boolean)) {
    const field = $(`[name="${CSS.escape(name)}"]`);
    if (!field) continue;
    if (field.type === "checkbox") {
      if (isAllThere()) field.checked = true;
    } else if (all.some(isCounted)) {
      field.value = all.reduce((sum, line) => sum + gotOf(line), 0);
    }
  }
}

function drawHint(all) {
  const [until, hint, button] = [list().dataset.until, $("[data-hint]"), $("[data-finish]")];
  const left = all.filter((line) => !isCounted(line)).length;
  const differing = all.filter((line) => needOf(line) !== null && isCounted(line) && gotOf(line) !== needOf(line)).length;
  button.disabled = until !== "free" && !isAllThere();
  button.form.classList.toggle("all", isAllThere() && !differing);
  hint.classList.toggle("differs", isAllThere() && differing > 0);
  if (isAllThere() && differing) hint.textContent = fill(words.differs, differing);
  else if (isAllThere() && !(until === "some" && left)) hint.textContent = words.allThere;
  else if (until !== "full" && until !== "free" && all.some(isCounted) && left) hint.textContent = fill(words.linesLeft, left);
  else hint.textContent = words.scanNext;
}

// --- kept on the device until it is sent

function keepCount() {
  const counted = lines().filter((line) => isCounted(line) || line.dataset.learnt || "found" in line.dataset);
  if (!counted.length) return keep(countKept(), null);
  keep(countKept(), {
    at: Date.now(),
    lines: counted.map((line) => ({
      key: line.dataset.key,
      got: boxOf(line).value,
      bin: $("[data-bin-of]", line)?.value,
      codes: line.dataset.learnt ? codesOf(line) : undefined,
      found: "found" in line.dataset ? { sku: line.dataset.sku, title: $(".pick-what b", line).textContent, bin: line.dataset.bin } : undefined,
      split: "split" in line.dataset ? needOf(line) : undefined,
    })),
  });
}

function restoreCount() {
  const count = kept(countKept(), null);
  for (const one of count?.lines ?? []) {
    let line = lines().find((each) => each.dataset.key === one.key && !each.dataset.restored);
    if (!line && one.found) line = addFound(one.found.sku, one.found.title, one.found.bin, one.codes ?? {});
    const first = lines().find((each) => each.dataset.key === one.key);
    if (!line && one.split && first) line = splitOff(first, one.split);
    if (!line) continue;
    line.dataset.restored = "1";
    const most = needOf(line) === null || "mayExceed" in list().dataset ? Infinity : needOf(line);
    boxOf(line).value = one.got === "" ? "" : Math.min(one.got, most);
    if (one.bin !== undefined) setBin(line, one.bin);
    if (one.codes) learn(line, one.codes);
  }
  for (const line of lines()) delete line.dataset.restored;
}

// What nobody has counted is not sent.
function uncounted() {
  return lines().filter((line) => !isCounted(line)).flatMap((line) => $$("[name]", line).map((field) => field.name));
}

function learn(line, codes) {
  line.dataset.codes = JSON.stringify({ ...codesOf(line), ...codes });
  line.dataset.learnt = "1";
}

// --- counting

function moved(line) {
  line.scrollIntoView({ block: "nearest", behavior: "smooth" });
  line.classList.remove("hit");
  void line.offsetWidth;
  line.classList.add("hit");
}

function refuse(line, text) {
  line.classList.remove("shake");
  void line.offsetWidth;
  line.classList.add("shake");
  line.scrollIntoView({ block: "nearest" });
  flash("warn", text);
}

function countUp(candidates, by) {
  const inBin = binNow ? candidates.filter((line) => line.dataset.bin === binNow) : [];
  const ordered = [...inBin, ...candidates.filter((line) => !inBin.includes(line))];
  const line = ordered.find((one) => needOf(one) === null || gotOf(one) + by <= needOf(one));
  if (!line) {
    const open = ordered.find((one) => !isFull(one)) ?? ordered[0];
    const left = needOf(open) - gotOf(open);
    refuse(open, left > 0 ? fill(words.tooManyBox, by, left) : fill(words.tooMany, needOf(open)));
    return;
  }
  boxOf(line).value = gotOf(line) + by;
  drawCount();
  moved(line);
  const told = needOf(line) === null ? String(gotOf(line)) : `${gotOf(line)}/${needOf(line)}`;
  if (isAllThere() && !isBlind()) flash("done", words.complete);
  else flash("good", told);
}

// Typed or stepped: never more than there should be, unless it is counted what came.
function setCount(line, value) {
  const box = boxOf(line);
  const need = needOf(line);
  const mayExceed = "mayExceed" in list().dataset;
  if (value !== "" && need !== null && value > need && !mayExceed) {
    refuse(line, fill(words.tooMany, need));
    value = need;
  }
  box.value = value === "" ? "" : Math.max(0, value);
  drawCount();
}

document.addEventListener("click", (event) => {
  const line = event.target.closest(".pick-line");
  if (!line || !list()) return;
  if (event.target.closest("[data-more]")) {
    setCount(line, gotOf(line) + 1);
    beep("good");
  }
  if (event.target.closest("[data-less]")) {
    setCount(line, isCounted(line) ? gotOf(line) - 1 : 0);
    beep("warn");
  }
});

document.addEventListener("change", (event) => {
  const line = event.target.closest(".pick-line");
  if (!line) return;
  if (event.target.matches("[data-qty]")) setCount(line, event.target.value.trim() === "" ? "" : Math.trunc(Number(event.target.value)) || 0);
  if (event.target.matches("[data-bin-of]")) {
    setBin(line, event.target.value.trim());
    drawCount();
  }
});

// --- bins, and goods that are found besides

function setBin(line, bin) {
  line.dataset.bin = bin;
  const field = $("[data-bin-of]", line);
  if (field) field.value = bin;
  const shown = $("span.pick-bin", line);
  if (shown) shown.textContent = bin;
}

function showBin(bin) {
  binNow = bin;
  const note = $("[data-bin-now]");
  note.hidden = !bin || !isBlind();
  $("b", note).textContent = bin;
}

// Goods are put into the bin that is scanned. What is in another one already stays there, and the rest goes on.
function intoBin(bin) {
  const line = lines().find((one) => one.classList.contains("next")) ?? lines()[0];
  if ($("[data-bin-of]", line).value === bin) return line;
  if (!gotOf(line)) {
    setBin(line, bin);
    return line;
  }
  const rest = splitOff(line, needOf(line) - gotOf(line));
  setBin(rest, bin);
  return rest;
}

function splitOff(line, rest) {
  const other = line.cloneNode(true);
  const number = Number(list().dataset.nextRow);
  list().dataset.nextRow = number + 1;
  for (const field of $$("[name]", other)) field.name = field.name.replace(/\.\d+\.(?=[^.]+$)/, `.${number}.`);
  line.dataset.need = needOf(line) - rest;
  other.dataset.need = rest;
  other.dataset.split = "1";
  for (const [one, need] of [[line, line.dataset.need], [other, rest]]) $(".pick-qty i", one).textContent = `/${need}`;
  boxOf(other).value = "";
  line.after(other);
  return other;
}

function addFound(sku, title, bin, codes) {
  const box = $("#found-line");
  if (!box) return null;
  const line = box.content.firstElementChild.cloneNode(true);
  const number = Number(list().dataset.nextRow);
  list().dataset.nextRow = number + 1;
  for (const part of ["name", "id", "for"]) {
    for (const one of $$(`[${part}*="#"]`, line)) one.setAttribute(part, one.getAttribute(part).replace("#", number));
  }
  Object.assign(line.dataset, { key: `${sku}|${bin}`, sku, bin, codes: JSON.stringify(codes), learnt: "1" });
  $(".pick-what b", line).textContent = title || sku;
  $(".pick-what small", line).textContent = sku;
  $("[data-sku-of]", line).value = sku;
  setBin(line, bin);
  list().append(line);
  return line;
}
