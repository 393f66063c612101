// Favourites: kept by this browser for the page's address. A picture made again from another seed is another picture.

const favourites = {
  key: `fusemix-gen favourites ${location.pathname}`,
  chosen: new Set(),

  /** Takes up what is stored; another window may have changed it. */
  load() {
    try {
      this.chosen = new Set(JSON.parse(localStorage.getItem(this.key) ?? "[]"));
    } catch {
      // A browser that keeps nothing for files from a disk: they last as long as the page is open.
    }
  },

  name: (item) => `${item.seed} ${item.output}`,

  has(item) {
    return Boolean(item.picture) && this.chosen.has(this.name(item));
  },

  toggle(item) {
    if (!item.picture) return;
    this.load();
    if (!this.chosen.delete(this.name(item))) this.chosen.add(this.name(item));
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.chosen]));
    } catch {}
    for (const star of document.querySelectorAll(`.star[data-item="${item.index}"]`)) markStar(star, item);
    countViews();
  },
};

favourites.load();

function makeStar(item) {
  const star = element("button", "star");
  star.type = "button";
  star.append(icon("m8 1.75 1.9 4 4.35.55-3.2 3 .85 4.35L8 11.5l-3.9 2.15.85-4.35-3.2-3 4.35-.55z"));
  star.addEventListener("click", () => favourites.toggle(item));
  markStar(star, item);
  return star;
}

/** A star as it stands for an item. */
function markStar(star, item) {
  star.dataset.item = item.index;
  star.setAttribute("aria-label", `Favourite: ${item.shortName}`);
  star.setAttribute("aria-pressed", favourites.has(item));
}

/** The list of the favourites, a line each: the pictures' files below the run's folder, or their sounds. */
function favouriteList(isOfSounds) {
  const chosen = items.filter((item) => favourites.has(item));
  const names = isOfSounds ? chosen.filter((item) => item.sound).map((item) => item.path) : chosen.map((item) => item.output);
  return [...new Set(names)];
}

for (const [id, isOfSounds] of [["copy-pictures", false], ["copy-sounds", true]]) {
  document.getElementById(id).addEventListener("click", () => {
    const names = favouriteList(isOfSounds);
    copyText(names.map((name) => `${name}\n`).join(""), `${count(names.length)} ${names.length === 1 ? "name is" : "names are"} copied.`);
  });
}
