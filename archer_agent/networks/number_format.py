"""In which format of numbers a model computes."""

from __future__ import annotations

import time
from functools import cache

import torch

from archer_agent.networks.distributed import least


def number_format(name: str, device: torch.device) -> torch.dtype:
    """Return torch's format of a name; of "auto" bfloat16 where the device is quicker in it, else float32."""
    if name != "auto":
        found: torch.dtype = getattr(torch, name)
        return found
    if device.type == "cuda":
        quicker = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        quicker = device.type == "cpu" and processor_is_quicker_in_bfloat16()
    return torch.bfloat16 if quicker else torch.float32


@cache
def processor_is_quicker_in_bfloat16() -> bool:
    """Tell whether the processor multiplies in bfloat16 in less time than in float32, in every process of a run.

    Having instructions for it is not enough: with AVX-512 BF16 one processor takes a third of the time, and
    another twice as long. So both are timed, once, for some ten milliseconds. Processes that time them differently must
    compute alike all the same, so that all of them ask first before any goes a way of its own.
    """
    able = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    quicker = able and product_seconds(torch.bfloat16) < product_seconds(torch.float32)
    return bool(least(int(quicker)))


def product_seconds(dtype: torch.dtype) -> float:
    """Return the seconds that a product of matrices takes which are as large as a small model's, the least of five tries."""
    texts, weights = torch.ones(256, 576, dtype=dtype), torch.ones(1536, 576, dtype=dtype)
    times = []
    with torch.inference_mode():
        for _ in range(5):
            began = time.perf_counter()
            torch.nn.functional.linear(texts, weights)
            times.append(time.perf_counter() - began)
    return min(times)
