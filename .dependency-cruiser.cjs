// Holds the layers of ARCHITECTURE.md: a folder imports only from rows above its own, never from a sibling.
const layers = [
  ["kernel"],
  ["metric", "event"],
  ["formats", "languages"],
  ["config", "node", "transports", "programs"],
  [
    ...["inputs", "pipeline", "store", "query", "outputs"],
    ...["checks", "compliance", "events", "handlers", "actions", "cluster", "fleet"],
  ],
  ["api"],
  ["cli", "web"],
];
const stages = layers.slice(4).flat();
const folders = (names) => `^src/(${names.join("|")})/`;
const tests = "\\.test\\.ts$";

const upward = layers.slice(0, -1).map((layer, depth) => ({
  name: `no-upward-import-from-the-${layer[0]}-layer`,
  severity: "error",
  from: { path: folders(layer) },
  to: { path: folders(layers.slice(depth + 1).flat()) },
}));

const sideways = layers
  .filter((layer) => layer.length > 1)
  .map((layer) => ({
    name: `no-sideways-import-in-the-${layer[0]}-layer`,
    severity: "error",
    from: { path: folders(layer) },
    to: { path: folders(layer), pathNot: "^src/$1/" },
  }));

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "stages-are-entered-through-their-index",
      severity: "error",
      from: { path: "^src/([^/]+)", pathNot: tests },
      to: { path: folders(stages), pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$", "^src/api/contract/"] },
    },
    {
      name: "clients-know-only-the-contract",
      severity: "error",
      from: { path: "^src/(cli|web)/", pathNot: tests },
      to: { path: folders(layers.slice(4, 6).flat()), pathNot: "^src/api/contract/" },
    },
    {
      name: "formats-are-pure",
      severity: "error",
      from: { path: "^src/(formats|languages|metric|event)/", pathNot: tests },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(buffer|zlib|crypto)$" },
    },
    {
      name: "only-the-root-starts-things",
      severity: "error",
      from: {
        pathNot: `^src/(main|program|agent|agent-answers|agent-claims|agent-config)\\.ts|${tests}|^test/|^bench/`,
      },
      to: { path: "^src/(main|program|agent|agent-answers|agent-claims|agent-config)\\.ts$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
  },
};
