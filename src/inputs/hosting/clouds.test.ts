// What clouds tell their machines, answered by a local server as theirs do.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../kernel/clock.ts";
import { isNotEligible, type Reading } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";
import { metricsOfReading } from "../reading-metrics.ts";
import { firmware, hostOfFiles } from "./host-of-files.fixture.ts";
import { hostingCollectors } from "./index.ts";

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

interface Service {
  readonly url: string;
  /** Method and path of each request. */
  readonly asked: string[];
}

async function service(respond: Respond): Promise<Service> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

interface Recorded {
  readonly answers: Readonly<Record<string, string>>;
  /** A header without which nothing is answered. */
  readonly needs?: readonly [string, string];
}

function answering({ answers, needs }: Recorded): Respond {
  return (request, response) => {
    const allowed = needs === undefined || request.headers[needs[0]] === needs[1];
    const text = answers[`${request.method} ${request.url}`];
    response.statusCode = allowed ? (text === undefined ? 404 : 200) : 401;
    response.end(allowed ? (text ?? "not found") : "");
  };
}

function collectorNamed(name: string) {
  const found = hostingCollectors.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no collector ${name}`);
  return found;
}

interface Asking {
  readonly host: HostFiles;
  readonly url?: string;
  readonly signal?: AbortSignal;
}

async function readingOf(name: string, { host, url, signal }: Asking): Promise<Reading | string | undefined> {
  const collector = collectorNamed(name);
  const config = collector.config.parse(url === undefined ? {} : { url });
  const needs = { host, clock: systemClock, signal: signal ?? new AbortController().signal };
  const sample = await collector.read(config, needs);
  return isNotEligible(sample) ? sample.notEligible : collector.measure(sample, undefined);
}

const amazon = () => hostOfFiles(firmware({ sys_vendor: "Amazon EC2" }));
const ec2Answers = {
  "GET /latest/meta-data/instance-id": "i-0123456789abcdef0",
  "GET /latest/meta-data/instance-type": "t3.micro",
  "GET /latest/meta-data/ami-id": "ami-1",
  "GET /latest/meta-data/local-ipv4": "10.0.0.5",
  "GET /latest/meta-data/security-groups": "default\nweb\n",
  "GET /latest/meta-data/placement/availability-zone": "eu-west-1a",
  "GET /latest/meta-data/placement/region": "eu-west-1",
  "GET /latest/meta-data/iam/security-credentials/role": "never to be asked for",
};

describe("ec2", () => {
  it("with a token", async () => {
    const token = { ...ec2Answers, "PUT /latest/api/token": "TOKEN==" };
    const { url, asked } = await service((request, response) => {
      const needs =
        request.method === "PUT"
          ? ["x-aws-ec2-metadata-token-ttl-seconds", "60"]
          : ["x-aws-ec2-metadata-token", "TOKEN=="];
      answering({ answers: token, needs: needs as [string, string] })(request, response);
    });
    expect(await readingOf("ec2", { host: amazon(), url })).toEqual({
      "instance-id": "i-0123456789abcdef0",
      "instance-type": "t3.micro",
      "ami-id": "ami-1",
      "local-ipv4": "10.0.0.5",
      "security-groups": ["default", "web"],
      placement: { "availability-zone": "eu-west-1a", region: "eu-west-1" },
    });
    expect(asked[0]).toBe("PUT /latest/api/token");
    expect(asked.join()).not.toMatch(/iam|user-data|credentials/);
  });

  it.each([403, 404, 405, 500])(
    "of the first version, which answers %i to a token's request",
    async (status) => {
      const { url } = await service((request, response) => {
        if (request.method === "GET") return answering({ answers: ec2Answers })(request, response);
        response.statusCode = status;
        response.end();
      });
      expect(await readingOf("ec2", { host: amazon(), url })).toMatchObject({
        placement: { region: "eu-west-1" },
      });
    },
  );

  it.each([
    ["us-east-1d", "us-east-1"],
    ["us-west-2-lax-1a", "us-west-2"],
    ["us-gov-west-1b", "us-gov-west-1"],
  ])("finds the region of the zone %s", async (zone, region) => {
    const answers = { "GET /latest/meta-data/placement/availability-zone": zone };
    const { url } = await service(answering({ answers }));
    expect(await readingOf("ec2", { host: amazon(), url })).toMatchObject({ placement: { region } });
  });

  it("is a fault when the service knows nothing", async () => {
    const { url } = await service(answering({ answers: {} }));
    await expect(readingOf("ec2", { host: amazon(), url })).rejects.toMatchObject({
      code: "collector.unanswered",
    });
  });

  it("is a fault when nobody answers", async () => {
    const gone = await service(answering({ answers: {} }));
    const url = gone.url.replace(/\d+$/, "1");
    await expect(readingOf("ec2", { host: amazon(), url })).rejects.toMatchObject({
      code: "collector.unanswered",
    });
  });

  it("ends when its reading is over", async () => {
    const giveUp = new AbortController();
    const { url } = await service(() => giveUp.abort());
    await expect(readingOf("ec2", { host: amazon(), url, signal: giveUp.signal })).rejects.toThrow();
  });
});

it("alibaba", async () => {
  const answers = {
    "PUT /latest/api/token": "T",
    "GET /latest/meta-data/region-id": "cn-hangzhou",
    "GET /latest/meta-data/zone-id": "cn-hangzhou-i",
    "GET /latest/meta-data/instance-id": "i-bp1",
    "GET /latest/meta-data/instance/instance-type": "ecs.g6.large",
  };
  const { url, asked } = await service(answering({ answers }));
  const host = hostOfFiles(firmware({ sys_vendor: "Alibaba Cloud" }));
  expect(await readingOf("alibaba", { host, url })).toEqual({
    region: "cn-hangzhou",
    zone: "cn-hangzhou-i",
    "instance-id": "i-bp1",
    "instance-type": "ecs.g6.large",
  });
  expect(asked.join()).not.toMatch(/ram|user-data|credentials/);
});

/** Clouds that answer with one document. */
const documents = {
  azure: {
    files: firmware({ board_vendor: "Microsoft Corporation" }),
    path: "/metadata/instance?api-version=2021-02-01",
    needs: ["metadata", "true"],
    answer: {
      compute: {
        location: "westeurope",
        vmSize: "Standard_B1s",
        name: "vm1",
        osType: "Linux",
        vmId: "02aab8a4",
        platformFaultDomain: "0",
        tags: "env:prod;team:a",
        customData: "a secret",
        publicKeys: [{ keyData: "ssh-rsa AAAA" }],
        storageProfile: { osDisk: {} },
      },
      network: {
        interface: [
          { ipv4: { ipAddress: [{ privateIpAddress: "10.1.0.4", publicIpAddress: "203.0.113.7" }] } },
        ],
      },
    },
    reading: {
      location: "westeurope",
      vmSize: "Standard_B1s",
      name: "vm1",
      osType: "Linux",
      vmId: "02aab8a4",
      platformFaultDomain: "0",
      tags: "env:prod;team:a",
      private_ip: "10.1.0.4",
      public_ip: "203.0.113.7",
    },
  },
  googlecloud: {
    files: firmware({ board_vendor: "Google" }),
    path: "/computeMetadata/v1/instance/?recursive=true",
    needs: ["metadata-flavor", "Google"],
    answer: {
      id: 7_000_000_000_000_000_000,
      name: "vm1",
      hostname: "vm1.c.project.internal",
      zone: "projects/123/zones/europe-west1-b",
      machineType: "projects/123/machineTypes/e2-small",
      cpuPlatform: "Intel Broadwell",
      tags: ["http-server", "web"],
      attributes: { "ssh-keys": "a:ssh-rsa AAAA", "startup-script": "export SECRET=1" },
      serviceAccounts: { default: { email: "x@y" } },
      networkInterfaces: [{ ip: "10.132.0.2", accessConfigs: [{ externalIp: "203.0.113.8" }] }],
    },
    reading: {
      name: "vm1",
      hostname: "vm1.c.project.internal",
      cpuPlatform: "Intel Broadwell",
      zone: "europe-west1-b",
      machineType: "e2-small",
      tags: ["http-server", "web"],
      private_ip: "10.132.0.2",
      public_ip: "203.0.113.8",
    },
  },
  scaleway: {
    files: { "etc/scw-release": "" },
    path: "/conf?format=json",
    needs: undefined,
    answer: {
      id: "9d3b",
      name: "scw-1",
      hostname: "scw-1",
      commercial_type: "DEV1-S",
      tags: ["web", "prod"],
      location: { zone_id: "par1", node_id: "5" },
      public_ip: { address: "203.0.113.9", dynamic: false },
      private_ip: "10.2.0.5",
      ssh_public_keys: [{ key: "ssh-rsa AAAA" }],
    },
    reading: {
      id: "9d3b",
      name: "scw-1",
      hostname: "scw-1",
      commercial_type: "DEV1-S",
      private_ip: "10.2.0.5",
      zone: "par1",
      tags: ["web", "prod"],
      public_ip: "203.0.113.9",
    },
  },
  digitalocean: {
    files: firmware({ sys_vendor: "DigitalOcean" }),
    path: "/metadata/v1.json",
    needs: undefined,
    answer: {
      droplet_id: 2_756_294,
      hostname: "sample-droplet",
      region: "nyc3",
      tags: ["web"],
      vendor_data: "#cloud-config",
      public_keys: ["ssh-rsa AAAA"],
      interfaces: {
        public: [{ ipv4: { ip_address: "203.0.113.10" } }],
        private: [{ ipv4: { ip_address: "10.3.0.5" } }],
      },
    },
    reading: {
      droplet_id: "2756294",
      hostname: "sample-droplet",
      region: "nyc3",
      tags: ["web"],
      private_ip: "10.3.0.5",
      public_ip: "203.0.113.10",
    },
  },
} as const;

describe.each(Object.entries(documents))("%s", (name, { files, path, needs, answer, reading }) => {
  const host = () => hostOfFiles(files);
  const served = (text: string) =>
    service(answering({ answers: { [`GET ${path}`]: text }, ...(needs === undefined ? {} : { needs }) }));

  it("picks its facts, and no keys or scripts", async () => {
    const { url } = await served(JSON.stringify(answer));
    const found = await readingOf(name, { host: host(), url });
    expect(found).toEqual(reading);
    expect(metricsOfReading(collectorNamed(name), found as Reading, 1)).toEqual([]);
  });

  it.each([
    "{}",
    "[]",
    "null",
    "7",
    '"text"',
    '{"compute": 1, "tags": "x", "interfaces": [], "location": null}',
  ])("survives the answer %s", async (text) =>
    expect(await readingOf(name, { host: host(), url: (await served(text)).url })).toBeTypeOf("object"),
  );

  it.each(["", "{", "<html>"])("is a fault where the answer is %j", async (text) => {
    const { url } = await served(text);
    await expect(readingOf(name, { host: host(), url })).rejects.toMatchObject({
      code: "collector.unanswered",
    });
  });

  it("does not follow elsewhere", async () => {
    const other = await served(JSON.stringify(answer));
    const { url } = await service((_, response) =>
      response.writeHead(302, { location: other.url + path }).end(),
    );
    await expect(readingOf(name, { host: host(), url })).rejects.toThrow("the status is 302");
    expect(other.asked).toEqual([]);
  });

  it("does not read without end", async () => {
    const { url } = await served(JSON.stringify({ text: "x".repeat(1024 * 1024) }));
    await expect(readingOf(name, { host: host(), url })).rejects.toThrow("larger than 1048576 bytes");
  });

  it("asks nobody on any other host", async () => {
    const { url, asked } = await served(JSON.stringify(answer));
    expect(await readingOf(name, { host: hostOfFiles(), url })).toMatch(/^this host is none of /);
    expect(asked).toEqual([]);
  });
});

it("a service that says nothing is given up after two seconds", async () => {
  const { url } = await service(() => undefined);
  const host = hostOfFiles(documents.digitalocean.files);
  await expect(readingOf("digitalocean", { host, url })).rejects.toThrow("no answer within 2000 ms");
});

it.each(["ftp://x", "http://user:pw@169.254.169.254", "169.254.169.254"])(
  "%s is no address of a service",
  (url) => {
    expect(collectorNamed("ec2").config.safeParse({ url }).success).toBe(false);
  },
);

it.each(hostingCollectors.map((collector) => [collector.name, collector] as const))(
  "%s is described",
  (_name, collector) => {
    expect(collector.name).toMatch(/^[a-z0-9]+$/);
    expect(collector.summary).toMatch(/^[A-Z].*\.$/);
    expect(collector.config.parse({})).toEqual(collector.config.parse(collector.config.parse({})));
  },
);
