// An agent that answers whatever a test wants, on the unix socket of a private home; and the command line that asks it.
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { run } from "../../test/support/cli.ts";
import { startServer, type TestServer } from "../../test/support/https-stub.ts";
import { temporaryDirectory } from "../../test/support/temporary.ts";

/** Text that would talk to a terminal, and what must be printed instead. */
export const hostile = "x\u001b[2Jy";
export const tamed = "x\\u001b[2Jy";

/** For the tests of the file that calls it. */
export function askedAgent() {
  const home = temporaryDirectory();
  let agent: TestServer | undefined;
  const server = () => {
    if (agent === undefined) throw new Error("it is asked outside of a test");
    return agent;
  };
  beforeAll(async () => {
    agent = await startServer({ socketPath: join(home.path, "agent.sock") });
  });
  afterAll(async () => {
    await agent?.stop();
    home.release();
  });
  beforeEach(() => {
    server().asked.length = 0;
  });
  const answers = (status: number, body: string) => server().reply({ status, body });
  return {
    home: home.path,
    answers,
    says: (value: unknown, status = 200) => answers(status, JSON.stringify(value)),
    asked: () => server().asked.map(({ method, url, body }) => ({ method, url, body })),
    yagura: (...argv: string[]) => run([...argv, "--home", home.path]),
  };
}
