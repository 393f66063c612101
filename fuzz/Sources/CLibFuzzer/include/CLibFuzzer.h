#pragma once

/// The part of libFuzzer's interface that is used (LLVM, `FuzzerInterface.h`).

#include <stddef.h>
#include <stdint.h>

/// Runs the fuzzer with the command line's options; `read` returns 0 for an input that it has read.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*read)(const uint8_t *bytes, size_t count));

/// Changes an input in place, to at most `largest` bytes; returns how many it now has.
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t largest);
