// Mails as they are written when the operator brings no templates. Files of the same names replace them.

const checkSubject = `{{ check.state | upper }}: {{ check.display_name or check.name }} on {{ check.host or node.display_name or node.name }}`;

const checkText = `{{ check.display_name or check.name }} is {{ check.state }}; it was {{ check.old_state }}.

Node:   {{ node.name }}{% if node.address %} ({{ node.address }}){% endif %}{% if node.display_name %} [{{ node.display_name }}]{% endif %}

{%- if check.host %}
Host:   {{ check.host }}
{%- endif %}
Check:  {{ check.id }}
Time:   {{ _time }}

{{ check.output }}
{%- if check.notes %}

{{ check.notes }}
{%- endif %}
`;

const flappingSubject = `FLAPPING {{ flapping | upper }}: {{ check.display_name or check.name }} on {{ check.host or node.display_name or node.name }}`;

const flappingText = `{% if flapping == "start" -%}
{{ check.display_name or check.name }} changes its state too often. Nothing more is told of it until it is steady.
{%- else -%}
{{ check.display_name or check.name }} is steady again: {{ check.state }}.
{%- endif %}

Node:   {{ node.name }}{% if node.address %} ({{ node.address }}){% endif %}{% if node.display_name %} [{{ node.display_name }}]{% endif %}
Check:  {{ check.id }}
Time:   {{ _time }}

{{ check.output }}
`;

const groupSubject = `{{ node.display_name or node.name }} {% if group_modification == "add" %}is in the group{% else %}has left the group{% endif %} {{ group }}`;

const groupText = `The node {{ node.name }}{% if node.address %} ({{ node.address }}){% endif %} {% if group_modification == "add" %}is now in{% else %}is no longer in{% endif %} the group {{ group }}.

Time:   {{ _time }}
`;

const nodeSubject = `NODE {{ changed_node.state | upper }}: {{ changed_node.display_name or changed_node.name }}`;

const nodeText = `The node {{ changed_node.name }}{% if changed_node.addr %} ({{ changed_node.addr }}){% endif %}{% if changed_node.display_name %} [{{ changed_node.display_name }}]{% endif %} is {{ changed_node.state }}; it was {{ changed_node.old_state }}.

Told by: {{ node.name }}
Time:    {{ _time }}
`;

const complianceSubject = `{{ compliance.get_state() }}: {{ compliance.get_name() }} on {{ node.display_name or node.name }}`;

const complianceText = `{{ compliance.get_name() }} is {{ compliance.get_state() }}; it was {{ compliance.get_old_state() }}.

Node:       {{ node.name }}{% if node.address %} ({{ node.address }}){% endif %}{% if node.display_name %} [{{ node.display_name }}]{% endif %}
Compliance: {{ compliance.compliance_name }}
Mode:       {{ compliance.mode }}
Time:       {{ _time }}
{% for info in compliance.infos %}
{{ info.state }}: {{ info.text }}
{%- endfor %}
`;

/** Every name that the older system, its README and its packs give to a template of mails (contract opsbro §6.2). */
export const shippedTemplates: ReadonlyMap<string, string> = new Map([
  ["mail.subject.tpl", checkSubject],
  ["mail.text.tpl", checkText],
  ["email.subject.tpl", checkSubject],
  ["email.text.tpl", checkText],
  ["mail-check-subject.tpl", checkSubject],
  ["mail-check-text.tpl", checkText],
  ["mail-flapping-subject.tpl", flappingSubject],
  ["mail-flapping-text.tpl", flappingText],
  ["mail-group-subject.tpl", groupSubject],
  ["mail-group-text.tpl", groupText],
  ["mail-node-subject.tpl", nodeSubject],
  ["mail-node-text.tpl", nodeText],
  ["mail-compliance-subject.tpl", complianceSubject],
  ["mail-compliance-text.tpl", complianceText],
]);
