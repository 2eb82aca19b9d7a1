// Kernels of the neural engine: each has a portable reference and AVX2 / AVX-512 variants chosen at run time.
#pragma once
