// Discord's Markdown → a tree of plain values. Pure: no document, no lookups, bounded depth; `markdown-view.js` turns the tree into
// elements. Nodes are `{type, children?, text?, …}`; text that means nothing special stays text.

const maxDepth = 12;

/** A message's text as a list of block nodes: heading, small, quote, list, code, paragraph. */
export function parse(text) {
  return blocks(String(text ?? "").replace(/\r\n?/g, "\n"), 0);
}

const fence = /```(?:([a-zA-Z0-9_+\-.#]+)\n)?\n*([\s\S]+?)\n*```/y;
const heading = /(#{1,3}) +([^\n]+)(?:\n|$)/y;
const small = /-# +([^\n]+)(?:\n|$)/y;
const quoteRest = />>> ([\s\S]*)/y;
const quoteLines = /(?:> ?[^\n]*(?:\n|$))+/y;
const listItems = /(?: {0,8}(?:[-*]|\d{1,9}\.) +[^\n]+(?:\n|$))+/y;

function at(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function blocks(text, depth) {
  const out = [];
  let paragraph = "";
  const flush = () => {
    const body = paragraph.replace(/\n$/, "");
    if (body !== "") out.push({ type: "paragraph", children: inline(body, depth) });
    paragraph = "";
  };
  const push = (node) => {
    flush();
    out.push(node);
  };
  for (let position = 0; position < text.length; ) {
    let match;
    if ((match = at(fence, text, position))) push(codeBlock(match));
    else if ((match = at(heading, text, position)))
      push({ type: "heading", level: match[1].length, children: inline(match[2], depth) });
    else if ((match = at(small, text, position))) push({ type: "small", children: inline(match[1], depth) });
    else if (depth === 0 && (match = at(quoteRest, text, position))) push({ type: "quote", children: blocks(match[1], depth + 1) });
    else if (depth === 0 && (match = at(quoteLines, text, position)) && match[0].startsWith("> "))
      push({ type: "quote", children: blocks(match[0].replace(/^> ?/gm, "").replace(/\n$/, ""), depth + 1) });
    else if ((match = at(listItems, text, position))) list(match[0], depth).forEach(push);
    else {
      const line = takeLine(text, position);
      paragraph += line;
      position += line.length;
      continue;
    }
    position += match[0].length;
    if (match[0].startsWith("```") && text[position] === "\n") position++;
  }
  flush();
  return out;
}

/** A line with its newline, or more when a code fence opens in the middle of it. */
function takeLine(text, position) {
  let end = text.indexOf("\n", position);
  end = end < 0 ? text.length : end + 1;
  const open = text.slice(position, end).indexOf("```");
  if (open < 0) return text.slice(position, end);
  const match = at(fence, text, position + open);
  return match ? text.slice(position, position + open + match[0].length) : text.slice(position, end);
}

const codeBlock = (match) => ({ type: "code", language: match[1] ?? "", text: match[2] });

/** Consecutive list lines as lists, nested by indentation; bullets and numbers make lists of their own. */
function list(text, depth) {
  const items = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => /^( *)([-*]|\d+\.) +(.*)$/.exec(line))
    .map(([, indent, bullet, body]) => ({ indent: indent.length, bullet, body }));
  let index = 0;
  const take = (indent, level) => {
    const ordered = /\d/.test(items[index].bullet);
    const node = { type: "list", ordered, start: ordered ? parseInt(items[index].bullet, 10) : 1, children: [] };
    while (index < items.length) {
      const item = items[index];
      if (node.children.length > 0 && item.indent <= indent && /\d/.test(item.bullet) !== ordered) break;
      if (item.indent > indent && node.children.length > 0 && level < 6) {
        node.children.at(-1).children.push(take(item.indent, level + 1));
      } else if (item.indent < indent && level > 0) break;
      else if (level > 0 && item.indent > indent) break;
      else {
        node.children.push({ type: "item", children: inline(item.body, depth) });
        index++;
      }
    }
    return node;
  };
  const lists = [];
  while (index < items.length) lists.push(take(items[index].indent, 0));
  return lists;
}

const wrap = (type) => (match, depth) => ({ type, children: inline(match[1], depth + 1) });
const mention = (kind) => (match) => ({ type: "mention", kind, id: match[1] });
const link = (address, children) => ({ type: "link", address, children });

/** Tried in this order at every position that starts with a special character. */
const rules = [
  [/\\([^a-zA-Z0-9\s])/y, (match) => ({ type: "text", text: match[1] })],
  [fence, codeBlock],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (match) => ({ type: "span", text: match[2].trim() || match[2] })],
  [/\*\*\*((?:[^*\\]|\\.|\*\*?(?!\*))+?)\*\*\*/y, (m, depth) => ({ type: "bold", children: [wrap("italic")(m, depth + 1)] })],
  [/\*\*((?:\\.|`[^`]*`|`(?![^`]*`)|\*(?!\*)|[^*\\`])+?)\*\*(?!\*)/y, wrap("bold")],
  [/__((?:\\.|_(?!_)|[^_\\])+?)__(?!_)/y, wrap("underline")],
  [/\*(?![\s*])((?:\\.|\*\*[^*]+\*\*|[^*\\])+?)(?<!\s)\*(?!\*)/y, wrap("italic")],
  [/(?<![A-Za-z0-9])_((?:\\.|__[^_]+__|[^_\\])+?)_(?![A-Za-z0-9_])/y, wrap("italic")],
  [/~~([\s\S]+?)~~(?!~)/y, wrap("strike")],
  [/\|\|([\s\S]+?)\|\|/y, wrap("spoiler")],
  [/\[([^\]\n]{1,500})\]\(<?(https?:\/\/[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)>?(?: "([^"\n]*)")?\)/y,
    (match, depth) => ({ ...link(match[2], inline(match[1], depth + 4)), title: match[3] })],
  [/<(https?:\/\/[^\s<>]+)>/y, (match) => link(match[1], [{ type: "text", text: match[1] }])],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])!?|*_~]/y, (match) => link(match[0], [{ type: "text", text: match[0] }])],
  [/<@!?(\d{1,20})>/y, mention("user")],
  [/<@&(\d{1,20})>/y, mention("role")],
  [/<#(\d{1,20})>/y, mention("channel")],
  [/<\/([^:>\n]{1,100}):(\d{1,20})>/y, (match) => ({ type: "mention", kind: "command", id: match[2], name: match[1] })],
  [/@(everyone|here)\b/y, (match) => ({ type: "mention", kind: "all", name: match[1] })],
  [/<a?:(\w{2,32}):(\d{1,20})>/y, (match) => ({ type: "emoji", name: match[1] })],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (match) => ({ type: "time", seconds: Number(match[1]), style: match[2] ?? "f" })],
];
const special = /[\\`*_~|[<@h]/g;

/** Inline nodes of a run of text. */
export function inline(text, depth = 0) {
  const out = [];
  const addText = (piece) => {
    if (out.at(-1)?.type === "text") out.at(-1).text += piece;
    else if (piece !== "") out.push({ type: "text", text: piece });
  };
  if (depth >= maxDepth) {
    addText(text);
    return out;
  }
  let position = 0;
  while (position < text.length) {
    special.lastIndex = position;
    const next = special.exec(text)?.index ?? text.length;
    addText(text.slice(position, next));
    position = next;
    if (position >= text.length) break;
    const [node, length] = ruleAt(text, position, depth) ?? [{ type: "text", text: text[position] }, 1];
    if (node.type === "text") addText(node.text);
    else out.push(node);
    position += length;
  }
  return out;
}

function ruleAt(text, position, depth) {
  for (const [pattern, build] of rules) {
    const match = at(pattern, text, position);
    if (match) return [build(match, depth), match[0].length];
  }
  return null;
}

/** The text of a tree without its marks, for previews and reply lines. */
export function plain(nodes) {
  return nodes
    .map((node) => {
      if (node.type === "mention") return node.name ? `@${node.name}` : `<${node.kind}>`;
      if (node.type === "emoji") return `:${node.name}:`;
      if (node.type === "spoiler") return "▮▮▮";
      return node.text ?? plain(node.children ?? []);
    })
    .join("");
}
