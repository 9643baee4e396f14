#!/usr/bin/env bash
# transformers 5.24.0: a model's configuration that is read and saved again has other fields.
#
# Expected:  what a config.json says comes out of the library as it went in, in the words that the
#            model's publisher used: readers of these files key on field names and kinds of layer.
# Behaviour: of NemotronH the number of layers and the pattern of letters are gone; a list of kinds,
#            in other words than the pattern's, is all that counts the layers. Of Granite 4 the kinds
#            `mamba` and `attention` are renamed to `linear_attention` and `full_attention`, the
#            word that gated delta nets have too. Falcon states 71 heads of keys and values beside
#            `multi_query: true`, which shares one: the count is not what is built.
# Output:    the fields as given and as saved.
# Way out:   count layers by their list where nothing else does, take old and new words of a kind for
#            one, tell kinds of state by the sizes beside them and not by their name, and let
#            `multi_query` stand above the count.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check transformers==5.24.0
"$folder/venv/bin/python" -I - 2>/dev/null <<'PY'
import json
import sys
from importlib.metadata import version

from transformers.models.auto.configuration_auto import CONFIG_MAPPING


def saved(kind, fields, **given):
    text = CONFIG_MAPPING[kind](**given).to_json_string(use_diff=False)
    return {name: json.loads(text).get(name) for name in fields}


nemotron = saved(
    "nemotron_h", ("num_hidden_layers", "hybrid_override_pattern", "layers_block_type"),
    num_hidden_layers=4, hybrid_override_pattern="M*E-",
)
granite = saved(
    "granitemoehybrid", ("layer_types",), num_hidden_layers=3,
    layer_types=["mamba", "attention", "mamba"],
)
falcon = saved("falcon", ("num_attention_heads", "num_kv_heads", "multi_query"))
print("transformers", version("transformers"))
print("given 4 layers, M*E-: ", nemotron)
print("given mamba, attention, mamba: ", granite)
print("by default: ", falcon)
same = (
    nemotron == {
        "num_hidden_layers": None, "hybrid_override_pattern": None,
        "layers_block_type": ["linear_attention", "full_attention", "moe", "mlp"],
    }
    and granite == {"layer_types": ["linear_attention", "full_attention", "linear_attention"]}
    and falcon == {"num_attention_heads": 71, "num_kv_heads": 71, "multi_query": True}
)
sys.exit(0 if same else "the behaviour has changed")
PY
