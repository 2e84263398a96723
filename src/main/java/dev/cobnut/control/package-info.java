/// The control plane: decides who is master and tells the data plane through `topology`. Runs on virtual
/// threads and may be slow.
///
/// Never imports `proxy`. Start at {@link dev.cobnut.control.discovery.Discovery}.
@NullMarked
package dev.cobnut.control;

import org.jspecify.annotations.NullMarked;
