/// Files that say which addresses move, and when: the `vip:` of a cobnut.yml, and a keepalived.conf. Each becomes
/// the same {@link dev.cobnut.vip.VipSettings}; all problems of a file are found at once, each with its line.
///
/// May import: `config`, `topology`, `vip` and `vip.vrrp`. Start at {@link dev.cobnut.vip.file.VipFile}.
@NullMarked
package dev.cobnut.vip.file;

import org.jspecify.annotations.NullMarked;
