// Fills a workbook as a program of this kind would: node fill.cjs LIBRARY SOURCE TARGET TASK.json
// TASK: {sheet: {address: value}}; {"day": "2021-06-30"} is a date, {"formula", "value"} a formula with its stored value,
// {"error": "#N/A"} an error, {"rich": ["a", "b"]} a text in two fonts. {"merge": ["A1:B2"]} stands under the address "!".
"use strict";
const fs = require("fs");
const path = require("path");
const [library, source, target, task] = process.argv.slice(2);
const cells = JSON.parse(fs.readFileSync(task, "utf8"));
const ERRORS = { "#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42 };

function serial(day) {
  return Math.round((Date.parse(day + "T00:00:00Z") - Date.UTC(1899, 11, 30)) / 86400000);
}

async function exceljs() {
  const ExcelJS = require("exceljs");
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(source);
  for (const [sheet, values] of Object.entries(cells)) {
    const page = book.getWorksheet(sheet);
    for (const [address, value] of Object.entries(values)) {
      if (address === "!") value.merge.forEach((range) => page.mergeCells(range));
      else page.getCell(address).value = asExceljs(value);
    }
  }
  await book.xlsx.writeFile(target);
}

function asExceljs(value) {
  if (value === null || typeof value !== "object") return value;
  if (value.day) return new Date(value.day + "T00:00:00Z");
  if (value.error) return { error: value.error };
  if (value.rich) return { richText: value.rich.map((text, at) => ({ text, font: { bold: at % 2 === 0 } })) };
  return { formula: value.formula, result: value.value };
}

function sheetjs() {
  const XLSX = require("xlsx");
  const book = XLSX.readFile(source, { cellStyles: true, cellDates: false });
  for (const [sheet, values] of Object.entries(cells)) {
    const page = book.Sheets[sheet];
    const range = XLSX.utils.decode_range(page["!ref"]);
    for (const [address, value] of Object.entries(values)) {
      if (address === "!") {
        page["!merges"] = (page["!merges"] || []).concat(value.merge.map(XLSX.utils.decode_range));
        continue;
      }
      page[address] = asSheetjs(value);
      const place = XLSX.utils.decode_cell(address);
      range.e.r = Math.max(range.e.r, place.r);
      range.e.c = Math.max(range.e.c, place.c);
    }
    page["!ref"] = XLSX.utils.encode_range(range);
  }
  const kinds = { ".xlsx": "xlsx", ".xlsm": "xlsm", ".xlsb": "xlsb", ".xls": "biff8", ".ods": "ods" };
  XLSX.writeFile(book, target, { compression: true, bookType: kinds[path.extname(target)], bookSST: !target.includes("inline") });
}

function asSheetjs(value) {
  if (value === null) return undefined;
  if (typeof value === "number") return { t: "n", v: value };
  if (typeof value === "boolean") return { t: "b", v: value };
  if (typeof value === "string") return { t: "s", v: value };
  if (value.day) return { t: "n", v: serial(value.day), z: "dd/mm/yyyy" };
  if (value.error) return { t: "e", v: ERRORS[value.error] };
  if (value.rich) return { t: "s", v: value.rich.join("") };
  return { t: typeof value.value === "number" ? "n" : "s", v: value.value, f: value.formula };
}

Promise.resolve(library === "exceljs" ? exceljs() : sheetjs()).catch((error) => {
  console.error(error);
  process.exit(1);
});
