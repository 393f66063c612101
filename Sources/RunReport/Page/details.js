// One item in full. The part of the address after # says which, so that Back closes it and a link can lead to it.

const part = (name) => document.getElementById(`details-${name}`);

const details = {
  dialog: document.getElementById("details"),
  item: null,
  /** Whether the address before this one is that of the sheet. */
  isPushed: false,

  open(item) {
    this.isPushed = true;
    location.hash = item.index + 1;
  },

  close() {
    if (this.isPushed) history.back();
    else history.replaceState(null, "", location.pathname + location.search), this.follow();
  },

  /** To the item that stands `by` places further on the sheet. */
  step(by) {
    const next = sheet.items[sheet.items.indexOf(this.item) + by];
    if (!next) return;
    history.replaceState(null, "", `#${next.index + 1}`);
    this.follow();
  },

  /** Does what the address says. */
  follow() {
    const item = items[Number(location.hash.slice(1)) - 1];
    if (item) {
      player.stop();
      this.fill(item);
      if (!this.dialog.open) this.dialog.showModal();
    } else if (this.dialog.open) {
      this.isPushed = false;
      this.dialog.close();
      part("sound").removeAttribute("src");
      part("sound").load();
      const position = sheet.items.indexOf(this.item);
      if (position >= 0) sheet.focus(position);
    }
  },

  fill(item) {
    this.item = item;
    const position = sheet.items.indexOf(item);
    part("place").textContent = position < 0 ? "" : `${count(position + 1)} of ${count(sheet.items.length)}`;
    document.getElementById("previous").disabled = position <= 0;
    document.getElementById("next").disabled = position < 0 || position === sheet.items.length - 1;
    part("name").textContent = item.name;
    part("error").textContent = item.error ?? (item.warnings ?? []).join(" ");
    this.fillMedia(item);
    part("heard").querySelector("h3").textContent = heading(item);
    part("heard").querySelector("p").textContent = meaning(item);
    fillScores(part("heard"), item.heard, cosine);
    fillScores(part("audio"), item.audioScores, percent);
    part("star").hidden = !item.picture;
    markStar(part("star"), item);
    const pairs = [...item.made];
    if (item.secondsHeard !== undefined) pairs.unshift(["Heard", `${item.secondsHeard} s`]);
    if (item.seed !== undefined) pairs.unshift(["Seed", item.seed]);
    part("settings").hidden = pairs.length === 0;
    part("settings").querySelector("dl").replaceChildren(
      ...pairs.flatMap(([name, value]) => [element("dt", "", name), element("dd", "", value)]));
    part("command").hidden = !item.command;
    showCommand(part("command").querySelector("pre"), item.command ?? "");
    this.dialog.scrollTop = 0;
  },

  fillMedia(item) {
    const picture = part("picture"), sound = part("sound");
    picture.parentElement.hidden = !item.picture && !item.sound;
    picture.hidden = !item.picture;
    if (item.picture) {
      picture.href = picture.firstChild.src = item.picture;
      picture.firstChild.alt = `Picture of ${item.shortName}`;
    }
    part("silence").hidden = true;
    sound.hidden = !item.sound;
    if (item.sound) sound.src = item.sound;
    else sound.removeAttribute("src");
  },
};

/** What the classes under `heard` are nearest to. */
function meaning(item) {
  const source = item.isOfWordsAlone ? "the words" : "the sound’s embedding";
  return `Class names nearest to ${source}. A likeness (cosine; 1 is the same), not a probability.`;
}

function fillScores(section, scores, written) {
  section.hidden = scores.length === 0;
  section.querySelector("ol").replaceChildren(...scores.map(({ label, score }) => {
    const line = element("li"), bar = element("i");
    bar.style.setProperty("--share", Math.max(0, Math.min(1, score)));
    line.append(element("span", "", label), bar, element("span", "score", written(score)));
    return line;
  }));
}

part("sound").addEventListener("error", () => {
  if (!part("sound").getAttribute("src")) return;
  part("sound").hidden = true;
  part("silence").hidden = false;
  part("silence").textContent = unplayable(details.item);
});
details.dialog.addEventListener("cancel", (event) => { event.preventDefault(); details.close(); });
details.dialog.addEventListener("click", (event) => { if (event.target === details.dialog) details.close(); });
details.dialog.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (event.key in steps && event.target.tagName !== "AUDIO") details.step(steps[event.key]);
  else if (event.key === "c" && !event.ctrlKey && !event.metaKey) copyCommand(details.item);
  else if (event.key === "f" && !event.ctrlKey && !event.metaKey) favourites.toggle(details.item);
});
part("star").addEventListener("click", () => favourites.toggle(details.item));
document.getElementById("previous").addEventListener("click", () => details.step(-1));
document.getElementById("next").addEventListener("click", () => details.step(1));
document.getElementById("close").addEventListener("click", () => details.close());
document.getElementById("copy").addEventListener("click", () => copyCommand(details.item));
addEventListener("hashchange", () => details.follow());
