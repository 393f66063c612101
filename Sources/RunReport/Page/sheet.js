// A window over any number of items, in groups: only the lines near the screen are in the document.

class Sheet {
  /** `makeCell(item)` gives an item's cell; its first button is the one that takes the focus. */
  constructor(element, makeCell) {
    this.element = element;
    this.makeCell = makeCell;
    this.items = [];
    this.groups = [];
    /** Lines from the top: a group's heading, or `count` items from `start` on. */
    this.lines = [];
    /** The lines that are in the document, by their place among all. */
    this.shown = new Map();
    this.active = 0;
    this.isList = false;
    addEventListener("scroll", () => this.render(), { passive: true });
    new ResizeObserver(() => this.resize()).observe(element);
    element.addEventListener("keydown", (event) => this.move(event));
    element.addEventListener("focusin", (event) => this.follow(event.target));
  }

  /** Shows other groups from the first on, as lines or as cards. A group without a title has no heading. */
  show(groups, isList) {
    this.groups = groups;
    this.items = groups.flatMap((group) => group.items);
    this.isList = isList;
    this.active = 0;
    this.layout();
    if (scrollY > this.top()) scrollTo(0, this.top());
    this.render();
  }

  /** The cell of an item; nothing where it is not near the screen. */
  cell(item) {
    return this.element.querySelector(`[data-index="${item.index}"]`);
  }

  /** Brings an item's cell onto the screen and gives it the focus. */
  focus(position) {
    this.activate(Math.max(0, Math.min(position, this.items.length - 1)));
    const line = this.lines[this.lineOf(this.active)];
    if (!line) return;
    const header = document.querySelector("header").offsetHeight + 12;
    const above = this.element.offsetTop + line.top - header;
    const below = above + header + line.height - innerHeight;
    if (scrollY > above || scrollY < below) scrollTo(0, scrollY > above ? above : Math.min(below, above));
    this.render();
    this.cell(this.items[this.active])?.querySelector("button").focus({ preventScroll: true });
  }

  /** Columns, and the place of each line. */
  layout() {
    const width = this.element.clientWidth;
    const gap = width < 560 ? 14 : 24;
    this.columns = this.isList ? 1 : Math.max(2, Math.floor((width + gap) / ((width < 560 ? 150 : 176) + gap)));
    const style = this.element.style;
    style.setProperty("--columns", this.columns);
    style.setProperty("--gap", `${gap}px`);
    style.setProperty("--row-gap", this.isList ? "0" : `${gap}px`);
    for (const line of this.shown.values()) line.remove();
    this.shown.clear();
    this.lines = [];
    let start = 0;
    for (const { title, items } of this.groups) {
      const end = start + items.length;
      if (title !== undefined) this.lines.push({ top: 0, start, count: 0, title, size: items.length });
      for (; start < end; start += this.columns) {
        this.lines.push({ top: 0, start, count: Math.min(this.columns, end - start) });
      }
      start = end;
    }
    style.height = `${this.measure()}px`;
    this.element.setAttribute("aria-rowcount", this.lines.length);
    this.element.setAttribute("aria-colcount", this.columns);
    this.width = width;
  }

  /** Gives lines their places; all headings are as high as the first, and so are all rows. Returns the whole height. */
  measure() {
    const height = (isHeading) => {
      const index = this.lines.findIndex((line) => (line.count === 0) === isHeading);
      return index < 0 ? 0 : this.insert(index).getBoundingClientRect().height;
    };
    const [heading, row] = [height(true), height(false)];
    let top = 0;
    for (const line of this.lines) {
      line.top = top;
      line.height = line.count === 0 ? heading : row;
      top += line.height;
    }
    for (const [index, shown] of this.shown) shown.style.top = `${this.lines[index].top}px`;
    return top;
  }

  /** A sheet of another width shows the same items as before. */
  resize() {
    if (this.element.clientWidth === this.width) return;
    const first = this.lines[this.lineAt(scrollY - this.top())];
    this.layout();
    if (first?.top > 0) scrollTo(0, this.top() + this.lines[this.lineOf(first.start)].top);
    this.render();
  }

