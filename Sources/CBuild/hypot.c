#include <math.h>

// swift-numerics refers to hypot, which glibc 2.35 has in a new version. Nothing else here is younger than glibc 2.34,
// so with these the program starts with it, too. A wider type holds the squares of all numbers.
#ifdef __GLIBC__

double hypot(double x, double y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (double)sqrtl((long double)x * x + (long double)y * y);
}

float hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}

#endif
