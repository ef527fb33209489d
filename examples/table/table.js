// A component in JavaScript, on QuickJS.
const BARS = { left: ':--', center: ':-:', right: '--:' };

export function markdown(csv, align) {
  const rows = parse(csv);
  if (rows.length === 0) throw 'there are no lines';
  const uneven = rows.findIndex((row) => row.length !== rows[0].length);
  if (uneven > 0) throw `line ${uneven + 1} has ${rows[uneven].length} values, and the first has ${rows[0].length}`;
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(rows[0]), line(rows[0].map(() => BARS[align ?? 'left'])), ...rows.slice(1).map(line)].join('\n');
}

export function sums(csv) {
  const [names = [], ...rows] = parse(csv);
  return names
    .map((name, column) => [name, rows.map((row) => Number((row[column] ?? '').trim() || NaN)).reduce((sum, value) => sum + value, 0)])
    .filter(([, sum]) => rows.length > 0 && !Number.isNaN(sum));
}

// https://www.rfc-editor.org/rfc/rfc4180
function parse(csv) {
  const rows = [];
  for (const line of csv.split(/\r?\n/)) {
    if (line === '') continue;
    const cells = [];
    for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)) cells.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    rows.push(cells);
  }
  return rows;
}
