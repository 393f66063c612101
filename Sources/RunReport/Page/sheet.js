// A window over any number of items: only the rows near the screen are in the document.

class Sheet {
  /** `makeCell(item)` gives an item's cell; its first button is the one that takes the focus. */
  constructor(element, makeCell) {
    this.element = element;
    this.makeCell = makeCell;
    this.items = [];
    this.rows = new Map();
    this.active = 0;
    this.isList = false;
    this.rowHeight = 1;
    addEventListener("scroll", () => this.render(), { passive: true });
    new ResizeObserver(() => this.resize()).observe(element);
    element.addEventListener("keydown", (event) => this.move(event));
    element.addEventListener("focusin", (event) => this.follow(event.target));
  }

  /** Shows other items from the first on, as lines or as cards. */
  show(items, isList) {
    this.items = items;
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
    const row = Math.floor(this.active / this.columns);
    const header = document.querySelector("header").offsetHeight + 12;
    const above = this.element.offsetTop + row * this.rowHeight - header;
    const below = above + header + this.rowHeight - innerHeight;
    if (scrollY > above || scrollY < below) scrollTo(0, scrollY > above ? above : Math.min(below, above));
    this.render();
    this.cell(this.items[this.active])?.querySelector("button").focus({ preventScroll: true });
  }

  /** Columns and the height of a row. A sheet of another width shows the same items as before. */
  layout() {
    const width = this.element.clientWidth;
    const gap = width < 560 ? 14 : 24;
    this.columns = this.isList ? 1 : Math.max(2, Math.floor((width + gap) / ((width < 560 ? 150 : 164) + gap)));
    const style = this.element.style;
    style.setProperty("--columns", this.columns);
    style.setProperty("--gap", `${gap}px`);
    style.setProperty("--row-gap", this.isList ? "0" : `${gap}px`);
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    const count = Math.ceil(this.items.length / this.columns);
    if (count > 0) this.rowHeight = this.insert(0).getBoundingClientRect().height;
    style.height = `${count * this.rowHeight}px`;
    this.element.setAttribute("aria-rowcount", count);
    this.element.setAttribute("aria-colcount", this.columns);
    this.width = width;
  }

  resize() {
    if (this.element.clientWidth === this.width) return;
    const first = Math.floor((scrollY - this.top()) / this.rowHeight) * this.columns;
    this.layout();
    if (first > 0) scrollTo(0, this.top() + Math.floor(first / this.columns) * this.rowHeight);
    this.render();
  }

  /** How far the page is scrolled when the first row stands below the header. */
  top() {
    return this.element.offsetTop - document.querySelector("header").offsetHeight - 12;
  }

  /** Puts the rows near the screen into the document and takes the others out, but for the one with the focus. */
  render() {
    const count = Math.ceil(this.items.length / this.columns);
    const start = scrollY - this.element.offsetTop;
    const first = Math.max(0, Math.floor((start - innerHeight / 2) / this.rowHeight));
    const last = Math.min(count - 1, Math.floor((start + innerHeight * 1.5) / this.rowHeight));
    for (const [index, row] of this.rows) {
      if ((index < first || index > last) && !row.contains(document.activeElement)) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (let index = first; index <= last; index++) if (!this.rows.has(index)) this.insert(index);
  }

  insert(index) {
    const row = document.createElement("div");
    row.className = "row";
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", index + 1);
    row.style.top = `${index * this.rowHeight}px`;
    const start = index * this.columns;
    this.items.slice(start, start + this.columns).forEach((item, column) => {
      const cell = this.makeCell(item);
      cell.dataset.index = item.index;
      cell.dataset.position = start + column;
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", column + 1);
      this.setTabbable(cell, start + column === this.active);
      row.append(cell);
    });
    const later = [...this.rows.keys()].filter((key) => key > index);
    this.element.insertBefore(row, later.length ? this.rows.get(Math.min(...later)) : null);
    this.rows.set(index, row);
    return row;
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
    const page = Math.max(1, Math.floor(innerHeight / this.rowHeight) - 1) * this.columns;
    const steps = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -page, PageDown: page,
      Home: -this.active, End: this.items.length - 1 - this.active,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const target = this.active + steps[event.key];
    if (event.key.startsWith("Page") || (target >= 0 && target < this.items.length)) this.focus(target);
  }
}
