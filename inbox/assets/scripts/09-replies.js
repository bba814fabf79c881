// A quick reply goes into the comment, where it is changed before it is sent.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reply]");
  const area = button && $("[data-comment]");
  if (!area) return;
  button.closest("[popover]")?.hidePopover();
  const before = area.value.trim();
  area.value = before ? `${before}\n${button.dataset.reply}` : button.dataset.reply;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
});
