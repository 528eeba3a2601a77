#include "build.h"

const char *cp_commit(void) { return CIFAR_PIPE_COMMIT; }
