// Runs in a copy of a run's page and says in the document's title what does not hold.
async function probe(failures) {
  const { items } = JSON.parse(document.getElementById("data").textContent);
  const expect = (holds, what) => { if (!holds) failures.push(what); };
  const cells = () => [...document.querySelectorAll("#sheet [data-index]")];
  const settle = () => new Promise((done) => setTimeout(done, 50));
  const type = async (text) => {
    const filter = document.getElementById("filter");
    filter.value = text;
    filter.dispatchEvent(new Event("input"));
    await settle();
  };
  const choose = async (order) => {
    const sort = document.getElementById("sort");
    sort.value = order;
    sort.dispatchEvent(new Event("change"));
    await settle();
  };

  const total = items.filter((item) => item.status === "done").length;
  expect(cells().length > 0 && cells().length < 200, `${cells().length} cells of ${total} items are in the document`);
  const begun = performance.now();
  await type(items[items.length - 1].name.split("/").pop());
  expect(cells().length >= 1, "filtering by a name finds nothing");
  await type("no such name anywhere");
  expect(cells().length === 0 && !document.getElementById("nothing").hidden, "a filter without a match shows items");
  await type("");
  for (const order of ["label", "score", "seed", "name"]) {
    await choose(order);
    expect(cells().length > 0, `sorting by ${order} shows nothing`);
  }
  expect(performance.now() - begun < 2000, `filtering and sorting took ${Math.round(performance.now() - begun)} ms`);

  expect(!window.broken, "a name was run as a script");
  const hostile = items.find((item) => item.name.includes("<script>"));
  if (hostile) {
    await type("<script>");
    expect(cells().some((cell) => cell.textContent.includes("<script>")), "a hostile name is not shown as text");
    await type("");
  }
  if (items.some((item) => item.status === "failed")) {
    document.querySelector("#views input[value=failed]").click();
    await settle();
    expect(document.getElementById("sheet").textContent.length > 10, "failures are not listed");
    document.querySelector("#views input[value=done]").click();
    await settle();
  }
  cells()[0].querySelector("button").focus();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  await settle();
  expect(document.activeElement.closest("[data-position]")?.dataset.position === "1", "the arrow keys do not move");
}

addEventListener("load", async () => {
  const failures = [];
  await probe(failures).catch((error) => failures.push(`${error}`));
  failures.push(...window.errors);
  document.title = failures.length ? `FAILED: ${failures.join("; ")}` : "PASSED";
});
