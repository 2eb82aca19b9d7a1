// A thin C face of libvips: its variadic calls are not visible from Swift.
#pragma once
