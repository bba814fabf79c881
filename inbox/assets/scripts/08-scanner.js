// A scanner types fast and ends with Enter or Tab, or an input method puts its whole text at once. It is caught wherever
// the focus is, also while somebody composes a word; what it says becomes one `scan` event.
const FAST = 45; // milliseconds between two keys: nobody types so fast
const WAITED = 2 * FAST; // so long a scanner may take before its Enter, and a key waits until it is clear who typed it
const PATIENT = 500; // where a key means nothing to the page, a slow device may take its time
const SHORTEST = 4;
const AGAIN = 250; // the same label within so many milliseconds was read twice
const AGAIN_AT_HOME = 1500;
const scanner = { keys: [], held: [], at: 0, field: null, before: null, isComposed: false, waiting: 0, last: "", lastAt: -Infinity };

// What a key says while an input method has it: a scanner types as an American keyboard does.
const SIGNS = {
  Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"",
  Comma: ",<", Period: ".>", Slash: "/?", Backquote: "`~", Space: "  ",
};
const OVER_DIGITS = ")!@#$%^&*(";

function signOf(event) {
  const isComposed = event.isComposing || event.keyCode === 229 || event.key === "Process";
  if (!isComposed) return event.key.length === 1 ? event.key : "";
  const [, kind, sign] = /^(Key|Digit|Numpad)(\w)$/.exec(event.code) ?? [];
  if (kind === "Key") return event.shiftKey !== event.getModifierState("CapsLock") ? sign : sign.toLowerCase();
  if (kind) return kind === "Digit" && event.shiftKey ? OVER_DIGITS[sign] : sign;
  return SIGNS[event.code]?.[event.shiftKey ? 1 : 0] ?? "";
}

const isEnd = (event) => ["Enter", "Tab"].includes(event.key) || ["Enter", "NumpadEnter", "Tab"].includes(event.code);

function isReadTwice(code) {
  const isHome = document.body.classList.contains("pda") && !$("[data-work]");
  const now = performance.now();
  const isSame = code === scanner.last && now - scanner.lastAt < (isHome ? AGAIN_AT_HOME : AGAIN);
  scanner.last = code;
  scanner.lastAt = now;
  return isSame;
}

function scanned(text, field) {
  const code = text.replace(/[\u0000-\u001f\u007f]/g, "").trim();
  if (code && !isReadTwice(code)) document.dispatchEvent(new CustomEvent("scan", { detail: { code, field } }));
}

// --- keys

function stateOf(field) {
  if (!field || !("value" in field)) return null;
  const isText = typeof field.selectionStart === "number";
  return { value: field.value, from: isText ? field.selectionStart : null, to: isText ? field.selectionEnd : null };
}

