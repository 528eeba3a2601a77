// What a build is told about itself. Beside it lies what older C libraries lack and a dependency needs.
#pragma once

/// The commit of the sources, with "+changes" behind it where tracked files differed; empty where nobody has told it.
/// A build of the scripts tells it, in the environment variable CIFAR_PIPE_COMMIT.
const char *cp_commit(void);
