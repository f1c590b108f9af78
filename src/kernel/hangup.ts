// SIGHUP from the first instruction on: it never ends an agent, and one that came too early is not forgotten.

let act: (() => void) | undefined;
let hasCome = false;

/** To be called before anything else is loaded. */
export function expectHangup(): void {
  process.on("SIGHUP", () => {
    hasCome = true;
    act?.();
  });
}

/** What SIGHUP does from now on; done at once where one has come already. */
export function onHangup(run: () => void): void {
  act = run;
  if (hasCome) run();
}
