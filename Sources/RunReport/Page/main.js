// The tools, the keys, and what the page says.

const count = (number) => number.toLocaleString("en");
const filter = document.getElementById("filter");
const sort = document.getElementById("sort");
const reverse = document.getElementById("reverse");
const grouped = document.getElementById("grouped");
const views = [...document.querySelectorAll("#views input")];
const sheet = new Sheet(document.getElementById("sheet"), makeCell);

const currentView = () => views.find((input) => input.checked).value;
const inView = (view) => items.reduce((sum, item) => sum + isInView(item, view), 0);

function update() {
  player.stop();
  const view = currentView();
  const chosen = select(view, filter.value, sort.value, reverse.getAttribute("aria-pressed") === "true");
  // A line has the whole path.
  const asLines = isList(view);
  grouped.parentElement.hidden = folders.length < 2 || asLines;
  sheet.show(grouped.checked && !asLines ? byFolder(chosen) : [{ items: chosen }], asLines);
  const all = inView(view);
  document.getElementById("summary").textContent =
    chosen.length === all ? "" : `${count(chosen.length)} of ${count(all)} shown`;
  document.getElementById("lists").hidden = view !== "favourites" || all === 0;
  const nothing = document.getElementById("nothing");
  nothing.hidden = chosen.length > 0;
  nothing.textContent = view === "favourites" && all === 0
    ? "No favourites yet: the star beside a picture, or F, adds it." : "Nothing here matches.";
}

/** Says something in words for a few seconds. */
function announce(sentence) {
  const message = document.getElementById("message");
  (details.dialog.open ? details.dialog : document.body).append(message);
  message.textContent = sentence;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => { message.textContent = ""; }, 4000);
}

async function copyText(text, sentence) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  announce(sentence);
}

function copyCommand(item) {
  if (item?.command) copyText(item.command, "The command is copied.");
}

/** For a page that came over plain HTTP, where browsers keep the clipboard away. */
function copyBySelection(text) {
  const area = element("textarea");
  area.value = text;
  (details.dialog.open ? details.dialog : document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || details.dialog.open) return;
  if (event.target === filter) {
    if (event.key === "ArrowDown" && sheet.items.length) event.preventDefault(), sheet.focus(sheet.active);
    return;
  }
  if (event.key === "/") event.preventDefault(), filter.select();
  const item = sheet.items[sheet.active];
  if (!item || !document.getElementById("sheet").contains(event.target)) return;
  if (event.key === "p") player.toggle(item);
  if (event.key === "f") favourites.toggle(item);
  if (event.key === "c") copyCommand(item);
}

/** The number of each view's items; views that nothing can be in are left out. */
function countViews() {
  for (const input of views) {
    const number = inView(input.value);
    input.parentElement.querySelector("b").textContent = count(number);
    input.parentElement.hidden = input.value === "favourites" ? !items.some((item) => item.picture) : number === 0;
  }
}

countViews();
const first = views.find((input) => !input.parentElement.hidden);
if (first) first.checked = true;
for (const input of views) input.addEventListener("change", update);
document.getElementById("views").hidden = views.filter((input) => !input.parentElement.hidden).length < 2;
// A folder for each picture says nothing that its name does not.
grouped.checked = folders.length > 1 && folders.length * 2 <= items.length;
grouped.addEventListener("change", update);
document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
filter.addEventListener("input", update);
sort.addEventListener("change", update);
reverse.addEventListener("click", () => {
  reverse.setAttribute("aria-pressed", reverse.getAttribute("aria-pressed") !== "true");
  update();
});
const command = document.querySelector("#run code");
command.parentElement.hidden = !command.textContent;
showCommand(command, command.textContent);
document.getElementById("copy-run").addEventListener("click", () => copyText(command.textContent, "The command is copied."));
document.getElementById("shared").append(...sharedSettings().map(([name, value]) => {
  const pair = element("span", "", `${name} `);
  pair.append(element("b", "", value));
  return pair;
}));
addEventListener("keydown", pressed);
update();
details.follow();
