// The node that this agent is.
export { type NodeConfig, nodeConfig } from "./config.ts";
export { localAddressOf } from "./local-address.ts";
export { type NodeIdentity, type NodeIdentityNeeds, readNodeIdentity } from "./node-identity.ts";
