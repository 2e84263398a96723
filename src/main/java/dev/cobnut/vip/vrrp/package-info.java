/// VRRP itself: what an advertisement says, and what a virtual router does about it (RFC 3768, RFC 5798, RFC 9568).
///
/// Pure: bytes and events in, with their time; bytes and effects out. May import nothing but the JDK. Start at
/// {@link dev.cobnut.vip.vrrp.VirtualRouter}.
@NullMarked
package dev.cobnut.vip.vrrp;

import org.jspecify.annotations.NullMarked;
