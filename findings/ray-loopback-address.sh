#!/usr/bin/env bash
# ray 2.60.0: told to be on 127.0.0.1, it is on the address by which other machines reach this one.
#
# Expected:  `ray.init(_node_ip_address="127.0.0.1")` begins a cluster whose processes have that
#            address, as `dashboard_host="127.0.0.1"` has it for the dashboard.
# Behaviour: the address is taken for a slip and replaced by the outward one. What does it is an
#            environment variable whose name speaks of other systems:
#            RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER=0, on Linux too, where it is on by default.
# Output:    the address of the head's own service, asked for either way.
# Way out:   the variable, set before `ray` is imported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check ray==2.60.0
cat > "$folder/begin.py" <<'PY'
import ray

told = ray.init(
    num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level=40,
    object_store_memory=100_000_000, _node_ip_address="127.0.0.1",
)
print(told.address_info["gcs_address"].rpartition(":")[0])
ray.shutdown()
PY
asked=$(RAY_USAGE_STATS_ENABLED=0 "$folder/venv/bin/python" "$folder/begin.py" | tail -1)
switched=$(RAY_USAGE_STATS_ENABLED=0 RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER=0 \
  "$folder/venv/bin/python" "$folder/begin.py" | tail -1)
echo "ray $("$folder/venv/bin/python" -c 'import ray; print(ray.__version__)')"
echo "expected: 127.0.0.1 where it is asked for"
echo "behaviour: asked for: $asked; with the variable: $switched"
if [ "$asked" = 127.0.0.1 ] || [ "$switched" != 127.0.0.1 ]; then
  echo "CHANGED: not as described above" >&2
  exit 1
fi
