"use strict";
(() => {
  const said = document.getElementById("said");
  const text = document.getElementById("wanted");
  const state = document.getElementById("state");
  const rows = [...document.querySelectorAll("table.index tbody tr")];

  const kinds = {
    all: () => true,
    missed: (row) => row.querySelector(".missed") !== null,
    waiting: (row) => row.querySelector(".waiting") !== null,
    stale: (row) => "old" in row.dataset,
    failed: (row) => ["failed", "missing"].includes(row.dataset.state),
  };

  function filter() {
    const wanted = text.value.trim();
    for (const row of rows) {
      row.hidden = !(row.textContent.includes(wanted) && kinds[state.value](row));
    }
    const left = rows.filter((row) => !row.hidden).length;
    said.textContent = `显示${left}项，共${rows.length}项`;
  }

  function key(row, column) {
    const cell = row.cells[column];
    const number = parseFloat(cell.textContent);
    return cell.classList.contains("n") && !Number.isNaN(number) ? number : cell.textContent;
  }

  function compare(a, b) {
    const numbers = typeof a === "number" && typeof b === "number";
    return numbers ? a - b : String(a).localeCompare(String(b), "zh-CN");
  }

  function sort(head, column) {
    const body = head.closest("table").tBodies[0];
    const order = head.ariaSort === "descending" ? "ascending" : "descending";
    const sign = order === "ascending" ? 1 : -1;
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.ariaSort = order;
    const sorted = [...body.rows].sort((a, b) => {
      const first = b.classList.contains("total") - a.classList.contains("total");
      return first || sign * compare(key(a, column), key(b, column));
    });
    body.append(...sorted);
    said.textContent = `按“${head.textContent}”${sign < 0 ? "从大到小" : "从小到大"}排列`;
  }

  for (const head of document.querySelectorAll("table.index thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head, head.cellIndex));
  }
  text.addEventListener("input", filter);
  state.addEventListener("change", filter);
  document.getElementById("filter").hidden = false;
})();
