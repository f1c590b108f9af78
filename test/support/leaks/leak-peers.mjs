// Other sides that the agent speaks to: they take everything, refuse everything, or never say a word.
import { createSocket } from "node:dgram";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import { freePort } from "./inspected-agent.mjs";

function listening(server, more = {}) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  return new Promise((resolve) =>
    server.listen(more.path ?? { port: 0, host: "127.0.0.1" }, () =>
      resolve({
        port: server.address().port,
        ...more,
        stop() {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      }),
    ),
  );
}

/** Answers every request with this status and text. */
export function httpPeer({ status = 200, text = "" } = {}) {
  const server = createHttp((request, response) => {
    request.resume();
    request.once("end", () => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(status === 204 ? undefined : text);
    });
  });
  return listening(server);
}

/** Takes connections and what comes, and counts them. */
export async function silentPeer() {
  const state = { count: 0 };
  const server = createServer((socket) => {
    state.count += 1;
    socket.resume();
  });
  return Object.assign(await listening(server), { counted: () => state.count });
}

/** Takes text and closes when the other side has ended: carbon. */
export const linePeer = () =>
  listening(
    createServer({ allowHalfOpen: true }, (socket) => socket.resume().once("end", () => socket.end())),
  );

/** Nobody listens there. */
export const nobody = async () => ({ port: await freePort(), stop() {} });

export async function datagramPeer() {
  const socket = createSocket("udp4");
  await new Promise((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { port: socket.address().port, stop: () => socket.close() };
}

/** nsqd over TCP: every command but the magic and NOP is answered with this frame. */
export function nsqdPeer({ answer = "OK", type = 0 } = {}) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(answer.length + 4, 0);
  head.writeUInt32BE(type, 4);
  const frame = Buffer.concat([head, Buffer.from(answer)]);
  return listening(
    createServer((socket) => {
      let rest = Buffer.alloc(0);
      let isMagic = true;
      socket.on("data", (bytes) => {
        rest = Buffer.concat([rest, bytes]);
        if (isMagic && rest.length >= 4) {
          isMagic = false;
          rest = rest.subarray(4);
        }
        for (;;) {
          const line = rest.indexOf("\n");
          if (isMagic || line < 0 || rest.length < line + 5) return;
          const isEmpty = rest.subarray(0, line).toString() === "NOP";
          const end = isEmpty ? line + 1 : line + 5 + rest.readUInt32BE(line + 1);
          if (rest.length < end) return;
          rest = rest.subarray(end);
          if (!isEmpty) socket.write(frame);
        }
      });
    }),
  );
}

/** A mail server that says the same of every recipient. */
export function smtpPeer({ recipient = "250 ok" } = {}) {
  return listening(
    createServer((socket) => {
      let rest = "";
      let isBody = false;
      socket.write("220 here\r\n");
      socket.on("data", (bytes) => {
        rest += bytes.toString("latin1");
        for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 2);
          if (isBody && line !== ".") continue;
          const word = isBody ? "." : line.slice(0, 4).toUpperCase();
          isBody = word === "DATA";
          const said = { RCPT: recipient, DATA: "354 go on", QUIT: "221 bye" }[word] ?? "250 ok";
          socket.write(`${said}\r\n`);
          if (word === "QUIT") socket.end();
        }
      });
    }),
  );
}

/** A Docker engine on a unix socket with one container. */
export function dockerPeer(path) {
  const id = "a".repeat(64);
  const cpu = { cpu_usage: { total_usage: 1e9, usage_in_usermode: 1e9 }, system_cpu_usage: 1e12 };
  const answers = {
    "/version": { Version: "24.0.9", ApiVersion: "1.43", MinAPIVersion: "1.24", Os: "linux" },
    "/containers/json": [{ Id: id, Names: ["/web"], Image: "nginx:1", State: "running", Labels: {} }],
    "/images/json": [{ Id: `sha256:${"7".repeat(64)}`, RepoTags: ["nginx:1"] }],
  };
  const server = createHttp((request, response) => {
    const url = request.url.replace(/^\/v1\.\d+/, "").replace(/\?.*$/, "");
    response.writeHead(200, { "content-type": "application/json" });
    if (url.startsWith("/events")) return response.flushHeaders();
    const own = url.endsWith("/stats")
      ? {
          id,
          read: new Date().toISOString(),
          cpu_stats: cpu,
          precpu_stats: cpu,
          memory_stats: { usage: 1, limit: 2 },
        }
      : {
          Id: id,
          Name: "/web",
          Image: `sha256:${"7".repeat(64)}`,
          State: { Running: true },
          Config: { Image: "nginx:1", Labels: {} },
        };
    response.end(JSON.stringify(answers[url] ?? own));
  });
  return listening(server, { path });
}
