"""Write the compiled code of the engine's functions that the package ships.

    python scripts/ship_engine.py

Run it after a change of `serving/engine`; a test says when. Code is made for any processor of the
kind, so that it holds no instruction that another lacks, and finished for the processor at hand
where it is used. Needs Linux on x86-64.
"""

from __future__ import annotations

import lzma
import os
import sys
from pathlib import Path

os.environ |= {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "OUTLAY_CACHE": "off"}
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


def bitcode(function, signature, symbol: str) -> bytes:
    """The function and what it calls, and nothing else: no way in from Python, no names."""
    import llvmlite.binding as llvm

    held = function.overloads[signature]
    module = llvm.parse_assembly(str(held.library._final_module))
    for part in (*module.functions, *module.global_variables):
        if part.is_declaration:
            continue
        if part.name == held.fndesc.llvm_func_name:
            part.name = symbol
        else:
            part.linkage = "internal"
    machine = llvm.Target.from_default_triple().create_target_machine(opt=2)
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, builder)
    return module.as_bitcode()


def tried() -> None:
    """Call each function once, as the engine does."""
    from dataclasses import replace

    import numpy as np

    from outlay.serving.engine.policy import Autoscale, Clients, Offload, Policy, Tier
    from outlay.serving.engine.run import run
    from outlay.serving.engine.steps import dense
    from outlay.serving.spec import Lengths
    from outlay.serving.traffic.generate import service_traffic
    from outlay.serving.traffic.requests import traffic
    from outlay.serving.validate import example_table

    plain = service_traffic(100, 4.0, 1000, 100, Lengths(), cv=1.0, seed=0, name="tried")
    turns = traffic(plain.arrival_s, 200, 10, session=np.arange(100) % 7, shared_tokens=100)
    rule = Autoscale(0.5, 1, 2, 5.0, 0.0, metric="kv")
    for t, offload in ((plain, None), (turns, Offload((Tier("cpu", 1e6, 1e-9),)))):
        for routing in ("round_robin", "least_loaded", "power_of_two"):
            policy = Policy(routing=routing, offload=offload)
            run(t, dense(example_table()), policy, replicas=2)
        run(t, dense(example_table()), replace(policy, autoscale=rule), replicas=2)
        run(t, dense(example_table()), policy, replicas=2, clients=Clients(8))


def main() -> int:
    from outlay.core.ingest.sealed import with_seal
    from outlay.serving.engine.code import calls, entries

    asked: dict[str, dict[str, object]] = {}  # of each function, by kinds: Numba's types
    entries.shipped = lambda _: None
    real = entries.compiled

    def noted(name):
        def call(*args):
            kinds = " ".join(map(calls.kind_of, calls.members(args)))
            real(name)(*args)
            asked.setdefault(name, {}).setdefault(kinds, real(name).signatures[-1])

        return call

    entries.compiled = noted
    tried()
    for old in entries.HERE.glob("*.bin"):
        old.unlink()
    for name, found in asked.items():
        if len(found) != 2:
            raise SystemExit(f"{name} is asked with arguments of {len(found)} kinds, not of two")
        for symbol, (kinds, signature) in zip(
            (name, name + entries.TIERED), found.items(), strict=True
        ):
            code = lzma.compress(bitcode(real(name), signature, symbol), preset=9)
            data = with_seal(entries.key_of(symbol), f"{symbol}\n{kinds}\n".encode() + code)
            path = entries.HERE / f"{symbol}.bin"
            path.write_bytes(data)
            print(f"{path.relative_to(ROOT)}: {len(data):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
