"""Draws how answers get better with examples, as an SVG for the card."""

COLOURS = ("#3b6fb6", "#c8553d", "#5a8f52", "#8a62a8", "#b8893a")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 560, 300, 44, 16, 36


def plot(lines, examples):
    """`lines`: {name: {examples: share}} → SVG."""
    x = lambda n: LEFT + n / max(examples) * 300
    y = lambda share: TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(f'<path d="M{LEFT} {y(share):.0f}H{x(max(examples)):.0f}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{y(share) + 4:.0f}" text-anchor="end" fill="#555">{share:.0%}</text>')
    for n in examples:
        parts.append(f'<text x="{x(n):.0f}" y="{HEIGHT - 18}" text-anchor="middle" fill="#555">{n}</text>')
    parts.append(f'<text x="{x(max(examples)) / 2 + LEFT / 2:.0f}" y="{HEIGHT - 3}" text-anchor="middle" fill="#555">examples</text>')
    labels = sorted(((shares[max(shares)], name) for name, shares in lines.items()), reverse=True)
    heights, last = {}, -20.0
    for share, name in labels:
        heights[name] = last = max(y(share) + 4, last + 15)
    for colour, (name, shares) in zip(COLOURS, lines.items()):
        points = " ".join(f"{x(n):.1f},{y(share):.1f}" for n, share in sorted(shares.items()))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(n):.1f}" cy="{y(share):.1f}" r="3" fill="{colour}"/>' for n, share in shares.items()]
        parts.append(f'<text x="{x(max(examples)) + 10:.0f}" y="{heights[name]:.0f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
