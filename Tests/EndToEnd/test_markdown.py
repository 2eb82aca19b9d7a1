"""The page's Markdown: what becomes what, and that no text can make it slow."""

import json

import pytest

from harness.process import Troupe

cases = {
    "**a** *b* ***c***": [["bold", "a"], " ", ["italic", "b"], " ", ["bold", ["italic", "c"]]],
    "__u__ _i_ ~~s~~ ||x||": [["underline", "u"], " ", ["italic", "i"], " ", ["strike", "s"], " ", ["spoiler", "x"]],
    "snake_case_name 2 * 3 * 4": ["snake_case_name 2 * 3 * 4"],
    r"\*not\* `**code**`": ["*not* ", ["span", "**code**"]],
    "**a `**` b**": [["bold", "a ", ["span", "**"], " b"]],
    "see https://a.example/b_c_d.": ["see ", ["link", "https://a.example/b_c_d"], "."],
    "[m](https://a.example) [n](javascript:x)": [["link", "m"], " [n](javascript:x)"],
    "<@1> <@!2> <@&3> <#4> @everyone": [["mention"], " ", ["mention"], " ", ["mention"], " ", ["mention"], " ", ["mention"]],
    "<t:5:R> <:wave:6> </paint give:7>": [["time"], " ", ["emoji"], " ", ["mention"]],
    "**unclosed": ["**unclosed"],
}

blocks = {
    "# A\n## B\n### C\n#### D": ["heading", "heading", "heading", "paragraph"],
    "-# small\ntext": ["small", "paragraph"],
    "> a\n> b\nc": ["quote", "paragraph"],
    ">>> a\nb": ["quote"],
    "- a\n  - b\n1. c": ["list", "list"],
    "a\n```py\n# no heading\n```\nb": ["paragraph", "code", "paragraph"],
}

slow = ["*", "**a", "_a", "||", "[", "`", "> ", "- ", "```", "~~a", "\\", "__a_", "*a**", "***a", "**`", "`a`**", "<t:", "[a](http://", "(a)", "https://."]


@pytest.fixture(scope="module")
def parse(emulator: Troupe, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(emulator.address + "/icon.svg")
    yield lambda text: page.evaluate("async text => (await import('/markdown.js')).parse(text)", text)
    context.close()


def brief(node: dict):
    if node["type"] == "text":
        return node["text"]
    inside = [brief(child) for child in node.get("children", [])] or ([node["text"]] if "text" in node else [])
    return [node["type"], *inside]


@pytest.mark.parametrize("text", cases, ids=repr)
def test_marks_within_a_line(parse, text: str) -> None:
    (paragraph,) = parse(text)
    assert [brief(node) for node in paragraph["children"]] == cases[text]


@pytest.mark.parametrize("text", blocks, ids=repr)
def test_blocks(parse, text: str) -> None:
    assert [node["type"] for node in parse(text)] == blocks[text]


def test_no_text_of_four_thousand_characters_takes_long(emulator: Troupe, browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(emulator.address + "/icon.svg")
    measure = """async texts => {
        const { parse } = await import('/markdown.js');
        const time = text => { const start = performance.now(); parse(text); return performance.now() - start; };
        // The best of three: a page may be made to wait by others.
        return texts.map(text => Math.min(time(text), time(text), time(text)));
    }"""
    texts = [(prefix + piece * 4000)[:4000] for piece in slow for prefix in ("", "**", "_", "> ")]
    taken = page.evaluate(measure, texts)
    context.close()
    worst = max(zip(taken, texts))
    assert worst[0] < 500, f"{worst[0]:.0f} ms for {json.dumps(worst[1][:20])}…"
