// Letters as lines, in any size: drawn for this program on a grid of five columns and nine rows.

/** Lines of two digits for each point, column and row; row 6 is the line that letters stand on. */
const glyphs: Readonly<Record<string, string>> = {
  A: "062046 1434",
  B: "06003041423303 3344453606",
  C: "4130100105163645",
  D: "06003041453606",
  E: "40000646 0333",
  F: "400006 0333",
  G: "41301001051636454323",
  H: "0006 4046 0343",
  I: "0006",
  J: "3035261605",
  K: "0006 4004 1346",
  L: "000646",
  M: "0600234046",
  N: "06004640",
  O: "103041453616050110",
  P: "06003041423303",
  Q: "103041453616050110 2446",
  R: "06003041423303 2346",
  S: "413010010213334445361605",
  T: "0040 2026",
  U: "000516364540",
  V: "002640",
  W: "0016233640",
  X: "0046 4006",
  Y: "002340 2326",
  Z: "00400646",
  a: "3322120305162635 3236",
  b: "0006 0312223335261605",
  c: "3322120305162635",
  d: "3036 3322120305162635",
  e: "04343322120305162635",
  f: "30201116 0222",
  g: "3322120305162635 3237281807",
  h: "0006 0312223336",
  i: "0206 0000",
  j: "121708 1010",
  k: "0006 3204 1436",
  l: "000516",
  m: "0206 03122326 23324346",
  n: "0206 0312223336",
  o: "122233352616050312",
  p: "0208 0312223335261605",
  q: "3238 3322120305162635",
  r: "0206 031222",
  s: "3322120335261605",
  t: "101526 0222",
  u: "0205162635 3236",
  v: "022642",
  w: "0216233642",
  x: "0236 3206",
  y: "0226 421808",
  z: "02320636",
  0: "103041453616050110",
  1: "112026 1636",
  2: "01103041420646",
  3: "01103041423313 334445361605",
  4: "36300444",
  5: "400002324345361605",
  6: "413010010516364544331304",
  7: "004016",
  8: "103041423313020110 1304051636454433",
  9: "423313020110304145361605",
  ".": "0606",
  ",": "1607",
  ":": "0303 0606",
  ";": "1313 1607",
  "-": "0434",
  _: "0747",
  "+": "0444 2226",
  "=": "0343 0545",
  "/": "0730",
  "\\": "0037",
  "(": "10020517",
  ")": "00121507",
  "[": "20000727",
  "]": "00202707",
  "{": "20111304151627",
  "}": "00111324151607",
  "*": "2125 0244 0442",
  "%": "0010110100 4006 3545463635",
  "#": "1016 3036 0242 0444",
  "@": "32221314253432 344441301001051646",
  "!": "0004 0606",
  "?": "011020313214 1616",
  '"': "0002 2022",
  "'": "0002",
  "<": "320436",
  ">": "023406",
  "|": "0007",
  "&": "4612112031320405162644",
  $: "413010010213334445361605 2027",
  "^": "022042",
  "`": "0011",
  "~": "04132433",
  "…": "0606 2626 4646",
};

const unknownGlyph = "0040460600";
const blankColumns = 3;
const gapColumns = 1.7;
/** Rows of the grid from the top of capitals to what hangs below. */
const rows = 8;

export interface Letters {
  /** Columns and rows in pixels, from the left end of the line that letters stand on. */
  readonly lines: readonly (readonly { readonly x: number; readonly y: number }[])[];
  readonly width: number;
}

interface Glyph {
  readonly lines: readonly (readonly (readonly [number, number])[])[];
  readonly columns: number;
}

const known = new Map<string, Glyph>();

function glyphOf(character: string): Glyph {
  const found = known.get(character);
  if (found !== undefined) return found;
  const plain = Object.hasOwn(glyphs, character) ? character : (character.normalize("NFD")[0] ?? "");
  const text = Object.hasOwn(glyphs, plain) ? glyphs[plain] : undefined;
  const lines = (text ?? unknownGlyph)
    .split(" ")
    .map((line) => [...line.matchAll(/../g)].map(([pair]) => [Number(pair[0]), Number(pair[1])] as const));
  const glyph = { lines, columns: Math.max(...lines.flat().map(([column]) => column)) };
  if (text !== undefined) known.set(character, glyph);
  return glyph;
}

/** The lines of a text whose letters are `size` pixels high. */
export function lettersOf(text: string, size: number): Letters {
  const unit = size / rows;
  const lines: { x: number; y: number }[][] = [];
  let column = 0;
  for (const character of text) {
    if (character === " ") {
      column += blankColumns;
      continue;
    }
    const glyph = glyphOf(character);
    for (const line of glyph.lines) {
      lines.push(line.map(([x, y]) => ({ x: (column + x) * unit, y: (y - 6) * unit })));
    }
    column += glyph.columns + gapColumns;
  }
  return { lines, width: Math.max(0, column - gapColumns) * unit };
}
