// The Docker engine of this host in the older system's shapes (contract opsbro §11.3, §12.4).
import { type DockerStatsAnswer, dockerStatsAnswer } from "../contract/docker.ts";
import { type AnswerDoc, defineRoute, type Route } from "../route.ts";

export interface DockerNeeds {
  readonly docker: {
    info(): Promise<{ readonly connected: boolean }>;
    containers(): Promise<readonly unknown[]>;
    /** Undefined: there is none. */
    container(id: string): Promise<unknown>;
    images(): Promise<readonly unknown[]>;
    image(id: string): Promise<unknown>;
    stats(): Promise<DockerStatsAnswer>;
  };
}

const none = { status: 404, json: { error: "there is none of that id" } };
const withheld = "Keys in lower case; left out is `Env`, and what is named like a secret.";

interface Asking {
  readonly path: string;
  readonly summary: string;
  readonly answer: AnswerDoc;
  readonly ask: (docker: DockerNeeds["docker"], id: string) => Promise<unknown>;
}

function asked({ path, summary, answer, ask }: Asking): Route<DockerNeeds> {
  const isOne = path.endsWith("/:id");
  const missing = isOne ? { 404: { description: "There is none of that id." } } : {};
  return defineRoute({
    ...{ method: "GET", path, summary, role: "read", answers: { 200: answer, ...missing } },
    async handle(_input: undefined, { docker: needed }: DockerNeeds, { params }) {
      const json = await ask(needed, params["id"] ?? "");
      return json === undefined ? none : { status: 200, json };
    },
  });
}

export const docker: readonly Route<DockerNeeds>[] = [
  asked({
    path: "/docker",
    summary: "Says whether a Docker engine answers on this host.",
    answer: { description: "True or false." },
    ask: async (engine) => (await engine.info()).connected,
  }),
  asked({
    path: "/docker/containers",
    summary: "Lists the containers that run, as the engine describes them.",
    answer: { description: withheld },
    ask: (engine) => engine.containers(),
  }),
  asked({
    path: "/docker/containers/:id",
    summary: "Describes one container that runs, by its id, the id's first twelve digits, or its name.",
    answer: { description: withheld },
    ask: (engine, id) => engine.container(id),
  }),
  asked({
    path: "/docker/images",
    summary: "Lists the images of this host, as the engine does.",
    answer: { description: withheld },
    ask: (engine) => engine.images(),
  }),
  asked({
    path: "/docker/images/:id",
    summary: "Describes one image, by its id with or without `sha256:`, or by a tag.",
    answer: { description: withheld },
    ask: (engine, id) => engine.image(id),
  }),
  asked({
    path: "/docker/stats",
    summary: "Tells what each container uses, and each image as the sum of its containers.",
    answer: { description: "From the collector `docker`.", schema: dockerStatsAnswer },
    ask: (engine) => engine.stats(),
  }),
];
