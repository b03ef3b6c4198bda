#!/bin/sh
# Lets Prism, which nobody here wrote, referee what the client sends. Needs node and the npm registry;
# says so and ends with success if they are not there.
# Usage: templates/checks/prism/check.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work="$here/../../target/prism"
port=${PORT:-4010}

if ! command -v npm > /dev/null; then
    echo "skipped: npm is not installed"
    exit 0
fi
mkdir -p "$work"
if [ ! -x "$work/node_modules/.bin/prism" ]; then
    if ! npm install --no-audit --no-fund --prefix "$work" @stoplight/prism-cli@5.14.2 > "$work/npm.log" 2>&1; then
        echo "skipped: @stoplight/prism-cli cannot be installed, see $work/npm.log"
        exit 0
    fi
fi
sed "s/PORT/$port/" "$here/openapi.yaml" > "$work/openapi.yaml"
"$work/node_modules/.bin/prism" mock --errors --port "$port" "$work/openapi.yaml" > "$work/prism.log" 2>&1 &
prism=$!
trap 'kill "$prism"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    grep -q "Prism is listening" "$work/prism.log" && break
    sleep 1
done
PRISM="http://127.0.0.1:$port" cargo test --manifest-path "$here/../../Cargo.toml" --test prism -- --nocapture
