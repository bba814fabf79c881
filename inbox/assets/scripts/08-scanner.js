// A scanner types fast and ends with Enter, or puts its whole text at once where an input method or an Android scanner
// does. It is caught wherever the focus is; what it says becomes one `scan` event.
const FAST = 45; // milliseconds between two keys: nobody types so fast
const SHORTEST = 4;
const scanner = { keys: [], at: 0, field: null, before: "" };

function scanned(code, field) {
  const text = code.trim();
  if (text) document.dispatchEvent(new CustomEvent("scan", { detail: { code: text, field } }));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // an input method's own keys: its text comes by `input`
  if (event.repeat) return; // a key that somebody holds down
  const now = event.timeStamp;
  if (now - scanner.at > FAST) {
    scanner.keys = [];
    scanner.field = isTyping(event.target) ? event.target : null;
    scanner.before = scanner.field?.value ?? "";
  }
  scanner.at = now;
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    scanner.keys.push(event.key);
    if (scanner.keys.length > 2) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    return;
  }
  if ((event.key === "Enter" || event.key === "Tab") && scanner.keys.length >= SHORTEST) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { field, before } = scanner;
    const code = scanner.keys.join("");
    scanner.keys = [];
    if (field) {
      field.value = before;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    scanned(code, field);
  }
}, true);

// Text that arrives at once without keys: inserted by an input method, with its line end or as one piece.
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!isTyping(field) || event.isComposing || !event.data || event.data.length < SHORTEST) return;
  if (event.inputType !== "insertText" && event.inputType !== "insertCompositionText") return;
  if (!field.matches("[data-scan], [data-scan-here]") && !/[\r\n]$/.test(event.data)) return;
  const code = event.data;
  if (field.matches("[data-scan-here]") || /[\r\n]$/.test(code)) {
    field.value = field.value.replace(code, "");
    scanned(code, field.matches("[data-scan-here]") ? null : field);
  }
}, true);
document.addEventListener("compositionend", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-scan-here]") || event.data.trim().length < SHORTEST) return;
  setTimeout(() => {
    field.value = "";
    scanned(event.data, null);
  });
});

document.addEventListener("scan", (event) => {
  if (document.body.classList.contains("pda")) return;
  const { code, field } = event.detail;
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
