# !/bin/sh Checks the requests of the client with Prism, an independent mock server. Needs node and
# the npm registry; without them, it prints a message and succeeds. Usage:
# templates/checks/prism/check.sh
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
waited=0
until grep -q "Prism is listening" "$work/prism.log"; do
    if [ "$waited" -ge 120 ] || ! kill -0 "$prism" 2> /dev/null; then
        cat "$work/prism.log"
        echo "Prism did not start; see above"
        exit 1
    fi
    sleep 1
    waited=$((waited + 1))
done
PRISM="http://127.0.0.1:$port" cargo test --manifest-path "$here/../../Cargo.toml" --test prism -- --nocapture
