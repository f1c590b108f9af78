// Templates of mails and generated files, in Jinja's language.

export type { SpaceOptions } from "./cut.ts";
export type { TemplateLimits } from "./frame.ts";
export { compileTemplate, type Template, type TemplateOptions } from "./template.ts";
export { TemplateError } from "./template-error.ts";
