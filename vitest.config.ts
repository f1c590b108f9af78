import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "all", include: ["src/**/*.test.ts", "test/**/*.test.ts"] } },
      // What clients of the older agent get, once more for another user of the host to whom the operator opened it.
      {
        extends: true,
        test: {
          name: "as another user",
          include: ["test/compat/**/*.test.ts"],
          env: { YAGURA_TEST_CALLER: "another user" },
        },
      },
    ],
    pool: "forks",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
