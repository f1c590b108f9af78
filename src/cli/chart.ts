// A line chart for the terminal, in Braille dots: two across and four down in each character.

export interface ChartPoint {
  /** Any unit; ascending. */
  readonly time: number;
  readonly value: number;
}

export interface ChartFrame {
  /** Characters, without the labels at the left. */
  readonly columns: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  /** Points that are no further apart in time are joined. */
  readonly joined: number;
  /** Text at the left of a row. */
  readonly label: (value: number) => string;
}

/** Bits of the eight dots: left column top to bottom, then the right one (Unicode, Braille Patterns). */
const dotBits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Lines without line ends, the highest value first; a scale stands at the left. Points outside of the frame are left out. */
export function chart(points: readonly ChartPoint[], frame: ChartFrame): string[] {
  const inside = points.filter(({ time }) => time >= frame.from && time <= frame.to);
  const { low, high } = scaleOf(inside);
  const [width, height] = [frame.columns * 2, frame.rows * 4];
  const cells = Array.from({ length: frame.rows }, () => new Uint8Array(frame.columns));
  const dot = (x: number, y: number) => {
    const row = cells[y >> 2];
    if (row !== undefined) row[x >> 1] = (row[x >> 1] ?? 0) | (dotBits[x & 1 ? 1 : 0][y & 3] ?? 0);
  };
  const place = ({ time, value }: ChartPoint) => ({
    x: Math.min(width - 1, Math.floor(((time - frame.from) / (frame.to - frame.from || 1)) * width)),
    y: Math.min(height - 1, Math.floor(((high - value) / (high - low)) * height)),
  });
  let before: ChartPoint | undefined;
  for (const point of inside) {
    const at = place(point);
    dot(at.x, at.y);
    if (before !== undefined && point.time - before.time <= frame.joined) join(place(before), at, dot);
    before = point;
  }
  return withScale(cells, { low, high }, frame.label);
}

function join(
  from: { x: number; y: number },
  to: { x: number; y: number },
  dot: (x: number, y: number) => void,
): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  for (let step = 1; step < steps; step += 1) {
    const share = step / steps;
    dot(Math.round(from.x + (to.x - from.x) * share), Math.round(from.y + (to.y - from.y) * share));
  }
}

function scaleOf(points: readonly ChartPoint[]): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value } of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  return low === high ? { low: low - 1, high: high + 1 } : { low, high };
}

function withScale(
  cells: readonly Uint8Array[],
  { low, high }: { low: number; high: number },
  label: (value: number) => string,
): string[] {
  const labels = cells.map((_, row) => label(high - ((high - low) * row) / Math.max(1, cells.length - 1)));
  const width = Math.max(...labels.map((text) => text.length));
  return cells.map((row, number) => {
    const dots = [...row].map((bits) => (bits === 0 ? " " : String.fromCharCode(0x2800 + bits))).join("");
    return `${(labels[number] ?? "").padStart(width)} ┤${dots}`.trimEnd();
  });
}

const bars = "▁▂▃▄▅▆▇█";

/** One character for each value, its height the value's share of `full`, or of the largest. */
export function sparkline(values: readonly number[], full = 0): string {
  const high = Math.max(...values, full);
  return values
    .map((value) => bars[high === 0 ? 0 : Math.min(7, Math.max(0, Math.floor((value / high) * 8)))] ?? "")
    .join("");
}
