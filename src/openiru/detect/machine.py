"""What numba compiles, and the two machine instructions that numba has no name for: population count and prefetch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile at the first call, without the interpreter's lock, and keep the machine code on disk where a place for it can be written."""
    try:
        made: Callable[P, R] = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        made = njit(nogil=True, error_model="numpy")(function)
    return made


def _popcount(_typing: Any, word: Any) -> Any:  # noqa: ARG001 (numba reads the names)
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


def _prefetch(_typing: Any, array: Any, place: Any) -> Any:  # noqa: ARG001 (numba reads the names)
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        shape = context.make_array(signature.args[0])(context, builder, args[0])
        row = cgutils.unpack_tuple(builder, shape.strides)[0]  # type: ignore[no-untyped-call, unused-ignore]
        start = builder.ptrtoint(shape.data, ir.IntType(64))
        address = builder.inttoptr(builder.add(start, builder.mul(args[1], row)), ir.IntType(8).as_pointer())
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, word, word, word])
        call = builder.module.declare_intrinsic("llvm.prefetch", (address.type,), kind)
        builder.call(call, [address, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


popcount: Callable[[np.uint64], np.uint64] = intrinsic(_popcount)
"""Number of ones in a 64-bit word."""
prefetch: Callable[[NDArray[Any], np.int64 | int], None] = intrinsic(_prefetch)
"""Ask for the cache line of `array[place]` (first dimension, C order) and go on: changes nothing."""
