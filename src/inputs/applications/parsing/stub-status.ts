// The page of nginx' module stub_status: four lines of words and counters.

export interface StubStatus {
  /** Open now, those that wait for a request included. */
  readonly connections: number;
  /** Since the start. */
  readonly requests: number;
}

const page =
  /^Active connections:\s+(\d{1,15})\s+server accepts handled requests[^\n]*\n\s*\d+\s+\d+\s+(\d{1,15})\b/;

/** Undefined for every other text. */
export function parseStubStatus(text: string): StubStatus | undefined {
  const [, connections, requests] = page.exec(text) ?? [];
  if (connections === undefined || requests === undefined) return undefined;
  return { connections: Number(connections), requests: Number(requests) };
}
