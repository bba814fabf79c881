// Badges of limits count on by themselves, and only while the store is open where their limit counts so.
function lengthInWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const rest = minutes % 60;
  const units = isChinese ? ["天", "小时", "分"] : ["d", "h", "m"];
  const parts = [days, hours, days ? 0 : rest].map((number, place) => (number ? `${number} ${units[place]}` : ""));
  const told = (days >= 3 ? parts.slice(0, 1) : parts).filter(Boolean).join(" ");
  return told || (isChinese ? "不到 1 分" : "under 1 m");
}

function countOn() {
  const now = Date.now() / 1000;
  for (const badge of $$("time[data-left]")) {
    const since = Number(badge.dataset.at);
    const spans = badge.dataset.spans.split(",").filter(Boolean).map((span) => span.split("-").map(Number));
    const passed = spans.length
      ? spans.reduce((sum, [first, last]) => sum + Math.max(0, Math.min(last, now) - Math.max(first, since)), 0)
      : now - since;
    const left = Number(badge.dataset.left) - passed;
    const isLate = left <= 0;
    badge.textContent = (isLate ? "−" : "") + lengthInWords(Math.abs(left));
    const calm = badge.classList.contains("today") ? "today" : "later";
    const tone = isLate ? "late" : left <= 3600 ? "soon" : left <= 7200 ? "near" : calm;
    badge.classList.remove("late", "soon", "near", "today", "later");
    badge.classList.add(tone);
    const isOpen = spans.some(([first, last]) => first <= now && now < last);
    badge.classList.toggle("closed", spans.length > 0 && !isLate && !isOpen);
  }
}
setInterval(countOn, 15000);
