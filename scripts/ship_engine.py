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


def bitcode(function, symbol: str) -> bytes:
    """The function and what it calls, and nothing else: no way in from Python, no names."""
    import llvmlite.binding as llvm

    (signature,) = function.signatures
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
    from outlay.serving.engine.policy import Clients, Policy
    from outlay.serving.engine.run import run
    from outlay.serving.engine.steps import dense
    from outlay.serving.spec import Lengths
    from outlay.serving.traffic.generate import service_traffic
    from outlay.serving.validate import example_table

    traffic = service_traffic(100, 4.0, 1000, 100, Lengths(), cv=1.0, seed=0, name="tried")
    for routing in ("round_robin", "least_loaded", "power_of_two"):
        run(traffic, dense(example_table()), Policy(routing=routing), replicas=2)
    run(traffic, dense(example_table()), replicas=2, clients=Clients(8))


def main() -> int:
    from outlay.core.ingest.sealed import with_seal
    from outlay.serving.engine.code import calls, entries

    asked: dict[str, str] = {}
    entries.shipped = lambda _: None
    real = entries.compiled

    def noted(name):
        def call(*args):
            kinds = " ".join(map(calls.kind_of, calls.members(args)))
            if asked.setdefault(name, kinds) != kinds:
                raise SystemExit(f"{name} is asked with arguments of two kinds")
            real(name)(*args)

        return call

    entries.compiled = noted
    tried()
    for old in entries.HERE.glob("*.bin"):
        old.unlink()
    for name, kinds in asked.items():
        code = lzma.compress(bitcode(real(name), name), preset=9)
        data = with_seal(entries.key_of(name), f"{name}\n{kinds}\n".encode() + code)
        path = entries.HERE / f"{name}.bin"
        path.write_bytes(data)
        print(f"{path.relative_to(ROOT)}: {len(data):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
