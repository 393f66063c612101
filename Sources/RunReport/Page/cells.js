// What an item looks like on the sheet.

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

/** A command that breaks between its words only, not behind a hyphen. */
function showCommand(place, text) {
  place.replaceChildren(...text.split(" ").flatMap((word, index) => [index ? " " : "", element("span", "", word)]));
}

/** A view whose items have no picture shows lines. */
const isList = (view) => view === "failed" || view === "passed over";

const makeCell = (item) => (isList(item.status) ? failureCell(item) : pictureCell(item));

function makePlay(item) {
  const play = element("button", "play");
  play.type = "button";
  markPlaying(play, item, player.item === item ? 0 : null);
  play.addEventListener("click", () => player.toggle(item));
  return play;
}

function pictureCell(item) {
  const cell = element("div", "card");
  const open = element("button", "picture");
  open.type = "button";
  open.setAttribute("aria-label", [item.shortName, summary(item)].filter(Boolean).join(", "));
  const picture = element("img");
  Object.assign(picture, { alt: "", loading: "lazy", decoding: "async", src: item.picture });
  picture.addEventListener("error", () => { picture.alt = "The picture is gone."; });
  open.append(picture);
  open.addEventListener("click", () => details.open(item));
  const bar = element("div", "bar"), name = element("span", "name", item.shortName);
  name.title = item.name;
  if (item.sound) bar.append(makePlay(item));
  bar.append(name, makeStar(item));
  cell.append(open, bar, ...facts(item));
  return cell;
}

/** A card's lines, of which all cards have as many. */
function facts(item) {
  const lines = [fact(heading(item), item.top, cosine)];
  if (hasAudioScores) lines.push(fact("Scores", item.audioScores[0], percent));
  if (folders.length > 1) {
    lines.push(element("p", "fact"));
    lines.at(-1).append(element("span", "term", "Folder"), element("span", "folder", item.folder || "–"));
  }
  if (item.status === "skipped" && !item.top) lines[0].replaceChildren(element("span", "label", summary(item)));
  return lines;
}

function fact(term, top, written) {
  const line = element("p", "fact");
  if (top) {
    line.append(
      element("span", "term", term), element("span", "label", top.label), element("span", "score", written(top.score)));
  }
  return line;
}

const hasAudioScores = items.some((item) => item.audioScores.length > 0);

/** Two kinds of numbers: a likeness of embeddings, and how sure a network is of a class. */
const cosine = (score) => score.toFixed(2);
const percent = (score) => `${Math.round(score * 100)} %`;

/** Without a sound nothing was heard. */
const heading = (item) => (item.isOfWordsAlone ? "Nearest" : "Heard");

function failureCell(item) {
  const cell = element("div", "card failure");
  const open = element("button", "open");
  open.type = "button";
  open.append(element("span", "name", item.name), element("span", "what", item.error));
  open.addEventListener("click", () => details.open(item));
  cell.append(open);
  if (item.sound) cell.append(makePlay(item));
  return cell;
}

function summary(item) {
  if (item.top) return `${heading(item).toLowerCase()} ${item.top.label}`;
  return item.status === "skipped" ? "was there already" : "";
}
