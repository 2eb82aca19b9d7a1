#!/usr/bin/env bash
# Makes .venv and installs a requirements file into it, unless that was done with the same file before.
# usage: python-environment.sh REQUIREMENTS [ENVIRONMENT]
set -euo pipefail

requirements=$1
environment=${2:-.venv}
stamp="$environment/$(sha256sum "$requirements" | cut -c1-16).installed"
[ -e "$stamp" ] && exit 0
if ! python3 -c 'import ensurepip' 2>/dev/null; then "$(dirname "$0")/install-system-packages.sh" python3-venv; fi
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
touch "$stamp"
