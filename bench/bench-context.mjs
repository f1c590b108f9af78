// What the kernel gives a part of the program, for benchmarks that run it alone.
const nothing = () => {};
const counter = { add: nothing, value: 0 };
const log = {
  debug: nothing,
  info: nothing,
  warning: (message, facts) => console.error(message, facts ?? ""),
  error: (message, facts) => console.error(message, facts ?? ""),
  fatal: nothing,
  writes: () => false,
  child: () => log,
};

export const context = {
  log,
  clock: {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs).unref();
      return { cancel: () => clearTimeout(timer) };
    },
  },
  telemetry: { counter: () => counter, gauge: nothing, samples: () => [] },
  signal: new AbortController().signal,
};

export function residentMiB() {
  return process.memoryUsage.rss() / 1024 / 1024;
}
