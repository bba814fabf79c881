// Sending: what is finished is kept on the device first, and gone from there once the server has answered. The form's
// own key has it done once, however often it is sent.
const RETRY = 5000;
let isAway = false;
let isFlushing = false;

const queue = () => kept("send", []);

function enqueue(one) {
  keep("send", [...queue().filter((other) => other.key !== one.key), one]);
  showLine();
}

function dequeue(key) {
  const left = queue().filter((one) => one.key !== key);
  keep("send", left.length ? left : null);
  showLine();
}

const isQueued = (case_, action) => queue().some((one) => one.case === case_ && one.action === action);

// Nobody has answered: the device is off the line, the server is away, or what stands before it says so.
const AWAY = new Set([502, 503, 504]);

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { "HX-Request": "true", ...options.headers } });
  } catch {
    setAway(true);
    return null;
  }
  if (AWAY.has(answer.status)) {
    setAway(true);
    return null;
  }
  setAway(false);
  const said = Date.parse(answer.headers.get("Date") ?? "");
  if (said) keep("ahead", Date.now() - said);
  if (answer.status === 401) signInAgain();
  return answer;
}

function signInAgain() {
  location.href = `/inbox/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`;
}

function setAway(away) {
  const wasAway = isAway;
  isAway = away;
  showLine();
  if (wasAway && !away) {
    listenAgain();
    flush().finally(catchUpHere);
  }
}

function showLine() {
  const note = $("#line");
  if (!note) return;
  const waiting = queue().length;
  note.hidden = !isAway && !waiting;
  $("[data-away]", note).hidden = !isAway;
  const count = $("[data-waiting]", note);
  count.hidden = !waiting;
  count.textContent = fill(words.queued, waiting);
}

// --- one that is finished now

async function finish(form) {
  const at = work().dataset;
  const button = $("[data-finish]", form);
  const data = new FormData(form);
  for (const name of uncounted()) data.delete(name);
  // what is sent at once happens now, by the server's clock; what is sent later has happened now, by ours held to it
  const moments = form.dataset.moments.split(" ").filter((name) => form.elements[name]?.value === form.elements[name]?.defaultValue);
  const sent = new URLSearchParams(data);
  for (const name of moments) {
    sent.delete(name);
    if (data.has(name)) data.set(name, new Date(Date.now() - Math.max(0, kept("ahead", 0))).toISOString());
  }
  const one = {
    key: data.get("key"), case: at.case, action: at.action, label: data.get("label"), subject: at.subject,
    address: at.address, body: new URLSearchParams(data).toString(), at: Date.now(),
  };
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  enqueue(one);
  const answer = await ask("/inbox/scan/act", { method: "POST", body: sent });
  button.removeAttribute("aria-busy");
  if (!answer) {
    showKept(one);
    return;
  }
  if (answer.status === 401) return;
  dequeue(one.key);
  if (answer.status >= 500 || answer.status === 403) {
    flash("bad", words.failed);
    return;
  }
  if (answer.ok) forgetCount(one);
  const said = decodeURIComponent(answer.headers.get("X-Said") ?? "");
  show(await answer.text(), answer.headers.get("X-To"));
  if (answer.ok) {
    flash("done", said);
    return;
  }
  flash("bad", $("[data-refusal] b")?.textContent ?? words.failed);
}

const forgetCount = (one) => keep(`count:${one.case}:${one.action}`, null);

function show(text, to) {
  const box = document.createElement("template");
  box.innerHTML = text;
  pda.replaceChildren(box.content);
  htmx.process(pda);
  if (to) history.pushState(null, "", to);
  scrollTo(0, 0);
  begin();
}

function showKept(one) {
  const note = make("div", { class: "empty kept-note", role: "status", "data-key": one.key });
  note.append(make("p", {}, make("b", {}, words.kept)), make("p", {}, `${one.label} · ${one.subject}`), make("p", { class: "quiet" }, words.keptMore),
    make("a", { class: "button giant", href: "/inbox/scan" }, words.openTasks));
  const form = $("[data-send]");
  if (form) form.replaceWith(note);
  flash("warn", words.kept);
}

// --- those that were finished while the server was away

async function flush() {
  if (isFlushing) return;
  isFlushing = true;
  try {
    for (const one of queue()) {
      if ($("[data-finish][aria-busy=true]")) return;
      const answer = await ask("/inbox/scan/act", {
        method: "POST", body: new URLSearchParams(one.body), headers: { Accept: "application/json" },
      });
      if (!answer || answer.status === 401 || answer.status >= 500) return;
      dequeue(one.key);
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) forgetCount(one);
      await tell(one, answer.ok, told);
    }
  } finally {
    isFlushing = false;
  }
}

async function tell(one, isDone, { text, to }) {
  flash(isDone ? "done" : "bad", "");
  const isWaitedFor = $(`.kept-note[data-key="${CSS.escape(one.key)}"]`) !== null;
  if (isWaitedFor) await visit(isDone ? (to ?? "/inbox/scan") : one.address);
  else if (isDone && $("[data-home]")) await again();
  const said = isDone ? fill(words.sent, text ?? "") : `${one.subject}: ${fill(words.refused, text ?? "")}`;
  const note = make("div", { class: `toast ${isDone ? "good" : "bad"}`, "data-toast": "" }, make("span", {}, said));
  if (!isDone) note.append(make("a", { class: "toast-button", href: one.address }, words.show));
  $("#toasts").append(note);
}

// Another page, or the same as it is now, without leaving this one: what is being sent goes on.
async function visit(address) {
  const answer = await ask(address, { headers: { Accept: "text/html" } });
  const found = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#pda");
  if (found) show(found.innerHTML, address === location.href ? null : address);
  else if (answer && answer.status !== 401) location.href = "/inbox/scan";
}

const again = () => visit(location.href);

async function lookAtLine() {
  if (queue().length) await flush();
  else if (isAway) await ask("/inbox/scan/line");
}

addEventListener("online", lookAtLine);
addEventListener("offline", () => setAway(true));
document.addEventListener("htmx:sse:error", () => pda && ask("/inbox/scan/line"));
document.addEventListener("htmx:error", (event) => {
  if (!pda) return;
  event.stopImmediatePropagation(); // what the stream can't reach is said above the page
  ask("/inbox/scan/line");
}, true);
document.addEventListener("visibilitychange", () => document.hidden || lookAtLine().finally(catchUpHere));
setInterval(() => (isAway || queue().length) && lookAtLine(), RETRY);

// --- signing out leaves nothing on the device

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-sign-out]");
  if (!form) return;
  event.preventDefault();
  if (queue().length) await flush();
  if (!(await ask("/inbox/scan/line"))) {
    flash("warn", words.noLine);
    return;
  }
  if (queue().length && !confirm(fill(words.leaving, queue().length))) return;
  forgetAll();
  form.submit();
});