function giveBack(field, before) {
  if (!field || !before || field.value === before.value) return;
  field.value = before.value;
  if (before.from !== null) field.setSelectionRange(before.from, before.to);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const isOfNoUse = (field) => !field && document.body.matches(".pda, .plain");

function forgetKeys() {
  clearTimeout(scanner.waiting);
  scanner.keys = [];
  scanner.held = [];
  scanner.at = 0;
}

// No scanner: what was kept from the page was typed by somebody with fast fingers.
function handOver() {
  const { field, held } = scanner;
  forgetKeys();
  for (const { event, sign } of held) {
    if (field?.isConnected) {
      if (typeof field.selectionStart === "number") field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
      else if ("value" in field) field.value += sign;
      field.dispatchEvent(new InputEvent("input", { bubbles: true, data: sign, inputType: "insertText" }));
    } else {
      const again = new KeyboardEvent("keydown", {
        key: event.key, code: event.code, shiftKey: event.shiftKey, bubbles: true, cancelable: true,
      });
      (event.target?.isConnected ? event.target : document.body).dispatchEvent(again);
    }
  }
}

document.addEventListener("keydown", (event) => {
  if (!event.isTrusted || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const since = event.timeStamp - scanner.at;
  const isLate = since > FAST;
  if (isEnd(event) && scanner.keys.length >= SHORTEST && since <= WAITED) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { field, before, isComposed } = scanner;
    const code = scanner.keys.join("");
    forgetKeys();
    if (isComposed) endComposition(field, before);
    else giveBack(field, before);
    scanned(code, field);
    return;
  }
  const sign = signOf(event);
  if (!sign) return;
  if (isLate || !scanner.keys.length) {
    if (scanner.held.length) handOver();
    scanner.keys = [];
    scanner.field = isTyping(event.target) ? event.target : null;
    scanner.before = stateBeforeComposition(scanner.field) ?? stateOf(scanner.field);
    scanner.isComposed = false;
  }
  scanner.at = event.timeStamp;
  scanner.keys.push(sign);
  if (event.isComposing || event.keyCode === 229) {
    scanner.isComposed = true; // the input method has the key: nothing can be kept from it
    return;
  }
  // a letter may be a key of the page: it waits until it is clear that no scanner types it
  const isKeptBack = scanner.field ? scanner.keys.length > 2 : sign !== " ";
  if (!isKeptBack) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  scanner.held.push({ event, sign });
  clearTimeout(scanner.waiting);
  scanner.waiting = setTimeout(handOver, isOfNoUse(scanner.field) ? PATIENT : WAITED);
}, true);

// --- input methods

const composing = { field: null, before: null, at: 0 };

document.addEventListener("compositionstart", (event) => {
  Object.assign(composing, { field: event.target, before: stateOf(event.target), at: event.timeStamp });
}, true);

function stateBeforeComposition(field) {
  return field && composing.field === field ? composing.before : null;
}

// The input method lets its text go with the focus; then the field is as it was before somebody began to compose.
function endComposition(field, before) {
  if (!field) return;
  composing.field = null;
  field.blur();
  field.focus({ preventScroll: true });
  setTimeout(() => giveBack(field, before));
}

document.addEventListener("compositionend", (event) => {
  const { before, at, field } = composing;
  composing.field = null;
  const isAtOnce = event.timeStamp - at < FAST;
  if (!isAtOnce || field !== event.target || (event.data ?? "").trim().length < SHORTEST) return;
  arrived(event.target, event.data, before);
}, true);

// Text that arrives without keys, in one piece. With its own line end, or where the field waits for scans, it is one;
// else an Enter that follows at once says so.
const piece = { field: null, text: "", before: null, state: null, at: 0 };

function arrived(field, text, before) {
  if (/[^\x00-\x7f]/.test(text)) return; // no code of the store's: an input method has put in a whole phrase
  if (/[\r\n]/.test(text) || field.matches("[data-scan-here]")) {
    setTimeout(() => giveBack(field, before ?? { value: field.value.replace(text, ""), from: null }));
    scanned(text, field.matches("[data-scan-here]") ? null : field);
    return;
  }
  Object.assign(piece, { field, text, before, at: performance.now() });
}

document.addEventListener("beforeinput", (event) => {
  if (isTyping(event.target) && !event.isComposing) piece.state = stateOf(event.target);
}, true);

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!isTyping(field) || event.isComposing || !event.data || event.data.trim().length < SHORTEST) return;
  if (event.inputType === "insertText") arrived(field, event.data, piece.state);
}, true);

document.addEventListener("keydown", (event) => {
  if (!isEnd(event) || !piece.field || performance.now() - piece.at > 3 * FAST) return;
  const { field, text, before } = piece;
  piece.field = null;
  event.preventDefault();
  event.stopImmediatePropagation();
  giveBack(field, before);
  scanned(text, field);
}, true);

document.addEventListener("scan", (event) => {
  const { code, field } = event.detail;
  if (document.body.matches(".pda, .plain") || /^GCB-/i.test(code)) return; // a badge is no address's business
  if (field?.matches("[data-scan], input[type=search]")) {
    field.value = code;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  location.href = `/inbox/open?code=${encodeURIComponent(code)}`;
});

countOn();
showOpened();
