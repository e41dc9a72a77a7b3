// Shows how the 技术交易额 follows from the turnover and the costs while somebody types.
const shown = document.querySelector("[data-follows]");
const units = { 亿: 1e10, 万: 1e6, 元: 100 };

function fen(id) {
  const typed = document.getElementById(id).value.replace(/[,，\s]/g, "");
  const found = /^(\d+(?:\.\d+)?)(亿|万)?元?$/.exec(typed);
  return found ? Math.round(Number(found[1]) * units[found[2] ?? "元"]) : 0;
}

function yuan(amount) {
  const text = (Math.abs(amount) / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return amount < 0 ? `−${text}` : text;
}

function show() {
  const turnover = fen("f-turnover");
  const costs = ["equipment", "material", "other"].reduce((sum, name) => sum + fen(`f-${name}_cost`), 0);
  shown.querySelector("[data-turnover]").textContent = turnover ? yuan(turnover) : "—";
  shown.querySelector("[data-costs]").textContent = yuan(-costs);
  shown.querySelector("[data-tech]").textContent = turnover && costs <= turnover ? yuan(turnover - costs) : "—";
}

if (shown) {
  for (const id of shown.querySelector("output").getAttribute("for").split(" ")) {
    document.getElementById(id).addEventListener("input", show);
  }
}
