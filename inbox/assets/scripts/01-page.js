"use strict";
// What all scripts of the pages use. The page's policy allows no inline script; everything hangs on the document.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const isChinese = document.documentElement.lang.startsWith("zh");
const isTyping = (el) =>
  el?.isContentEditable ||
  (/^(INPUT|TEXTAREA|SELECT)$/.test(el?.tagName) && !/^(checkbox|radio|button|submit)$/.test(el.type));

// Words that only scripts say stand in the page, in its reader's language.
const words = $("#words")?.dataset ?? {};
const asked = () => new URLSearchParams(location.search);

async function askApi(address, options = {}) {
  const answer = await fetch(`/api/v1${address}`, {
    ...options,
    headers: { "Accept-Language": isChinese ? "zh" : "en", ...options.headers },
  });
  if (answer.status === 401) signedOut();
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? answer.statusText);
  return answer.status === 204 ? null : answer.json();
}

function make(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) el.setAttribute(name, value);
  }
  el.append(...children);
  return el;
}

function signedOut() {
  const dialog = $("#signed-out");
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-sign-in]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const answer = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  $(".fault", form).hidden = answer.ok;
  if (!answer.ok) return;
  form.closest("dialog").close();
  $("input[type=password]", form).value = "";
  listenAgain();
});

// Whoever is back on the line sends again by themselves: nothing here is sent twice without a person.
const tellLine = () => {
  const note = $("#offline");
  if (note) note.hidden = navigator.onLine;
};
addEventListener("online", tellLine);
addEventListener("offline", tellLine);