  /** How far the page is scrolled when the first line stands below the header. */
  top() {
    return this.element.offsetTop - document.querySelector("header").offsetHeight - 12;
  }

  /** The number of the last line for which `holds`, which must hold for a beginning of the lines; at least 0. */
  last(holds) {
    let [low, high] = [0, this.lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (holds(this.lines[middle])) low = middle;
      else high = middle;
    }
    return low;
  }

  lineAt(height) {
    return this.last((line) => line.top <= height);
  }

  /** The row of the item at a position. */
  lineOf(position) {
    return this.last((line) => line.start <= position);
  }

  /** Puts the lines near the screen into the document and takes the others out, but for the one with the focus. */
  render() {
    if (this.lines.length === 0) return;
    const start = scrollY - this.element.offsetTop;
    const first = this.lineAt(start - innerHeight / 2), last = this.lineAt(start + innerHeight * 1.5);
    for (const [index, line] of this.shown) {
      if ((index < first || index > last) && !line.contains(document.activeElement)) {
        line.remove();
        this.shown.delete(index);
      }
    }
    for (let index = first; index <= last; index++) if (!this.shown.has(index)) this.insert(index);
  }

  insert(index) {
    const line = this.lines[index];
    const made = line.count === 0 ? this.makeHeading(line) : this.makeRow(line);
    made.setAttribute("role", "row");
    made.setAttribute("aria-rowindex", index + 1);
    made.style.top = `${line.top}px`;
    const later = [...this.shown.keys()].filter((key) => key > index);
    this.element.insertBefore(made, later.length ? this.shown.get(Math.min(...later)) : null);
    this.shown.set(index, made);
    return made;
  }

  makeHeading({ title, size }) {
    const made = element("div", "row-heading"), cell = element("div"), heading = element("h2", "", title);
    cell.setAttribute("role", "rowheader");
    cell.setAttribute("aria-colspan", this.columns);
    heading.append(element("span", "size", count(size)));
    cell.append(heading);
    made.append(cell);
    return made;
  }

  makeRow({ start, count }) {
    const made = element("div", "row");
    this.items.slice(start, start + count).forEach((item, column) => {
      const cell = this.makeCell(item);
      cell.dataset.index = item.index;
      cell.dataset.position = start + column;
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", column + 1);
      this.setTabbable(cell, start + column === this.active);
      made.append(cell);
    });
    return made;
  }

  setTabbable(cell, isTabbable) {
    for (const button of cell.querySelectorAll("button")) button.tabIndex = isTabbable ? 0 : -1;
  }

  /** One cell at a time is reached by Tab; arrows reach the others. */
  activate(position) {
    for (const cell of this.element.querySelectorAll("[data-position]")) {
      this.setTabbable(cell, Number(cell.dataset.position) === position);
    }
    this.active = position;
  }

  follow(target) {
    const cell = target.closest("[data-position]");
    if (cell && Number(cell.dataset.position) !== this.active) this.activate(Number(cell.dataset.position));
  }

  move(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.items.length - 1;
    const places = {
      ArrowLeft: () => this.active - 1, ArrowRight: () => this.active + 1,
      ArrowUp: () => this.below(-1), ArrowDown: () => this.below(1),
      PageUp: () => this.pageAway(-1), PageDown: () => this.pageAway(1), Home: () => 0, End: () => last,
    };
    if (!(event.key in places)) return;
    event.preventDefault();
    const target = places[event.key]();
    if (target >= 0 && target <= last) this.focus(target);
  }

  /** The position `by` rows below, in the same column or the row's last; -1 for none. */
  below(by) {
    const here = this.lineOf(this.active);
    let next = here + by;
    while (this.lines[next]?.count === 0) next += by;
    const line = this.lines[next];
    return line ? line.start + Math.min(this.active - this.lines[here].start, line.count - 1) : -1;
  }

  /** The position about a screen above or below. */
  pageAway(by) {
    const here = this.lines[this.lineOf(this.active)];
    const line = this.lines[this.lineAt(here.top + by * Math.max(here.height, innerHeight - here.height))];
    return Math.min(line.start + this.active - here.start, this.items.length - 1);
  }
}
