// Loaded before the agent: 300 MB that are really there, as a large agent has them.
globalThis.ballast = Buffer.alloc(300 << 20, 1);
