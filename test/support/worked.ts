// How long this process has worked, whatever else the machine does meanwhile.
//
// What the runtime does beside (a collection of the heap with a thread for each core, the compiler) is counted to the
// work that runs at that moment. So a piece of work is given a few attempts: one within the limit is enough, and what
// grows with the square of its text misses all of them.

const attempts = 5;

/** Milliseconds of processor time since the process began. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What `work` gives, in the first attempt that took at most `limitMs` of the processor. @throws Error if none did. */
export function workedWithin<Result>(limitMs: number, work: () => Result): Result {
  for (let attempt = 1; ; attempt += 1) {
    const beganMs = workedMs();
    const result = work();
    if (isWithin(workedMs() - beganMs, limitMs, attempt)) return result;
  }
}

/** The same for work that ends later. */
export async function workedWithinLater<Result>(
  limitMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const beganMs = workedMs();
    const result = await work();
    if (isWithin(workedMs() - beganMs, limitMs, attempt)) return result;
  }
}

function isWithin(tookMs: number, limitMs: number, attempt: number): boolean {
  if (tookMs <= limitMs) return true;
  if (attempt === attempts)
    throw new Error(`worked for ${Math.round(tookMs)} ms, ${attempts} times more than ${limitMs} ms`);
  return false;
}
