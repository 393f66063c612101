// What an item looks like on the sheet.

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function makeCell(item) {
  const cell = item.status === "failed" ? failureCell(item) : pictureCell(item);
  if (item.sound) {
    const play = element("button", "play");
    play.type = "button";
    markPlaying(play, item, player.item === item ? 0 : null);
    play.addEventListener("click", () => player.toggle(item));
    cell.append(play);
  }
  return cell;
}

function pictureCell(item) {
  const cell = element("div", "card");
  const open = element("button", "picture");
  open.type = "button";
  open.setAttribute("aria-label", [item.shortName, summary(item)].join(", "));
  const picture = element("img");
  Object.assign(picture, { alt: "", loading: "lazy", decoding: "async", src: item.picture });
  picture.addEventListener("error", () => { picture.alt = "The picture is gone."; });
  open.append(picture);
  open.addEventListener("click", () => details.open(item));
  const caption = element("div", "caption");
  const name = element("span", "name", item.shortName);
  name.title = item.name;
  const what = element("span", "what");
  what.append(element("span", "label", item.top?.label ?? summary(item)));
  if (item.top) what.append(element("span", "score", item.top.score.toFixed(2)));
  caption.append(name, what);
  cell.append(open, caption);
  return cell;
}

function failureCell(item) {
  const cell = element("div", "card failure");
  const open = element("button", "open");
  open.type = "button";
  open.append(element("span", "name", item.name), element("span", "what", item.error));
  open.addEventListener("click", () => details.open(item));
  cell.append(open);
  return cell;
}

function summary(item) {
  if (item.status === "skipped") return "was there already";
  return item.top ? `${item.top.label} ${item.top.score.toFixed(2)}` : "";
}
