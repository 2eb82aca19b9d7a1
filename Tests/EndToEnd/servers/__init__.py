"""Image servers that speak the APIs of real ones, strictly, and misbehave as real ones do when told to.

    python -m servers KIND [--port N] [--options JSON]

KIND is dalle-playground, openai, webui or comfyui. What a real server would silently pass over, such as fields that it does not
know, is written down as a violation. Tests tell a server how to behave, and ask what it has seen, at `/_test`.
"""
