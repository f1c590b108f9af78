// The door: HTTPS and the unix socket in front of everything else.
export { accessConfig } from "./access/config.ts";
export { type Api, type ApiNeeds, apiModule, listenAddresses } from "./api.ts";
