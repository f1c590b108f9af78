// What Docker engines answer, written after the Engine API's reference and cut to what a container of one service has.
export interface StandInContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Multiplies what it has used; 1 when absent. */
  readonly load?: number;
}

/** Releases by the API that they speak. */
const releases: Readonly<Record<string, string>> = {
  "1.41": "20.10.24",
  "1.42": "23.0.6",
  "1.43": "24.0.9",
  "1.44": "25.0.5",
  "1.45": "26.1.4",
  "1.46": "27.1.1",
  "1.47": "27.5.1",
};

export const apiVersions = Object.keys(releases);

export function versionOf(api: string) {
  return {
    Platform: { Name: "Docker Engine - Community" },
    Components: [{ Name: "Engine", Version: releases[api], Details: { ApiVersion: api, Os: "linux" } }],
    Version: releases[api],
    ApiVersion: api,
    MinAPIVersion: "1.24",
    Os: "linux",
    Arch: "amd64",
    KernelVersion: "6.1.0-18-amd64",
  };
}

export function listRowOf({ id, name, image }: StandInContainer) {
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: `sha256:${"7".repeat(64)}`,
    Command: "/docker-entrypoint.sh serve",
    Created: 1_720_000_000,
    Ports: [{ IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" }],
    Labels: { "com.docker.compose.project": "shop" },
    State: "running",
    Status: "Up 3 hours",
    HostConfig: { NetworkMode: "bridge" },
    Mounts: [],
  };
}

export function inspectOf({ id, name, image }: StandInContainer) {
  return {
    Id: id,
    Created: "2024-07-03T09:46:40.1Z",
    Path: "/docker-entrypoint.sh",
    Args: ["serve"],
    State: { Status: "running", Running: true, Pid: 4242, StartedAt: "2024-07-03T09:46:41.1Z" },
    Image: `sha256:${"7".repeat(64)}`,
    Name: `/${name}`,
    HostConfig: {
      NetworkMode: "bridge",
      LogConfig: { Type: "splunk", Config: { "splunk-token": "log-token", "splunk-url": "https://log" } },
    },
    Config: {
      Hostname: id.slice(0, 12),
      Env: ["PATH=/usr/bin", "DB_PASSWORD=hunter2"],
      Image: image,
      Labels: {
        "com.docker.compose.project": "shop",
        "org.opencontainers.image.authors": "shop@example.net",
        "traefik.basicauth.users": "admin:hash",
        API_KEY: "label-key",
      },
    },
    NetworkSettings: { Networks: { bridge: { IPAddress: "172.17.0.2" } } },
  };
}

/** Control groups of version 2 from API 1.41 on. */
export function statsOf({ id, name, load = 1 }: StandInContainer) {
  return {
    read: "2024-07-03T12:00:00.1Z",
    preread: "0001-01-01T00:00:00Z",
    pids_stats: { current: 5, limit: 18_446_744_073_709_552_000 },
    num_procs: 0,
    cpu_stats: {
      cpu_usage: {
        total_usage: 3e9 * load,
        usage_in_kernelmode: 1e9 * load,
        usage_in_usermode: 2e9 * load,
      },
      system_cpu_usage: 9e15,
      online_cpus: 4,
    },
    memory_stats: {
      usage: 5_000_000,
      limit: 8_000_000_000,
      stats: {
        ...{ anon: 2_000_000, file: 1_500_000, file_mapped: 500_000, unevictable: 0 },
        ...{ active_anon: 10_000, inactive_anon: 1_990_000, active_file: 900_000, inactive_file: 600_000 },
        ...{ pgfault: 1000 * load, pgmajfault: 10 * load, slab: 300_000, sock: 4096 },
      },
    },
    name: `/${name}`,
    id,
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 } },
  };
}
