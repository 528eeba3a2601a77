// Pixel loops with vector instructions chosen at run time.
#pragma once
