// Signing in with a badge: the scan opens the field for the PIN.
const badgeForm = $("[data-badge-form]");

document.addEventListener("scan", (event) => {
  if (!badgeForm) return;
  const isBadge = event.detail.code.toUpperCase().startsWith("GCB-");
  $("[name=badge]", badgeForm).value = isBadge ? event.detail.code : "";
  $(".badge-wait").classList.toggle("bad", !isBadge);
  badgeForm.hidden = !isBadge;
  beep(isBadge ? "good" : "bad");
  if (isBadge) $("[name=pin]", badgeForm).focus();
});

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-digit]");
  if (!key) return;
  const pin = $("[name=pin]", badgeForm);
  pin.value = key.dataset.digit ? (pin.value + key.dataset.digit).slice(0, pin.maxLength) : "";
  pin.focus();
});
