"""Writes Tests/NeuralTests/Fixtures/templates.json: chat templates in the manner of the published families, conversations, and
what jinja2 makes of them with the settings that `transformers` uses (trim_blocks, lstrip_blocks, tojson without escapes)."""

import json
from pathlib import Path

from jinja2.exceptions import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

FIXTURES = Path(__file__).parents[2] / "Tests/NeuralTests/Fixtures"


def refuse(message):
    raise TemplateError(message)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    env.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)
    env.globals["raise_exception"] = refuse
    return env


def rendered(template, start, end, messages):
    turns = [{"role": role, "content": content} for role, content in messages]
    try:
        return environment().from_string(template).render(
            messages=turns, add_generation_prompt=True, bos_token=start, eos_token=end)
    except (TemplateError, TypeError):
        return None


CHATML = """{% for message in messages %}
{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{% endfor %}
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
"""
CHATML_WITH_SYSTEM = """{%- if tools %}{{- '<tools>' }}{% for tool in tools %}{{ tool | tojson }}{% endfor %}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
REASONING = """{%- set ns = namespace(multi_step=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step and message.role == "user" and message.content is string and not(message.content.startswith('<r>') and message.content.endswith('</r>')) %}
        {%- set ns.multi_step = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}{%- set content = message.content %}{%- else %}{%- set content = '' %}{%- endif %}
    {%- if message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thought = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last and (loop.last or (not loop.last and thought)) %}
            {{- '<|im_start|>' + message.role + '\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""
INSTRUCT = """{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}\
{% else %}{% set rest = messages %}{% set system = false %}{% endif %}\
{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Roles must alternate.') }}{% endif %}\
{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}\
{% else %}{% set content = message['content'] %}{% endif %}\
{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}\
{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""
HEADERS = """{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- else %}{%- set date_string = "26 Jul 2024" %}{%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}{{- raise_exception("One tool call at once.") }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}{%- set tools = none %}{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{#- This block checks for alternating user/assistant messages. #}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("After the optional system message, roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}{{- "[AVAILABLE_TOOLS]" }}{%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported!") }}
    {%- endif %}
{%- endfor %}
"""
LINES = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""
WITH_MACRO = """{%- macro said(role, content='nothing', loud=false) -%}
  <{{ role }}>{{ content | upper if loud else content }}</{{ role }}>
{%- endmacro -%}
{{ said('start') }}{% for m in messages if m.role != 'system' %}{{ said(m.role, m.content, loud=loop.first) }}
{% else %}nobody{% endfor %}"""
PARTS = {
    "numbers": "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 * 3 + 1 }} {{ 1 < 2 }} {{ 10 - 2 - 3 }} {{ -3 + 5 }} {{ 3 >= 3 }}",
    "text": "{{ 'a' ~ 1 ~ none }} {{ 'abc'[0] }}{{ 'abc'[-1] }}{{ 'abcdef'[1:4] }}{{ 'abcdef'[::-1] }} {{ 'b' in 'abc' }} {{ 'x' not in 'abc' }}",
    "lists": "{{ [1, 2, 3][1:] | length }}{{ [1, 2] + [3] | list | length }}{{ ['a', 'b'] | join('-') }}{{ [3, 1] | first }}{{ (1, 2) | last }}{{ 2 in [1, 2] }}",
    "maps": "{% set m = {'a': 1, 'b': 'x'} %}{{ m.a }}{{ m['b'] }}{{ m.get('c', 'none') }}{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}{{ 'a' in m }}{{ m | tojson }}",
    "tests": "{{ x is defined }}{{ messages is defined }}{{ none is none }}{{ 'a' is string }}{{ 3 is number }}{{ [] is iterable }}{{ {} is mapping }}{{ true is true }}{{ 4 is even }}{{ x is not defined }}",
    "logic": "{{ 'a' or 'b' }}{{ '' or 'b' }}{{ 'a' and 'b' }}{{ not '' }}{{ 'y' if x is defined else 'n' }}{{ 'y' if false }}|{{ x | default('d') }}{{ '' | default('e', true) }}",
    "scopes": "{% set a = 1 %}{% for i in range(3) %}{% set a = i %}{{ a }}{% endfor %}{{ a }}{% set n = namespace(v=0) %}{% for i in [1,2,3] %}{% set n.v = n.v + i %}{% endfor %}{{ n.v }}",
    "loops": "{% for i in range(6) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{{ loop.index }}{{ loop.first }}{{ loop.last }},{% endfor %}",
    "capture": "{% set text %}a{{ 1 }}\nb{% endset %}[{{ text }}]",
    "methods": "{{ '  a b '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'a,b,c'.split(',')[1] }}|{{ 'a b'.split() | length }}|{{ 'Ab'.upper() }}{{ 'Ab'.lower() }}|{{ 'aXbX'.replace('X', '-') }}|{{ 'a' | capitalize }}",
    "json": "{{ 'a\"b\\n\\\\é\\t🦙' | tojson }}{{ [1, true, none, {'k': 'v'}] | tojson }}{{ 1.5 | tojson }}",
    "white space": "a\n  {% if true %}\n  b\n  {%- endif %}\n\n c {{- ' d ' -}} e\n{# note #}\nf\n  {#- note -#}\n g{% if 1 %} h{% endif %}\n{%+ if 1 %}i{% endif %}",
    "ends with a line": "x\n{% if true %}\ny\n{% endif %}\n\n",
    "quotes": "{{ \"it's }}\" }}{{ 'a' 'b' }}{{ '%}' }}{% set d = {'a': {'b': 2}} %}{{ d.a.b }}",
    "refuses": "{{ raise_exception('no') }}",
    "select": "{{ messages | map(attribute='role') | join(',') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ messages | rejectattr('role', 'equalto', 'user') | map(attribute='role') | list | length }}",
    "strip lines": "{%- for m in messages -%}\n  {{- m.role -}}\n  , {{ m.content | trim }}\n{%- endfor %}",
}
TALK = [("user", "Hello there"), ("assistant", " Hi! "), ("user", "What is 2 + 3?\nSay it.")]
TALKS = {
    "": TALK,
    "with a system message": [("system", " Be brief. "), *TALK],
    "with thoughts": [("user", "Hm?"), ("assistant", "<think>\nWell.\n</think>\n\nYes."), ("user", "<r>x</r>"), ("assistant", "<think>a</think>b"), ("user", "Go é🦙")],
}
FAMILIES = {"ChatML": CHATML, "ChatML with its own system": CHATML_WITH_SYSTEM, "reasoning": REASONING, "[INST]": INSTRUCT,
            "headers": HEADERS, "Mistral": MISTRAL, "lines": LINES, "macro": WITH_MACRO}


def main():
    cases = []
    for name, template in FAMILIES.items():
        for talk, messages in TALKS.items():
            cases.append({"name": f"{name} {talk}".strip(), "template": template, "messages": messages})
    for name, template in PARTS.items():
        cases.append({"name": name, "template": template, "messages": TALK})
    for case in cases:
        case |= {"start": "<s>", "end": "</s>"}
        case["text"] = rendered(case["template"], case["start"], case["end"], case["messages"])
    (FIXTURES / "templates.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
    print(len(cases), "cases,", sum(c["text"] is None for c in cases), "refused")


if __name__ == "__main__":
    main()
