// The items of the run, as the rest of the page uses them.

const data = JSON.parse(document.getElementById("data").textContent);

/** Control characters made visible: a name with a line break stays on its line. */
const printable = (text) =>
  text.replace(/[\u0000-\u001f\u007f]/g, (c) => String.fromCharCode(c === "\u007f" ? 0x2421 : 0x2400 + c.charCodeAt(0)));

/** A path's folder and its last part. */
function split(path) {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1) || path];
}

/** Pairs of a label's number and its score, flat, made into objects. */
const scored = (flat = []) =>
  Array.from({ length: flat.length / 2 }, (_, i) => ({ label: data.labels[flat[2 * i]], score: flat[2 * i + 1] }));

const items = data.items.map((record, index) => {
  const heard = scored(record.heard);
  const settings = data.settings[record.settings];
  const name = printable(record.name);
  return {
    ...record,
    index,
    path: record.name,
    name,
    shortName: split(name)[1],
    /** The picture's folder below that of the run, which is that of its sound. */
    folder: printable(split(record.output ?? "")[0]),
    heard,
    audioScores: scored(record.audioScores),
    made: settings ? settings.made : [],
    words: settings?.words,
    command: record.command && record.command + settings.options,
    top: heard[0],
    found: [name, record.output, record.error, record.seed, ...heard.map((h) => h.label), settings?.words]
      .filter(Boolean).join("\n").toLowerCase(),
  };
});

const compareText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const folders = [...new Set(items.map((item) => item.folder))].sort(compareText);

/** The settings that all pictures have in common, as pairs of a name and a value. */
function sharedSettings() {
  const done = items.filter((item) => item.status === "done");
  const used = [...new Set((done.length ? done : items).map((item) => item.settings))];
  const [first = [], ...others] = used.map((index) => data.settings[index]?.made ?? []);
  return first.filter(([name, value]) => others.every((made) => made.some((pair) => pair[0] === name && pair[1] === value)));
}

/** Seeds reach beyond the whole numbers of JavaScript, so they are compared as digits. */
const compareSeeds = (a = "", b = "") => a.length - b.length || compareText(a, b);

/** Orders; equal items stay as the manifest has them, which is by name. */
const orders = {
  name: () => 0,
  label: (a, b) => compareText(a.top?.label ?? "\uffff", b.top?.label ?? "\uffff") || orders.score(a, b),
  score: (a, b) => (b.top?.score ?? -1) - (a.top?.score ?? -1),
  seed: (a, b) => compareSeeds(a.seed, b.seed),
};

/** What a view shows of the items: those of one status, or the favourites. */
const isInView = (item, view) => (view === "favourites" ? favourites.has(item) : item.status === view);

/** Items of a view that hold every word, in order. */
function select(view, words, order, isReversed) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = items.filter((item) => isInView(item, view) && wanted.every((word) => item.found.includes(word)));
  chosen.sort((a, b) => orders[order](a, b) || a.index - b.index);
  return isReversed ? chosen.reverse() : chosen;
}

/** Items by their folders; within one they keep their order. */
function byFolder(chosen) {
  const groups = new Map(folders.map((folder) => [folder, []]));
  for (const item of chosen) groups.get(item.folder).push(item);
  return [...groups].filter(([, items]) => items.length > 0)
    .map(([folder, items]) => ({ title: folder || "In no folder", items }));
}
