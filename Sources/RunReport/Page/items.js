// The items of the run, as the rest of the page uses them.

const data = JSON.parse(document.getElementById("data").textContent);

/** Control characters made visible: a name with a line break stays on its line. */
const printable = (text) =>
  text.replace(/[\u0000-\u001f\u007f]/g, (c) => String.fromCharCode(c === "\u007f" ? 0x2421 : 0x2400 + c.charCodeAt(0)));

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
    name,
    shortName: name.slice(name.lastIndexOf("/") + 1) || name,
    heard,
    audioScores: scored(record.audioScores),
    made: settings ? settings.made : [],
    command: record.command && record.command + settings.options,
    top: heard[0],
    found: [name, record.error, record.seed, ...heard.map((h) => h.label), settings?.words]
      .filter(Boolean).join("\n").toLowerCase(),
  };
});

const compareText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Seeds reach beyond the whole numbers of JavaScript, so they are compared as digits. */
const compareSeeds = (a = "", b = "") => a.length - b.length || compareText(a, b);

/** Orders; equal items stay as the manifest has them, which is by name. */
const orders = {
  name: () => 0,
  label: (a, b) => compareText(a.top?.label ?? "\uffff", b.top?.label ?? "\uffff") || orders.score(a, b),
  score: (a, b) => (b.top?.score ?? -1) - (a.top?.score ?? -1),
  seed: (a, b) => compareSeeds(a.seed, b.seed),
};

/** Items of one status that hold every word, in order. */
function select(status, words, order, isReversed) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = items.filter((item) => item.status === status && wanted.every((word) => item.found.includes(word)));
  chosen.sort((a, b) => orders[order](a, b) || a.index - b.index);
  return isReversed ? chosen.reverse() : chosen;
}
