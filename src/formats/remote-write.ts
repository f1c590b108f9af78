// Prometheus' remote write 0.1.0: series with labels and samples, as the protobuf message WriteRequest.

export type Label = readonly [name: string, value: string];

export interface RemoteSeries {
  /** What `encodeLabels` made. */
  readonly labels: Buffer;
  /** In order of time, no time twice. */
  readonly samples: readonly RemoteSample[];
}

export interface RemoteSample {
  readonly timestampMs: number;
  readonly value: number;
}

/** Labels in order of their names; none of them empty, `__name__` among them. */
export function encodeLabels(labels: readonly Label[]): Buffer {
  return Buffer.concat(
    labels.map(([name, value]) => {
      const inner = Buffer.concat([
        delimited(nameField, Buffer.from(name)),
        delimited(valueField, Buffer.from(value)),
      ]);
      return delimited(labelsField, inner);
    }),
  );
}

/** Not compressed. */
export function encodeWriteRequest(series: readonly RemoteSeries[]): Buffer {
  const sizes = series.map(({ labels, samples }) =>
    samples.reduce((sum, one) => sum + 2 + sampleSize(one), labels.length),
  );
  const total = sizes.reduce((sum, size) => sum + 1 + varintSize(size) + size, 0);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [place, { labels, samples }] of series.entries()) {
    bytes[at] = seriesField;
    at = writeVarint(bytes, at + 1, sizes[place] ?? 0);
    at += labels.copy(bytes, at);
    for (const sample of samples) at = writeSample(bytes, at, sample);
  }
  return bytes;
}

/** Field numbers with wire type 2 (length) unless said otherwise. */
const seriesField = 0x0a;
const labelsField = 0x0a;
const samplesField = 0x12;
const nameField = 0x0a;
const valueField = 0x12;
/** Wire type 1: eight bytes. */
const sampleValueField = 0x09;
/** Wire type 0: a varint. */
const sampleTimeField = 0x10;
/** A negative int64 is written as its two's complement. */
const negativeSize = 10;

function delimited(field: number, content: Buffer): Buffer {
  const head = Buffer.allocUnsafe(1 + varintSize(content.length));
  head[0] = field;
  writeVarint(head, 1, content.length);
  return Buffer.concat([head, content]);
}

function sampleSize({ timestampMs }: RemoteSample): number {
  return 9 + 1 + (timestampMs < 0 ? negativeSize : varintSize(timestampMs));
}

function writeSample(bytes: Buffer, start: number, sample: RemoteSample): number {
  bytes[start] = samplesField;
  // A sample has at most 20 bytes: one byte says its length.
  bytes[start + 1] = sampleSize(sample);
  bytes[start + 2] = sampleValueField;
  const at = bytes.writeDoubleLE(sample.value, start + 3);
  bytes[at] = sampleTimeField;
  if (sample.timestampMs >= 0) return writeVarint(bytes, at + 1, sample.timestampMs);
  return writeNegative(bytes, at + 1, BigInt.asUintN(64, BigInt(sample.timestampMs)));
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes[at] = (rest % 128) | 0x80;
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}

function writeNegative(bytes: Buffer, start: number, value: bigint): number {
  let rest = value;
  for (let place = 0; place < negativeSize; place += 1) {
    bytes[start + place] = Number(rest & 0x7fn) | (place === negativeSize - 1 ? 0 : 0x80);
    rest >>= 7n;
  }
  return start + negativeSize;
}
