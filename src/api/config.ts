// What an operator may set about the API: addresses, TLS, limits, bastion hops.
import * as z from "zod";
import { byteSize, duration, oneOrMore, path, secret } from "../kernel/schema.ts";
import { isAddressRange } from "../transports/address-list.ts";
import { parseListenAddress } from "./listen-address.ts";

const listenAddress = z
  .string()
  .refine((text) => parseListenAddress(text) !== undefined, "expected host:port or [IPv6]:port")
  .meta({ examples: ["127.0.0.1:6777", "[::1]:6777", "0.0.0.0:6777"] });

const fingerprint = z
  .string()
  .regex(/^(sha256[:/])?([0-9a-f]{2}:?){32}$/i, "expected the SHA-256 of a certificate in hexadecimal");

const hostPattern = z
  .string()
  .refine(
    (text) => isAddressRange(text) || /^(\*\.)?[\w.-]+$/.test(text),
    "expected a host name, *.domain, an address or a CIDR range",
  );

const hopRule = z.strictObject({
  match: oneOrMore(hostPattern).describe("Host names, `*.domain`, addresses or CIDR ranges of the next hop."),
  ca: path().optional().describe("Verify the hop's certificate against this CA file."),
  pin: fingerprint.optional().describe("Accept only the certificate with this SHA-256."),
  token: secret().optional().describe("Sent to this hop as `Authorization: Bearer`."),
});

const proxyConfig = z.strictObject({
  deadline: duration().prefault("180s").describe("For the whole chain behind this agent."),
  max_hops: z.int().min(1).max(64).default(16).describe("Hops that one request may still have before it."),
  targets: z
    .array(hostPattern)
    .default([])
    .describe(
      "Hops that may be asked: names, `*.domain`, addresses or CIDR ranges. Empty: all but this host's own.",
    ),
  verify: z.boolean().default(false).describe("Verify hops without a rule against the system's authorities."),
  hops: z.array(hopRule).default([]).describe("How to trust which hop; the first rule that matches counts."),
  answer_limit: byteSize().prefault("16MiB").describe("Bytes of an answer that are passed on."),
});

const tlsConfig = z
  .strictObject({
    certificate: path()
      .optional()
      .describe("PEM file; made on first start in the state directory when absent."),
    key: path().optional().describe("PEM file of its private key, not readable by everybody."),
    client_ca: path().optional().describe("Authorities whose client certificates name callers."),
    client_crl: path().optional().describe("Revoked client certificates."),
    client_certificate: z
      .enum(["optional", "required"])
      .default("optional")
      .describe("Whether a caller without a certificate may pass."),
    reload_every: duration().prefault("30s").describe("How often the files are looked at for a change."),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    "expected certificate and key together, or neither",
  );

export const apiConfig = z.strictObject({
  listen: oneOrMore(listenAddress)
    .optional()
    .describe("Addresses; when absent loopback, or every address once `allow` opens the agent to somebody."),
  port: z.int().min(0).max(65_535).default(6777).describe("Port where `listen` is absent."),
  allow: z
    .array(z.string())
    .default([])
    .describe("Hosts that may connect: addresses and CIDR ranges, besides this host itself."),
  names: oneOrMore(z.string().min(1).max(255))
    .default([])
    .describe(
      "Names, or `*.domain`, by which this agent is asked besides its host name and those of its certificate; requests for any other are refused.",
    ),
  tls: tlsConfig.prefault({}),
  max_connections: z
    .int()
    .min(1)
    .default(1000)
    .describe("Connections served at once; as many again may wait."),
  max_body: byteSize().prefault("16MiB").describe("Bytes of a request's body; larger ones get 413."),
  head_deadline: duration().prefault("10s").describe("For the TLS handshake, and for the head of a request."),
  request_deadline: duration().prefault("60s").describe("Until the last byte of a request is there."),
  idle_deadline: duration()
    .prefault("180s")
    .describe(
      "How long a connection is kept over which nothing moves: idle, or with an answer that nobody reads.",
    ),
  request_counts: z.boolean().default(false).describe("Count answers for GET /status/request."),
  proxy: proxyConfig.prefault({}),
});

export type ApiConfig = z.output<typeof apiConfig>;
export type ProxyConfig = ApiConfig["proxy"];
